"""The edge: one ASGI layer around the application for what every request and answer has in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import structlog
from litestar import Litestar, Request, Response
from litestar.enums import HttpMethod, ScopeType
from litestar.types import Message, Receive, Scope, Send

from inspralv.foundation.errors import FieldError, Forbidden, Invalid, NotFound, Refusal
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.languages import SOURCE, speak
from inspralv.foundation.language.texts import N_
from inspralv.foundation.web.addresses import hostname, is_below
from inspralv.foundation.web.problems import problem_response
from inspralv.foundation.web.request_body import RequestBody, has_body
from inspralv.foundation.web.validation import NOT_STORABLE
from inspralv.foundation.clock import system_clock

log = structlog.get_logger()
Answer = Callable[[Request[Any, Any, Any], Refusal], Response[Any]]

ADDED_HEADERS = "inspralv.headers"  # of the scope: what an admission adds to the answer, (name, value) in bytes
_TWO_YEARS = b"max-age=63072000"
_TELLS_OF_A_PROXY = {b"x-forwarded-for", b"x-forwarded-host", b"forwarded", b"via"}
_SAFE = {"GET", "HEAD", "OPTIONS"}
_SAME = {"same-origin", "none"}
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-dns-prefetch-control", b"on"),
    (b"permissions-policy", b"camera=(), geolocation=(), payment=(), microphone=(self)"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),  # after sign-out, the way back shows nothing
)
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "htmx",
}


def content_policy(widened: dict[str, str] | None = None) -> str:
    """Return the Content-Security-Policy; `widened` adds sources to directives, for pages with a voice island."""
    extra = widened or {}
    parts = {name: f"{value} {extra[name]}" if name in extra else value for name, value in _POLICY.items()}
    parts |= {name: value for name, value in extra.items() if name not in _POLICY}
    return "; ".join(f"{name} {value}" for name, value in parts.items())


class CrossSite(Forbidden):
    """Another site made the browser send it."""

    code = "CROSS_SITE"
    title = N_("This request came from another site")


class BadAddress(Invalid):
    """The address cannot be that of anything here."""

    title = NotFound.title


class EdgeConfig(msgspec.Struct, frozen=True):
    """`proxies` are the networks whose X-Forwarded-* headers are believed. `secure` means the public scheme is https;
    `platform_host` and the names below it are all ours."""

    secure: bool
    platform_host: str
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()

    def believes(self, peer: str) -> bool:
        """Whether a peer's X-Forwarded-* headers count."""
        address = _address(peer) if self.proxies else None
        return address is not None and any(address in network for network in self.proxies)

    def is_inside(self, peer: str) -> bool:
        """Whether a peer is this machine or a configured proxy."""
        address = _address(peer)
        return address is not None and (address.is_loopback or self.believes(peer))


