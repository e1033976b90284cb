"""What the pages of brand and mail show."""

from __future__ import annotations

from typing import Any

import msgspec

from inspralv.branding.contrast import Contrast
from inspralv.branding.mail_schemas import MailSettings
from inspralv.foundation.mail.log import MailEntry
from inspralv.foundation.mail.message import KeptMessage
from inspralv.foundation.mail.samples import LetterSample
from inspralv.foundation.web.forms import Form


class PicturePart(msgspec.Struct, frozen=True):
    """The choice of one picture: what the form holds, and what is wrong with the file that was chosen."""

    kind: str
    url: str
    error: str
    may_update: bool


class PreviewPart(msgspec.Struct, frozen=True):
    """The address of the picture of pages in these colours, and what was done for contrast."""

    preview: str
    contrast: Contrast


class BrandPage(msgspec.Struct, frozen=True, kw_only=True):
    """The form of the brand. Without `white_label` only the names and the support address can be changed; `plan_href` is
    for those who may change that. `conflict` tells that somebody else has saved meanwhile."""

    form: Form[Any]
    logo: PicturePart
    favicon: PicturePart
    look: PreviewPart
    white_label: bool
    plan_href: str
    conflict: str = ""


class DeliveryPage(msgspec.Struct, frozen=True, kw_only=True):
    """How mail leaves, and the form that changes it. `plan_href` is for those who may change what is included."""

    form: Form[Any]
    settings: MailSettings
    platform: str
    leaves: bool
    me: str
    plan_href: str
    conflict: str = ""


class MailLogPage(msgspec.Struct, frozen=True, kw_only=True):
    """Mails of one state, or of all; `older` is the address of the next page."""

    mails: tuple[MailEntry, ...]
    status: str
    older: str | None
    first: bool


class LoggedMailPage(msgspec.Struct, frozen=True):
    """One mail; `text` hides what a link proves by its token."""

    mail: KeptMessage
    text: str


class SamplesPage(msgspec.Struct, frozen=True):
    """Every template there is."""

    samples: tuple[LetterSample, ...]
