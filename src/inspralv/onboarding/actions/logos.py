"""The logo of an application. Until it is handed in the form carries it, as text: nothing is stored before.

It is drawn anew when it is uploaded, and again when it is handed in, since whoever sends the form can have changed it.
"""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode, b64encode
from datetime import timedelta

from inspralv.accounts.limits import network_of
from inspralv.branding.pictures import SMALLEST, Bounds, redraw
from inspralv.foundation.errors import FieldError, Invalid, TooLarge
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.limits import Limit, count_attempt
from inspralv.tenancy.contexts import PublicContext

UPLOADS = Limit("partner request, logo", 30, timedelta(hours=1))
BOUNDS = Bounds((512, 200), 150 * 1024)  # within those of a partner's logo, which it becomes


async def take_logo(ctx: PublicContext, upload: bytes) -> str:
    """Return an uploaded logo, drawn anew, as the form carries it. Raises TooMany, and Invalid with the
    fault at its field."""
    await count_attempt(ctx.services, UPLOADS, network_of(ctx))
    return b64encode(await _drawn(upload)).decode()


async def read_logo(text: str) -> bytes:
    """Return the logo that an application carries, drawn anew. Raises Invalid with the fault at its field."""
    try:
        sent = b64decode(text, validate=True)
    except binascii.Error:
        raise _at_field(_("This is no picture in base64.")) from None
    return await _drawn(sent)


async def _drawn(upload: bytes) -> bytes:
    try:
        picture = await asyncio.to_thread(redraw, "logo", upload, BOUNDS)
    except (Invalid, TooLarge) as refusal:
        raise _at_field(refusal.detail) from None
    if min(picture.width, picture.height) < SMALLEST:
        raise _at_field(_("The picture is too long and thin to be seen. Crop it."))
    return picture.body


def _at_field(message: str) -> Invalid:
    return Invalid(message, errors=(FieldError("/logo", message, "picture"),))
