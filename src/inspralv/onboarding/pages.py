"""/request-partner: three steps, each of which works without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery

from inspralv.branding.pictures import LARGEST
from inspralv.foundation.errors import Conflict, Invalid, TooMany
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.addresses import Addresses
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, messages
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.onboarding.actions import applying
from inspralv.onboarding.actions.logos import take_logo
from inspralv.onboarding.forms import FIELDS, STEPS, read_request, read_step, step_of
from inspralv.onboarding.schemas import Availability, NewRequest
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext

_WHY = "an agency applies before it has an account"
_PATH = "/request-partner"
_LAST = len(STEPS) - 1
# The form comes along with its file. A file that is too large is refused at its field as long as it fits in here.
_UPLOAD_BODY = 2 * LARGEST
_UploadBody = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
COLOR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_DEFAULTS = {"branding_data.primary_color": "#7c3aed", "branding_data.secondary_color": "#64748b"}


class LogoPart(msgspec.Struct, frozen=True):
    """The logo in the form, as text, and what is wrong with the file that was chosen. `swapped` into the page, its field
    takes the focus."""

    logo: str
    error: str
    swapped: bool = False


class RequestPage(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the form; `kept` are the fields of the other steps. `preview` is the picture of the brand."""

    step: int
    form: Form[Any]
    kept: dict[str, str]
    logo: LogoPart
    preview: str
    host: str


class PreviewPart(msgspec.Struct, frozen=True):
    """The address of the picture."""

    preview: str


class SentPage(msgspec.Struct, frozen=True):
    """The application is in."""

    address: str
    email: str


@get(_PATH, access=public(_WHY))
async def show_request(ctx: PublicContext) -> View:
    """Show the first step."""
    applying.require_platform(ctx)
    return _page(ctx, 0, Form(dict(_DEFAULTS)))


@post(_PATH, access=public(_WHY), status_code=200)
async def submit_request(ctx: PublicContext, data: FormBody) -> View:
    """Go on, go back, or hand the application in."""
    applying.require_platform(ctx)
    step = min(max(int(data["_step"]) if data.get("_step", "").isdecimal() else 0, 0), _LAST)
    if data.get("_do") == "back":
        return _page(ctx, max(0, step - 1), Form(_typed(data)))
    if step < _LAST:
        form = read_step(data, step)
        return _page(ctx, step, form, 422) if form.errors else _page(ctx, step + 1, form)
    wanted, form = read_request(data)
    if wanted is None:
        return _page(ctx, step_of(form.errors), form, 422)
    return await _hand_in(ctx, data, wanted)


@get(f"{_PATH}/subdomain", access=public(_WHY))
async def check_subdomain(ctx: PublicContext, desired_subdomain: FromQuery[str] = "") -> View:
    """Tell while somebody types whether the subdomain can be had."""
    return View("onboarding/availability.html", await applying.check_subdomain(ctx, desired_subdomain))


@get(f"{_PATH}/domain", access=public(_WHY))
async def check_domain(ctx: PublicContext, custom_domain: FromQuery[str] = "") -> View:
    """Tell while somebody types whether the own domain can be had; an empty field is no fault."""
    found = await applying.check_domain(ctx, custom_domain) if custom_domain.strip() else Availability(available=True)
    return View("onboarding/availability.html", found)


@post(f"{_PATH}/preview", access=public(_WHY), status_code=200)
async def draw_preview(ctx: PublicContext, data: FormBody) -> View:
    """Draw the brand in the colours that were just chosen."""
    applying.require_platform(ctx)
    return View("onboarding/preview.html", PreviewPart(_preview(_typed(data))))


@post(f"{_PATH}/logo", access=public(_WHY), status_code=200, request_max_body_size=_UPLOAD_BODY)
async def upload_logo(ctx: PublicContext, request: Request[Any, Any, Any], data: _UploadBody) -> View:
    """Take a logo into the form, drawn anew. It is kept nowhere else until the application is sent."""
    applying.require_platform(ctx)
    typed = _typed({name: value for name, value in data.items() if isinstance(value, str)})
    sent = data.get("file")
    error, status = "", 200
    try:
        typed["logo"] = await take_logo(ctx, await sent.read() if isinstance(sent, UploadFile) else b"")
    except Invalid as refusal:
        error, status = refusal.detail, 422
    except TooMany as refusal:
        error, status = refusal.detail, refusal.status
    return _with_logo(ctx, request, typed, error, status)


@post(f"{_PATH}/logo/remove", access=public(_WHY), status_code=200)
async def clear_logo(ctx: PublicContext, request: Request[Any, Any, Any], data: FormBody) -> View:
    """Take the logo out of the form."""
    applying.require_platform(ctx)
    return _with_logo(ctx, request, _typed(data) | {"logo": ""})


def _with_logo(
    ctx: PublicContext, request: Request[Any, Any, Any], typed: dict[str, str], error: str = "", status: int = 200
) -> View:
    if request.headers.get("hx-request"):
        return View("onboarding/logo.html", LogoPart(typed["logo"], error, swapped=True), status=status)
    return _page(ctx, _LAST, Form(typed, {"logo": error} if error else {}), status)


async def _hand_in(ctx: PublicContext, data: FormBody, wanted: NewRequest) -> View:
    try:
        received = await applying.apply(ctx, wanted)
    except Invalid as refusal:
        form = form_of_refusal(_typed(data), refusal)
        if form.error("logo"):
            form.values["logo"] = ""
        return _page(ctx, step_of(form.errors), form, 422)
    except Conflict as refusal:
        form = Form(_typed(data), messages(refusal.errors))
        return _page(ctx, step_of(form.errors), form, 409)
    except TooMany as refusal:
        return _page(ctx, _LAST, Form(_typed(data), {"": refusal.detail}), 429)
    model = SentPage(received.platform_url, wanted.contact_email.strip())
    return View("onboarding/sent.html", model, title=_("Request received"))


def _typed(data: Mapping[str, str]) -> dict[str, str]:
    return {name: data.get(name, _DEFAULTS.get(name, "")) for name in FIELDS}


def _preview(values: dict[str, str]) -> str:
    """A colour that is none is drawn as the usual one; its field says what is wrong."""

    def color(name: str) -> str:
        return values[name] if COLOR.fullmatch(values.get(name, "")) else _DEFAULTS[name]

    wanted = {
        "name": values.get("company_name", ""), "primary": color("branding_data.primary_color"),
        "secondary": color("branding_data.secondary_color"),
    }  # fmt: skip
    return f"/brand-preview.svg?{urlencode(wanted)}"


def _page(ctx: PublicContext, step: int, form: Form[Any], status: int = 200) -> View:
    values = {**_DEFAULTS, **{name: value for name, value in form.values.items() if value}}
    kept = {name: values.get(name, "") for i, names in enumerate(STEPS) if i != step for name in names}
    model = RequestPage(
        step=step, form=Form(values, form.errors), kept=kept, logo=LogoPart(values.get("logo", ""), form.error("logo")),
        preview=_preview(values),
        host=ctx.services.get(Addresses).platform_host,
    )  # fmt: skip
    return View("onboarding/request.html", model, title=_("Become a partner"), status=status)


ROUTES = (show_request, submit_request, check_subdomain, check_domain, draw_preview, upload_logo, clear_logo)
