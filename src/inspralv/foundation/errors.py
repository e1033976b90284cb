"""What can be refused, and how: to refuse, raise; the edge renders JSON, a toast or a page."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from inspralv.foundation.language.texts import N_


class FieldError(msgspec.Struct, frozen=True):
    """One fault of the input. `pointer` is a JSON Pointer (RFC 6901) into the body, or a query parameter's name."""

    pointer: str
    message: str
    code: str = "invalid"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of ours
    """Base of everything the caller is told plainly. `detail` is shown to people, unless there is something `plainly`
    said for them."""

    plainly = ""

    status = 400
    code = "BAD_REQUEST"
    title = N_("Bad request")

    def __init__(
        self, detail: str = "", *, errors: tuple[FieldError, ...] = (), headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = errors
        self.headers = headers or {}


class Invalid(Refusal):
    """The input has faults; all of them are listed."""

    status = 400
    code = "VALIDATION_ERROR"
    title = N_("Some fields need attention")


class Unauthenticated(Refusal):
    """Nobody is signed in. `sign_in` is the page where people are sent to do it."""

    sign_in = "/login"
    status = 401
    code = "AUTHENTICATION_ERROR"
    title = N_("Sign in to continue")


class Forbidden(Refusal):
    """The caller is known but lacks a right; the detail names it."""

    status = 403
    code = "AUTHORIZATION_ERROR"
    title = N_("You do not have permission to do this")


class LacksPermission(Forbidden):
    """The role of the caller does not hold a right. The detail names it for programs."""

    plainly = N_("Your role does not allow this. An owner or admin can give you another one.")


class SetUpFirst(Forbidden):
    """The caller has to do something else before. `page` is where people are led to do it."""

    page = "/"
    title = N_("Something has to be set up first")


class NotFound(Refusal):
    """It does not exist, or not for this caller: the two answers never differ."""

    status = 404
    code = "NOT_FOUND"
    title = N_("Not found")


class MethodNotAllowed(Refusal):
    """The address has other methods; the header `allow` names them."""

    status = 405
    code = "METHOD_NOT_ALLOWED"
    title = N_("This address does not take that method")

    def __init__(self, methods: Iterable[str]) -> None:
        """`methods` are those of the routes: OPTIONS, which the framework adds, is none; HEAD goes where GET does."""
        offered = {*methods} - {"OPTIONS"}
        super().__init__(headers={"allow": ", ".join(sorted(offered | ({"HEAD"} if "GET" in offered else set())))})


class Conflict(Refusal):
    """Something else changed meanwhile, or the name is taken."""

    status = 409
    code = "CONFLICT"
    title = N_("This was changed meanwhile")


class TooLarge(Refusal):
    """The body exceeds the limit of the route."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"
    title = N_("The request is too large")


class UnsupportedMedia(Refusal):
    """The body is of another kind than the route reads."""

    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"
    title = N_("This kind of body is not read here")


class TooMany(Refusal):
    """A rate limit is reached; the headers say when to come back."""

    status = 429
    code = "RATE_LIMIT_EXCEEDED"
    title = N_("Too many attempts")


class Upstream(Refusal):
    """A provider refused or did not answer."""

    status = 502
    code = "EXTERNAL_SERVICE_ERROR"
    title = N_("The voice provider did not answer")


class Unavailable(Refusal):
    """A part of the house is down; trying again later helps."""

    status = 503
    code = "UNAVAILABLE"
    title = N_("Temporarily unavailable")
