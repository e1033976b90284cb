"""Changing the brand. The context sees the whole partner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from msgspec import UNSET

from inspralv.accounts.schemas import plain_address
from inspralv.branding import policy
from inspralv.branding.events import SettingsUpdated
from inspralv.branding.queries.brand import find_brand, save_brand
from inspralv.branding.queries.pictures import let_go, use_picture
from inspralv.branding.schemas import Brand, BrandingChange, PartnerChange, PictureKind
from inspralv.foundation.cache.invalidation import stale
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict, FieldError, Invalid
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.tenancy.directory import TOPIC, Branding
from inspralv.tenancy.room import partner_of

IN_MAILS = timedelta(days=30)  # mails that were sent show the old picture for as long
_OF_EVERYBODY = {"name", "company_name", "support_email", "language"}  # the rest of a brand needs white label
_PICTURES: tuple[PictureKind, ...] = ("logo", "favicon")


async def change_brand(ctx: Context, change: PartnerChange, expected: int | None = None) -> Brand:
    """Change what was sent, for every page and mail from now on. Raises Invalid; Forbidden for more than name and support
    address without white label; Conflict when `expected` is not the version, or somebody else was faster."""
    current = await find_brand(ctx)
    require_version(current.version, expected)
    name = current.name if change.name is UNSET else change.name.strip()
    wanted = current.branding if change.branding is UNSET else _changed(current.branding, change.branding)
    old, new = changes(_told(current.name, current.branding), _told(name, wanted))
    if not new:
        return current
    if of_brand := [field for field in new if field not in _OF_EVERYBODY]:
        policy.require_white_label(await partner_of(ctx), of_brand, "/branding")
    policy.require_brand(name, wanted)
    version = await save_brand(ctx, current.version, name, wanted)
    if version is None:
        raise Conflict(_("Somebody else changed the brand just now. Reload and try again."))
    for kind in _PICTURES:
        await _exchange(ctx, kind, getattr(current.branding, f"{kind}_url"), getattr(wanted, f"{kind}_url"))
    ctx.record(SettingsUpdated(entity_id=ctx.partner_id, old=old, new=new))
    stale(ctx, TOPIC)
    return Brand(name, wanted, version)


async def _exchange(ctx: Context, kind: PictureKind, before: str | None, after: str | None) -> None:
    """Keep the new picture for good and the old one for a while. Raises Invalid for a picture nobody uploaded."""
    if before == after:
        return
    if after is not None:
        name = policy.picture_name(after)
        if name is None or not await use_picture(ctx, name, kind):
            message = _("Upload the logo first.") if kind == "logo" else _("Upload the favicon first.")
            raise Invalid(message, errors=(FieldError(f"/branding/{kind}_url", message),))
    gone = policy.picture_name(before)
    if gone is not None:
        await let_go(ctx, gone, ctx.now + IN_MAILS)


def _changed(current: Branding, change: BrandingChange) -> Branding:
    sent = {name: _clean(name, value) for name in change.__struct_fields__
            if (value := getattr(change, name)) is not UNSET}  # fmt: skip
    return msgspec.structs.replace(current, **sent)


def _clean(name: str, value: Any) -> Any:
    """Blanks around are cut; nothing is left of an empty text."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if name == "support_email":
        text = plain_address(text)
    return text.lower() if name.endswith("_color") else text or None


def _told(name: str, brand: Branding) -> dict[str, Any]:
    return {"name": name, **{field: getattr(brand, field) for field in brand.__struct_fields__}}
