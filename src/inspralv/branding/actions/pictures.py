"""Taking in pictures and letting them go. Files are outside of the database: each is noted first, written then."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from inspralv.branding import policy
from inspralv.branding.pictures import Picture, redraw
from inspralv.branding.queries import pictures
from inspralv.branding.schemas import PictureKind
from inspralv.branding.sweeping import DROP, DropPictures
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict, NotFound, TooMany
from inspralv.foundation.files import FileStore, partner_file_key
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.limits import Limit, count_attempt
from inspralv.tenancy.room import partner_of

UPLOADS = Limit("brand_pictures", 60, timedelta(hours=1))
UNSAVED = timedelta(days=1)
MOST_LOOSE = 200
FOLDER = "brand"


async def take_picture(ctx: Context, kind: PictureKind, upload: bytes) -> Picture:
    """Keep an uploaded picture for a day, and for good once the brand shows it. The context sees the whole partner.
    Raises Forbidden without white label, Invalid, TooLarge, TooMany."""
    policy.require_white_label(await partner_of(ctx))
    await count_attempt(ctx.services, UPLOADS, str(ctx.partner_id))
    picture = await asyncio.to_thread(redraw, kind, upload)
    if await pictures.count_loose(ctx) >= MOST_LOOSE:
        raise TooMany(_("Too many pictures were uploaded that nothing shows. Try again tomorrow."))
    await pictures.add_picture(ctx, kind, picture, ctx.now + UNSAVED)
    async with ctx.on_the_network():
        await ctx.services.get(FileStore).put(partner_file_key(ctx.partner_id, FOLDER, picture.name), picture.body)
    return picture


async def remove_picture(ctx: Context, name: str) -> None:
    """Forget an uploaded picture; a job removes its file. Raises Conflict while the brand shows it, and NotFound."""
    if await pictures.drop_loose(ctx, name):
        ctx.defer(DROP(DropPictures((name,))))
        return
    if await pictures.is_kept(ctx, name):
        raise Conflict(_("The brand shows this picture. Save the brand without it first."))
    raise NotFound(_("There is no such picture."))


def picture_address(name: str) -> str:
    """Return the address of a picture on the partner's host."""
    return f"/brand/{name}"
