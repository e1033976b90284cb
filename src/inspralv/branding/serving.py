"""Sending uploaded pictures to anybody: a name is made of the content, so what it means never changes."""

from __future__ import annotations

import re

from litestar import Response

from inspralv.branding.actions.pictures import FOLDER
from inspralv.foundation.errors import NotFound
from inspralv.foundation.files import FileMissing, FileStore, partner_file_key
from inspralv.foundation.language.texts import _
from inspralv.tenancy.contexts import PublicContext

_NAME = re.compile(r"[0-9a-f]{32}\.png", re.ASCII)
_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",  # mail programs on the web show it
}


async def send_picture(ctx: PublicContext, name: str) -> Response[bytes]:
    """Return a picture of the host's partner. Raises NotFound; another partner's is not found either."""
    if not _NAME.fullmatch(name):
        raise NotFound(_("There is no such picture."))
    try:
        body = await ctx.services.get(FileStore).get(partner_file_key(ctx.partner.id, FOLDER, name))
    except FileMissing:
        raise NotFound(_("There is no such picture.")) from None
    return Response(body, media_type="image/png", headers=_HEADERS)
