"""The API of the brand and its pictures."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery, JSONBody, QueryParameter

from inspralv.branding.actions.brand import change_brand
from inspralv.branding.actions.pictures import picture_address, remove_picture, take_picture
from inspralv.branding.pictures import UPLOAD_BODY
from inspralv.branding.schemas import ChangedPartner, PartnerChange, PartnerChanged, PictureKind, Removed, Uploaded
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import delete, patch, post
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_UPDATE = partner(P.PARTNER_BRANDING_UPDATE)
# Anything may stand in the place of the file, or nothing: `take_picture` says what is wrong with it.
PictureForm = Annotated[
    dict[str, Any],
    Body(
        media_type=RequestEncodingType.MULTI_PART,
        schema_extra={"properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]},
    ),
]
KindQuery = Annotated[PictureKind, QueryParameter(description="What the picture is for.")]


@patch("/api/partner", access=_UPDATE, raises=(409,), tags=["Partner"])
async def change_partner(
    ctx: PartnerContext, data: JSONBody[PartnerChange], if_match: IfMatch = None
) -> Response[Data[PartnerChanged]]:
    """Change your name and brand: exactly what is sent. Every page and mail carries it from now on. More than names and
    support address needs the feature `white_label`."""
    saved = await change_brand(ctx, data, expected_version(if_match))
    told = ChangedPartner(ctx.partner_id, saved.name, ctx.partner.slug, saved.branding)
    return Response(Data(PartnerChanged(True, "The brand is saved.", told)), headers=etag(saved.version))  # noqa: FBT003


@post("/api/upload/logo", access=_UPDATE, status_code=200, request_max_body_size=UPLOAD_BODY, tags=["Partner"])
async def upload_logo(
    ctx: PartnerContext,
    data: PictureForm,
    kind: KindQuery = "logo",
) -> Data[Uploaded]:
    """Upload a logo or an icon: PNG, JPEG, WebP, GIF or ICO, up to 5 MB. It is drawn anew and kept for a day; name its
    `url` in the brand to keep it for good."""
    picture = await take_picture(ctx, kind, await _content(data.get("file")))
    address = picture_address(picture.name)
    return Data(Uploaded(True, address, picture.name, _("Uploaded."), picture.width, picture.height))  # noqa: FBT003


@delete("/api/upload/logo", access=_UPDATE, raises=(409,), tags=["Partner"])
async def delete_logo(ctx: PartnerContext, filename: FromQuery[str]) -> Data[Removed]:
    """Remove an uploaded picture that the brand does not show."""
    await remove_picture(ctx, filename)
    return Data(Removed())


async def _content(sent: object) -> bytes:
    """Return the picture; nothing where a text was sent in the place of a file."""
    return await sent.read() if isinstance(sent, UploadFile) else b""


ROUTES = (change_partner, upload_logo, delete_logo)
