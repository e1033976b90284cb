import asyncio
from collections.abc import Mapping, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self, TypedDict, Unpack

import httpx
import msgspec
import stamina

from inspralv.foundation.language.stored import Stored
from inspralv.foundation.outbound.answer import Answer
from inspralv.foundation.outbound.breaker import Breakers, ServerFault, counted
from inspralv.foundation.outbound.certificates import certificates
from inspralv.foundation.outbound.egress import Egress, GuardedTransport
from inspralv.foundation.outbound.errors import AnswerTooLarge, TimedOut, Unreachable, Unsendable
from inspralv.foundation.outbound.offline import refuse_inside_transaction
from inspralv.foundation.outbound.watch import observed

SILENT = Stored("%(host)s gave no answer in %(seconds)s s")
SENT_TOO_MUCH = Stored("%(host)s sent more than %(bytes)s bytes")
FilePart = tuple[str, tuple[str, bytes, str]]
"""Form field, then file name, content and media type."""

CONNECTION_ATTEMPTS = 3
MAX_BODY = 10 * 1024 * 1024
BROKEN_CONNECTION = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError, httpx.TimeoutException)
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
LOOPBACK_DIRECT: dict[str, httpx.AsyncBaseTransport | None] = {
    # A proxy of the environment is for the outside; None means: no proxy.
    "all://localhost": None,
    "all://127.0.0.1": None,
    "all://[::1]": None,
}


class Parts(TypedDict, total=False):
    """What a request may carry besides method and address; at most one of `json`, `content`, `files`."""

    headers: Mapping[str, str]
    params: Mapping[str, str]
    json: object
    content: bytes
    files: Sequence[FilePart]
    follow: bool
    """Follow redirects; credentials are dropped when another host takes over. Default: no."""
    max_body: int
    """Bytes of answer that are accepted, after decompression. Default: 10 MiB."""


class Outbound:
    """One shared HTTP client for the whole process; open it once, close it at the end.

    With `egress` it serves addresses given by users, and refuses those that are not on the public internet.
    """

    def __init__(self, *, egress: Egress | None = None, breakers: Breakers | None = None) -> None:
        self._breakers = breakers or Breakers()
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(egress) if egress else None,
            verify=certificates(),
            mounts=None if egress else LOOPBACK_DIRECT,
            # One client serves all tenants: a cookie set in answer to one must never travel with another.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            headers={"user-agent": "Voice-Agents"},  # partners' clients read it in the logs of their own servers
            # The deadline of the call is the only clock, save for a connection that does not come about.
            timeout=httpx.Timeout(None, connect=5.0),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def request(
        self, method: str, url: str, *, deadline: float, breaker: str, idempotent: bool = False, **parts: Unpack[Parts]
    ) -> Answer:
        """One call, whatever status it brings.

        `deadline` is in seconds and covers everything: name lookup, retries, the whole body. Connection errors are
        tried again only when the call is `idempotent`. `breaker` is the key under which failures are counted.
        Raises NetworkInsideTransaction, Unavailable (breaker open), Unreachable, TimedOut, AnswerTooLarge, Unsendable,
        EgressRefused.
        """
        refuse_inside_transaction(f"{method} {url.partition('?')[0]}")
        max_body = parts.get("max_body", MAX_BODY)
        request = self._build(method, url, parts)
        follow = parts.get("follow", False)
        with observed(breaker) as observation:
            try:
                async with self._breakers.watch(breaker):
                    attempts = CONNECTION_ATTEMPTS if idempotent else 1
                    answer = counted(
                        await self._within(deadline, request, attempts=attempts, follow=follow, max_body=max_body)
                    )
            except ServerFault as fault:
                answer = fault.answer
            observation.saw(answer)
        return answer

    def _build(self, method: str, url: str, parts: Parts) -> httpx.Request:
        headers = dict(parts.get("headers", {}))
        content = parts.get("content")
        if "json" in parts:
            content = msgspec.json.encode(parts["json"])
            headers["content-type"] = "application/json"
        try:
            return self._client.build_request(
                method, url, headers=headers, params=parts.get("params"), content=content, files=parts.get("files")
            )
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Unsendable(f"{method} request cannot be built: {type(error).__name__}") from error

    async def _within(
        self, deadline: float, request: httpx.Request, *, attempts: int, follow: bool, max_body: int
    ) -> Answer:
        try:
            async with asyncio.timeout(deadline):
                async for attempt in stamina.retry_context(
                    on=BROKEN_CONNECTION, attempts=attempts, timeout=None, wait_initial=0.1, wait_jitter=0.2
                ):
                    with attempt:
                        return await self._once(request, follow=follow, max_body=max_body)
        except TimeoutError as error:
            raise TimedOut(SILENT(host=request.url.host, seconds=f"{deadline:g}"), deadline=deadline) from error
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol) as error:
            raise Unsendable(f"{request.url.host}: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            sent = not isinstance(error, NEVER_SENT)
            raise Unreachable(f"{request.url.host}: {type(error).__name__}", maybe_sent=sent) from error
        raise AssertionError("the retry loop ends by answer or error")

    async def _once(self, request: httpx.Request, *, follow: bool, max_body: int) -> Answer:
        response = await self._client.send(request, stream=True, follow_redirects=follow)
        try:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > max_body:
                    raise AnswerTooLarge(SENT_TOO_MUCH(host=request.url.host, bytes=max_body))
        finally:
            await response.aclose()
        return Answer(status=response.status_code, headers=response.headers, body=bytes(body))