class Edge:
    """Request id, forwarded headers, cross-site protection and security headers."""

    def __init__(self, app: Litestar, config: EdgeConfig, answer: Answer) -> None:
        """`answer` says a refusal to browsers as the rest of the house does, in words and brand of the host."""
        self.app = app
        self.config = config
        self._answer = answer
        self._policy = content_policy().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope["method"] = HttpMethod.GET
            receive, send = _without_content(receive, send)
        request_id = uuid7(system_clock()).hex
        speak(SOURCE)  # nothing of the request before, which may have come over the same connection
        own: dict[str, Any] = scope  # type: ignore[assignment] # with keys of ours beside those of ASGI
        own["inspralv.request_id"] = request_id
        headers: dict[bytes, bytes] = dict(scope["headers"])
        self._believe_proxies(scope, headers)
        structlog.contextvars.bind_contextvars(
            request_id=request_id,
            host=own["inspralv.host"],
            ip=own["inspralv.ip"],
        )

        body = RequestBody(receive) if has_body(headers) else None

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                if body:
                    await body.finish()
                message["headers"] = self._complete(scope, message["headers"], request_id)
            await send(message)

        if refusal := _refused(scope, headers):
            log.warning("refused at the edge", code=refusal.code)
            scope["litestar_app"] = self.app  # as the framework does before it looks for a route
            request: Request[Any, Any, Any] = Request(scope, receive, send)
            answer = self._answer if b"text/html" in headers.get(b"accept", b"") else problem_response
            await answer(request, refusal).to_asgi_response(None, request)(scope, receive, send_with_headers)
            return
        await self.app(scope, body.receive if body else receive, send_with_headers)

    def _believe_proxies(self, scope: Any, headers: dict[bytes, bytes]) -> None:
        peer = scope["client"][0] if scope.get("client") else ""
        host = headers.get(b"host", b"")
        forwarded = not _TELLS_OF_A_PROXY.isdisjoint(headers)
        # Whoever asks through the proxy is not the proxy itself.
        scope["inspralv.inside"] = not forwarded and self.config.is_inside(peer)
        if self.config.believes(peer):
            host = headers.get(b"x-forwarded-host", host).rpartition(b",")[2].strip() or host
            peer = self._sender(peer, headers.get(b"x-forwarded-for", b"").decode("latin-1"))
        scope["inspralv.host"] = host.decode("latin-1").lower()
        scope["inspralv.ip"] = peer
        scope["inspralv.languages"] = headers.get(b"accept-language", b"").decode("latin-1")
        scope["inspralv.agent"] = headers.get(b"user-agent", b"")[:400].decode("latin-1")

    def _sender(self, peer: str, forwarded: str) -> str:
        """Return the address nearest to us that is no proxy of ours: whatever stands left of it, anybody may have
        written."""
        for entry in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
            if _address(entry) is None:
                return peer
            peer = entry
            if not self.config.believes(entry):
                return peer
        return peer

    def _https_only(self, scope: Any) -> tuple[tuple[bytes, bytes], ...]:
        """Keep browsers to https. What lies below a partner's own domain is not ours, and may know http only."""
        if not self.config.secure:
            return ()
        is_ours = is_below(hostname(scope["inspralv.host"]), self.config.platform_host)
        return ((b"strict-transport-security", _TWO_YEARS + (b"; includeSubDomains" if is_ours else b"")),)

    def _complete(
        self, scope: Any, headers: Iterable[tuple[bytes, bytes]], request_id: str
    ) -> list[tuple[bytes, bytes]]:
        own = [*headers]
        names = {name.lower() for name, _ in own}
        added = [(name, value) for name, value in scope.get(ADDED_HEADERS, ()) if name not in names]
        # What a page says itself stands alone: of two policies in one header, browsers follow the last.
        always = [(name, value) for name, value in (*_ALWAYS, *self._https_only(scope)) if name not in names]
        complete = [*own, *added, *always, (b"x-request-id", request_id.encode())]
        if b"content-security-policy" not in names:
            complete.append((b"content-security-policy", self._policy))
        return complete


def _without_content(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """Answer a HEAD request as GET would be, without the content (RFC 9110, section 9.3.2). To the application the
    client is gone once it has the headers, so that a live stream ends there too."""
    answered = False

    async def receive_until_answered() -> Any:
        return {"type": "http.disconnect"} if answered else await receive()

    async def send_headers(message: Message) -> None:
        nonlocal answered
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            answered = True

    return receive_until_answered, send_headers


@lru_cache(maxsize=1024)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address; one of version 4 in the clothes of version 6 as what it is. None for anything else."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _refused(scope: Any, headers: dict[bytes, bytes]) -> Refusal | None:
    """Say what is wrong with a request before anybody looks where it leads; None when nothing is."""
    if places := _with_nul(scope):
        errors = tuple(FieldError(place, NOT_STORABLE, "nul") for place in places)
        return BadAddress(N_("The address holds a character that is not allowed."), errors=errors)
    if not _has_port(headers.get(b"host", b"")):
        return BadAddress(N_("The address names a port that there cannot be."))
    return CrossSite() if _is_cross_site(scope, headers) else None


def _has_port(host: bytes) -> bool:
    """Whether what a Host header says of a port can be one: the framework, which looks at the rest, stumbles over it."""
    try:
        port = urlsplit(b"//" + host).port
    except ValueError:
        return False
    return port is None or port > 0


def _with_nul(scope: Any) -> list[str]:
    """Return where an address holds a NUL character, which PostgreSQL's text cannot: "path", or query parameters."""
    places = ["path"] if b"%00" in scope["raw_path"] or "\x00" in scope["path"] else []
    if b"%00" in scope["query_string"]:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        places += [name.replace("\x00", "") for name, value in pairs if "\x00" in name + value]
    return list(dict.fromkeys(places))


def _is_cross_site(scope: Any, headers: dict[bytes, bytes]) -> bool:
    """Refuse unsafe requests that another site made a browser send, with a cookie or without: another site must not
    sign people in either. Programs and providers send neither header, so they are not concerned."""
    if scope["method"] in _SAFE:
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site.decode("latin-1") not in _SAME
    origin = headers.get(b"origin")
    return origin is not None and origin.decode("latin-1").partition("://")[2].lower() != scope["inspralv.host"]
