"""Refusals and faults as answers: RFC 9457 problem documents for clients, a toast for htmx, a page for people."""

from __future__ import annotations

import math
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from inspralv.foundation.context import Context
from inspralv.foundation.errors import FieldError, Forbidden, Invalid, MethodNotAllowed, NotFound, Refusal, TooLarge, Unauthenticated, Unavailable
from inspralv.foundation.language.texts import N_, _, said
from inspralv.foundation.web.json_body import JSON_KEY, read_strictly
from inspralv.foundation.web.validation import find_errors, invalid, plain_words

log = structlog.get_logger()

PROBLEM_JSON = "application/problem+json"


class Problem(msgspec.Struct, rename="camel", kw_only=True):
    """A problem document (RFC 9457). `error` repeats the detail for older clients; `errors` lists every bad field."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    error: str
    request_id: str = ""
    errors: list[FieldError] = []


class Fault(Refusal):
    """A fault of ours: the caller learns nothing but the request's id."""

    status = 500
    code = "UNKNOWN_ERROR"
    title = N_("Something went wrong on our side")


def refusal_of(request: Request[Any, Any, Any], error: Exception) -> Refusal:
    """Say plainly what an exception means to the caller. Unexpected ones are logged and become a Fault."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationException):
        return _invalid(request, error)
    if isinstance(error, HTTPException) and error.status_code < HTTP_500_INTERNAL_SERVER_ERROR:
        return _of_http(error)
    if isinstance(
        error, (asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError, ConnectionError, TimeoutError)
    ):
        log.error("a part of the house is down", error=repr(error))
        return Unavailable(
            _("The service is temporarily unavailable. Try again in a moment."), headers={"retry-after": "2"}
        )
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return Forbidden(_("This can only be looked at here, and looking at it would change something."))
    log.exception("unexpected error", exc_info=error)
    return Fault(_("Something went wrong on our side. Nothing was changed."))


def problem_response(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    """Render a refusal as JSON."""
    problem = Problem(
        title=said(refusal.title),
        status=refusal.status,
        detail=said(refusal.detail),
        code=refusal.code,
        error=said(refusal.detail),
        request_id=str(request.scope.get("inspralv.request_id", "")),
        errors=[msgspec.structs.replace(one, message=said(one.message)) for one in refusal.errors],
    )
    return Response(
        msgspec.json.encode(problem), status_code=refusal.status, media_type=PROBLEM_JSON, headers=refusal.headers
    )


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """API paths speak JSON; everything else speaks HTML, unless the client asks for JSON."""
    accepted = request.headers.get("accept", "")
    return not request.scope["path"].startswith("/api/") and "application/json" not in accepted and PROBLEM_JSON not in accepted


def _of_http(error: HTTPException) -> Refusal:
    kinds = {401: Unauthenticated, 404: NotFound, 413: TooLarge}
    kind = kinds.get(error.status_code)
    if kind is not None:
        return kind()
    detail = str(error.detail) or _("The request could not be read.")
    if error.status_code == Invalid.status:  # the body as a whole: no JSON, no form
        return Invalid(detail, errors=(FieldError("", detail, "malformed"),))
    if error.status_code == MethodNotAllowed.status:
        return MethodNotAllowed((error.headers or {}).get("allow", "").split(", "))
    refusal = Refusal(detail, headers=dict(error.headers or {}))
    refusal.status, refusal.code = error.status_code, "VALIDATION_ERROR"
    return refusal


def _invalid(request: Request[Any, Any, Any], error: ValidationException) -> Refusal:
    """Litestar stops at the first fault of a body; walk it again to list them all."""
    kind, raw = request.route_handler.opt.get(JSON_KEY), body_read(request)
    errors: list[FieldError] = []
    if kind is not None and raw is not None:
        errors = find_errors(read_strictly(raw)[0], kind)
    for extra in error.extra or []:
        if isinstance(extra, dict) and extra.get("source") not in {None, "body"} and (key := str(extra.get("key", ""))):
            name = _wire_name(request, key.split(".")[0])
            errors.append(FieldError(name, plain_words(str(extra.get("message", ""))) or _("This value does not fit.")))
    return invalid(tuple(errors) or (FieldError("", str(error.detail)),))


def _wire_name(request: Request[Any, Any, Any], argument: str) -> str:
    """Return the name under which a caller knows a parameter: it may differ from the handler's argument."""
    parameter = request.route_handler.parsed_fn_signature.parameters.get(argument)
    return getattr(parameter.kwarg_definition, "name", None) or argument if parameter else argument


def body_read(request: Request[Any, Any, Any]) -> bytes | None:
    """Return the body as far as it was read, for a second look at it."""
    cached = request._body  # noqa: SLF001 - Litestar keeps the body it has already read here
    return cached if isinstance(cached, bytes) else None


def seconds(value: float) -> str:
    """Format a wait for Retry-After."""
    return str(max(1, math.ceil(value)))
