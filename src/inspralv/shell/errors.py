"""Every error of the house leaves here: a problem document, a toast, a redirect to sign-in, or a page in brand."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.app import Litestar
from litestar.enums import MediaType
from litestar.response import Redirect
from litestar.types import ASGIApp, Receive, Scope, Send

from inspralv.accounts.redirects import HOME, path_in
from inspralv.foundation.errors import Refusal, SetUpFirst, Unauthenticated
from inspralv.foundation.services import Services
from inspralv.foundation.web.access import methods_there
from inspralv.foundation.web.problems import problem_response, refusal_of, wants_page
from inspralv.shell.renderer import ShellRenderer
from inspralv.tenancy.directory import Directory
from inspralv.tenancy.session_cookie import SessionPolicy
from inspralv.tenancy.speaking import speak_to_anybody
from inspralv.tenancy.view_access import note_view, shown_viewing, view_token


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Exception handler of the whole application."""
    refusal = refusal_of(request, error)
    if not wants_page(request):
        if request.scope.get("route_handler") is None:  # nothing has been asked yet who is there
            speak_to_anybody(request, None)
        return problem_response(request, refusal)
    if isinstance(refusal, Unauthenticated):
        return _led_to(request, refusal.sign_in)
    if isinstance(refusal, SetUpFirst):
        return _led_to(request, refusal.page)
    if request.headers.get("hx-request") and not request.headers.get("hx-history-restore-request"):
        return _Late(refusal, toast=request.method != "GET")
    return _Late(refusal, toast=False)


def _led_to(request: Request[Any, Any, Any], page: str) -> Response[Any]:
    target = f"{page}?redirect={quote(_back(request), safe='/')}"
    if request.headers.get("hx-request"):
        return Response("", status_code=200, media_type=MediaType.HTML, headers={"hx-redirect": target})
    return Redirect(target, status_code=303)


def _back(request: Request[Any, Any, Any]) -> str:
    """Return where somebody goes on afterwards: the page they asked for, or the one they sent something from."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET" and request.headers.get("hx-request-type") != "partial":
        return asked
    current = request.headers.get("hx-current-url")
    if current:
        return path_in(current) or HOME
    return asked if "GET" in methods_there(request) else HOME


class _Late(Response[str]):
    """Drawn when it is sent: the brand may have to be looked up, and exception handlers cannot wait."""

    def __init__(self, refusal: Refusal, *, toast: bool) -> None:
        super().__init__("", status_code=refusal.status, media_type=MediaType.HTML, headers=refusal.headers)
        self._refusal = refusal
        self._toast = toast

    def to_asgi_response(self, app: Litestar | None, request: Request[Any, Any, Any], **rest: Any) -> ASGIApp:  # type: ignore[override]
        async def draw(scope: Scope, receive: Receive, send: Send) -> None:
            services: Services = request.app.state.services
            renderer = services.get(ShellRenderer)
            if self._toast:
                self.content = renderer.error_toast(self._refusal)
            else:
                partner = await services.get(Directory).of_host(str(request.scope.get("inspralv.host", "")))
                if scope.get("route_handler") is None:  # nothing has been asked yet who is there
                    speak_to_anybody(request, partner)
                view = view_token(request, services.get(SessionPolicy))
                if view and shown_viewing(request) is None:
                    await note_view(request, services, partner, view)
                self.content = renderer.error_page(request, partner, self._refusal)
            await super(_Late, self).to_asgi_response(app, request, **rest)(scope, receive, send)

        return draw
