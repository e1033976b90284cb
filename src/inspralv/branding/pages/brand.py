"""/org/settings: name, colours, pictures, footer and links, with a preview of what is not saved yet."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from inspralv.branding.actions.brand import change_brand
from inspralv.branding.actions.pictures import picture_address, take_picture
from inspralv.branding.contrast import contrast_of
from inspralv.branding.forms import flat, read_brand, values_of_brand, version_of
from inspralv.branding.page_models import BrandPage, PicturePart, PreviewPart
from inspralv.branding.pictures import UPLOAD_BODY
from inspralv.branding.policy import picture_name
from inspralv.branding.queries.brand import find_brand
from inspralv.branding.schemas import PictureKind
from inspralv.foundation.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge, TooMany
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, messages
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.directory import Branding, has_white_label
from inspralv.tenancy.permissions import P

_UPDATE = partner(P.PARTNER_BRANDING_UPDATE)
_PATH = "/org/settings"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_SAVED = ("success", N_("Saved"), N_("Every page and mail carries it from now on."))


@get(_PATH, access=_UPDATE)
async def show_brand(ctx: PartnerContext, saved: FromQuery[str] = "") -> View:
    """Show the brand."""
    return await _stored(ctx, flash=_SAVED if saved else None)


@post(_PATH, access=_UPDATE, status_code=200)
async def save_brand_form(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Save the brand for every page and mail."""
    change, form = read_brand(data)
    if change is None:
        return _page(ctx, form, status=400)
    try:
        await change_brand(ctx, change, version_of(data))
    except Forbidden as refusal:
        await ctx.rollback()
        return await _stored(ctx, errors={"": refusal.detail}, status=refusal.status)
    except Invalid as refusal:
        return _page(ctx, Form(dict(data), flat(messages(refusal.errors)) or {"": refusal.detail}), status=400)
    except Conflict:
        return _page(ctx, Form(dict(data)), status=409, conflict=True)
    return Redirect(f"{_PATH}?saved=1", status_code=303)


@post(f"{_PATH}/preview", access=_UPDATE, status_code=200)
async def draw_brand_preview(ctx: PartnerContext, data: FormBody) -> View:  # noqa: ARG001 - the access is the point
    """Draw what was chosen, before it is saved."""
    return View("branding/look.html", _look(data))


@post(f"{_PATH}/pictures/{{kind:str}}", access=_UPDATE, status_code=200, request_max_body_size=UPLOAD_BODY)
async def upload_picture(
    ctx: PartnerContext,
    request: Request[Any, Any, Any],
    kind: FromPath[str],
    data: Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> View:
    """Take in a picture and show it in the form; nothing but saving the form puts it into use."""
    if kind not in {"logo", "favicon"}:
        raise NotFound
    wanted: PictureKind = "logo" if kind == "logo" else "favicon"
    url, error, status = "", "", 200
    try:
        url = picture_address((await take_picture(ctx, wanted, await data.read())).name)
    except (Invalid, TooLarge) as refusal:
        url, error, status = await _current(ctx, wanted), refusal.detail, 422
    except (Forbidden, TooMany) as refusal:
        url, error, status = await _current(ctx, wanted), refusal.detail, refusal.status
    if request.headers.get("hx-request"):
        return View("branding/picture.html", PicturePart(kind, url, error, may_update=True), status=status)
    return await _stored(ctx, {f"{kind}_url": url}, {f"{kind}_url": error} if error else {}, status)


@post(f"{_PATH}/pictures/{{kind:str}}/remove", access=_UPDATE, status_code=200)
async def clear_picture(ctx: PartnerContext, request: Request[Any, Any, Any], kind: FromPath[str]) -> View:
    """Take the picture out of the form; nothing but saving the form takes it out of use."""
    if kind not in {"logo", "favicon"}:
        raise NotFound
    if request.headers.get("hx-request"):
        return View("branding/picture.html", PicturePart(kind, "", "", may_update=True))
    return await _stored(ctx, {f"{kind}_url": ""})


async def _current(ctx: PartnerContext, kind: PictureKind) -> str:
    brand = await find_brand(ctx)
    return getattr(brand.branding, f"{kind}_url") or ""


async def _stored(
    ctx: PartnerContext,
    other: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    flash: tuple[str, str, str] | None = None,
) -> View:
    brand = await find_brand(ctx)
    values = values_of_brand(brand, brand.branding.company_name or brand.name) | (other or {})
    return _page(ctx, Form(values, errors or {}), status=status, flash=flash)


def _page(
    ctx: PartnerContext,
    form: Form[Any],
    *,
    status: int = 200,
    conflict: bool = False,
    flash: tuple[str, str, str] | None = None,
) -> View:
    own = has_white_label(ctx.partner)
    words = _(
        "Somebody else has saved the brand meanwhile. Load the page again to see it; what you typed is still here."
    )
    model = BrandPage(
        form=form, logo=_part(form, "logo", own), favicon=_part(form, "favicon", own),
        look=_look(form.values), white_label=own,
        plan_href="/org/plan" if ctx.may(P.PARTNER_STATS_READ) else "", conflict=words if conflict else "",
    )  # fmt: skip
    return View("branding/settings.html", model, _("Branding"), [(_("Branding"), "")], status=status, flash=flash)


def _part(form: Form[Any], kind: str, may: bool) -> PicturePart:  # noqa: FBT001 - a right
    url = form.value(f"{kind}_url")
    return PicturePart(kind, url if picture_name(url) else "", form.error(f"{kind}_url"), may)


def _look(values: dict[str, str]) -> PreviewPart:
    """A colour that is none is drawn as the usual one; its field says what is wrong."""
    usual = Branding()

    def color(name: str) -> str:
        typed = values.get(name, "")
        return typed if _COLOR.fullmatch(typed) else str(getattr(usual, name))

    primary, secondary = color("primary_color"), color("secondary_color")
    wanted = {"name": values.get("company_name", "")[:100], "primary": primary, "secondary": secondary}
    return PreviewPart(f"/brand-preview.svg?{urlencode(wanted)}", contrast_of(primary))


ROUTES = (show_brand, save_brand_form, draw_brand_preview, upload_picture, clear_picture)
