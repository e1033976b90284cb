"""The statements of the brand. Partners are a directory table: it is read directly and written by one reviewed function."""

from __future__ import annotations

from inspralv.branding.schemas import Brand
from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.tenancy.directory import Branding

_FIND = "SELECT name, branding, branding_version AS version FROM partners WHERE id = $partner AND deleted_at IS NULL"
_SAVE = "SELECT save_brand($partner, $1, $2, $3, $now)"


async def find_brand(ctx: Context) -> Brand:
    """Return the brand of the context's partner as it is stored. Raises NotFound."""
    rows = await ctx.directory(_FIND)
    if not rows:
        raise NotFound(_("There is no such partner."))
    return to_struct(Brand, rows[0])


async def save_brand(ctx: Context, version: int, name: str, branding: Branding) -> int | None:
    """Write name and brand over those of a version; return the new version, None when it is another one by now."""
    fields = {name: getattr(branding, name) for name in branding.__struct_fields__}
    rows = await ctx.directory(_SAVE, version, name, fields)
    saved: int | None = rows[0][0]
    return saved
