"""What happens to a partner's brand and to its mail. No event holds a secret."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class SettingsUpdated(Event, frozen=True, kw_only=True):
    """The organisation's own settings changed. `entity_id` is the partner; `old` and `new` hold the changed ones of its
    name and the fields of its brand."""

    action: ClassVar[str] = "settings.updated"
    entity: ClassVar[str] = "partner"


class MailSettingsChanged(Event, frozen=True, kw_only=True):
    """How mail leaves is another now; of secrets only whether they are there."""

    action: ClassVar[str] = "partner.mail_changed"
    entity: ClassVar[str] = "partner"


class MailRepeated(Event, frozen=True, kw_only=True):
    """A failed mail, which `entity_id` names, is sent again to the recipient in `new`."""

    action: ClassVar[str] = "mail.sent_again"
    entity: ClassVar[str] = "mail"
