from collections.abc import Mapping
from dataclasses import replace
from typing import NotRequired, TypedDict, Unpack

from inspralv.foundation.outbound import Answer, AnswerTooLarge, Outbound, TimedOut, Unreachable, Unsendable
from inspralv.foundation.outbound import Unavailable as OutboundUnavailable
from inspralv.providers import sentences
from inspralv.providers.errors import BadCredentials, Malformed, Missing, ProviderError, Throttled, Unavailable
from inspralv.providers.retell.refusals import reason_in, refusal

DEADLINE = 20.0

BAD_REQUEST, CONFLICT, SERVER_FAULT = 400, 409, 500
PASSING = frozenset({408, 425, 429})
PLAIN: dict[int, type[ProviderError]] = {
    401: BadCredentials, 403: BadCredentials, 404: Missing, 410: Missing, 422: Missing,
}  # fmt: skip
"""422 is how the older endpoints say "not found" (contract section 1)."""
JSON = "application/json"


class Lost(Unavailable):
    """No usable answer, and what was asked for may have been done all the same."""


class Body(TypedDict):
    json: NotRequired[object]
    content: NotRequired[bytes]
    params: NotRequired[Mapping[str, str]]


class RetellClient:
    """Knows addresses and status codes; every method raises `ProviderError`s only."""

    def __init__(self, http: Outbound, base_url: str, key: str) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._key = key

    @property
    def base_url(self) -> str:
        return self._base_url

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> bytes:
        return await self._ask("GET", path, params=params)

    async def post(self, path: str, json: object, params: Mapping[str, str] | None = None) -> bytes:
        """Raises Lost when it may have been done although no answer came."""
        return await self._ask("POST", path, json=json, params=params)

    async def order(self, path: str, json: object | None = None) -> None:
        """A POST whose answer has no body. Raises Lost."""
        await self._ask("POST", path, json=json, answers=False)

    async def patch(self, path: str, json: object, params: Mapping[str, str] | None = None) -> bytes:
        return await self._ask("PATCH", path, json=json, params=params)

    async def delete(self, path: str, *, answers: bool = False) -> bytes:
        return await self._ask("DELETE", path, answers=answers)

    async def upload(self, path: str, form: bytes, content_type: str) -> bytes:
        """A POST of a form with files. Raises Lost."""
        return await self._send("POST", path, {"content-type": content_type}, content=form)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, str] | None = None,
        answers: bool = True,
    ) -> bytes:
        # The official package says JSON even where there is no body.
        headers = {"content-type": JSON} if method != "GET" else {}
        if not answers:
            headers["accept"] = "*/*"
        body = Body(params=params or {})
        if json is not None:
            body["json"] = json
        return await self._send(method, path, headers, **body)

    async def _send(self, method: str, path: str, headers: Mapping[str, str], **body: Unpack[Body]) -> bytes:
        try:
            answer = await self._http.request(
                method,
                self._base_url + path,
                deadline=DEADLINE,
                breaker="retell",
                idempotent=method != "POST",
                headers={"accept": JSON, **headers, "authorization": f"Bearer {self._key}"},
                **body,
            )
        except (TimedOut, Unreachable) as error:
            kind = Lost if error.maybe_sent else Unavailable
            raise kind(sentences.NO_ANSWER(provider="Retell", reason=error)) from error
        except OutboundUnavailable as error:
            raise Unavailable(
                sentences.NOT_ANSWERING(provider="Retell", reason=error), retry_after=error.retry_after
            ) from error
        except Unsendable as error:
            raise BadCredentials(sentences.IMPOSSIBLE_KEY()) from error
        except AnswerTooLarge as error:
            raise Malformed(sentences.TOO_LONG(provider="Retell", reason=error)) from error
        if not answer.is_success:
            raise _error_of(_without(answer, self._key), method)
        return answer.body


def _without(answer: Answer, key: str) -> Answer:
    """Return the answer without the key, should it repeat it: its words are kept and shown."""
    return replace(answer, body=answer.body.replace(key.encode(), b"***"))


def _error_of(answer: Answer, method: str) -> ProviderError:
    status, reason, wait = answer.status, reason_in(answer.body), answer.retry_after()
    if status in PASSING:
        return Throttled(reason, retry_after=wait)
    if status >= SERVER_FAULT:
        kind = Lost if method == "POST" else Unavailable
        return kind(sentences.ANSWERED(provider="Retell", status=status, reason=reason), retry_after=wait)
    if status == CONFLICT:
        return Unavailable(sentences.BUSY(provider="Retell", reason=reason), retry_after=wait)
    if status in PLAIN:
        return PLAIN[status](reason)
    if status >= BAD_REQUEST:
        return refusal(answer.body)
    return Malformed(sentences.NO_SUCH_ANSWER(provider="Retell", status=status))
