from collections.abc import Mapping
from dataclasses import replace
from typing import NotRequired, TypedDict, Unpack

from inspralv.foundation.outbound import Answer, AnswerTooLarge, Outbound, TimedOut, Unreachable, Unsendable
from inspralv.foundation.outbound import Unavailable as OutboundUnavailable
from inspralv.providers import sentences
from inspralv.providers.errors import BadCredentials, Malformed, Missing, ProviderError, Throttled, Unavailable
from inspralv.providers.vapi.refusals import reasons_in, refusal

DEADLINE = 20.0
CONCURRENCY = "over concurrency limit"

BAD_REQUEST, FORBIDDEN, SERVER_FAULT = 400, 403, 500
PASSING = frozenset({408, 425, 429})
PLAIN: dict[int, type[ProviderError]] = {401: BadCredentials, 404: Missing, 410: Missing}


class Lost(Unavailable):
    """No usable answer, and what was asked for may have been done all the same."""


class Body(TypedDict):
    json: NotRequired[object]
    params: NotRequired[Mapping[str, str]]


class VapiClient:
    """Knows addresses and status codes; every method raises `ProviderError`s only."""

    def __init__(self, http: Outbound, base_url: str, key: str, *, region: str) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._breaker = f"vapi:{region}"

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> bytes:
        return await self._ask("GET", path, params=params or {})

    async def post(self, path: str, json: object) -> bytes:
        """Raises Lost when it may have been done although no answer came."""
        return await self._ask("POST", path, json=json)

    async def patch(self, path: str, json: object) -> bytes:
        return await self._ask("PATCH", path, json=json)

    async def delete(self, path: str) -> bytes:
        return await self._ask("DELETE", path)

    async def control(self, control_url: str, command: object) -> None:
        """A command to a running call. The address comes from the call itself and takes no key."""
        await self._send("POST", control_url, {}, json=command)

    async def _ask(self, method: str, path: str, **body: Unpack[Body]) -> bytes:
        headers = {"authorization": f"Bearer {self._key}"}
        return (await self._send(method, self._base_url + path, headers, **body)).body

    async def _send(self, method: str, url: str, headers: Mapping[str, str], **body: Unpack[Body]) -> Answer:
        try:
            answer = await self._http.request(
                method,
                url,
                deadline=DEADLINE,
                breaker=self._breaker,
                idempotent=method != "POST",
                headers=headers,
                **body,
            )
        except (TimedOut, Unreachable) as error:
            kind = Lost if error.maybe_sent else Unavailable
            raise kind(sentences.NO_ANSWER(provider="Vapi", reason=error)) from error
        except OutboundUnavailable as error:
            raise Unavailable(
                sentences.NOT_ANSWERING(provider="Vapi", reason=error), retry_after=error.retry_after
            ) from error
        except Unsendable as error:
            raise BadCredentials(sentences.IMPOSSIBLE_KEY()) from error
        except AnswerTooLarge as error:
            raise Malformed(sentences.TOO_LONG(provider="Vapi", reason=error)) from error
        if not answer.is_success:
            raise _error_of(_without(answer, self._key), method)
        return answer


def _without(answer: Answer, key: str) -> Answer:
    """Return the answer without the key, should it repeat it: its words are kept and shown."""
    return replace(answer, body=answer.body.replace(key.encode(), b"***"))


def _error_of(answer: Answer, method: str) -> ProviderError:
    status, reason, wait = answer.status, reasons_in(answer.body)[0], answer.retry_after()
    if status in PASSING or (status == BAD_REQUEST and reason.lower().startswith(CONCURRENCY)):
        return Throttled(reason, retry_after=wait)
    if status >= SERVER_FAULT:
        kind = Lost if method == "POST" else Unavailable
        return kind(sentences.ANSWERED(provider="Vapi", status=status, reason=reason), retry_after=wait)
    if status == FORBIDDEN:
        return _forbidden(answer, reason)
    if status in PLAIN:
        return PLAIN[status](reason)
    if status >= BAD_REQUEST:
        return refusal(answer.body)
    return Malformed(sentences.NO_SUCH_ANSWER(provider="Vapi", status=status))


def _forbidden(answer: Answer, reason: str) -> ProviderError:
    """JSON: the key may not do this. HTML: the protection in front of Vapi turned us away, which passes."""
    if "json" in answer.headers.get("content-type", ""):
        return BadCredentials(reason)
    return Unavailable(sentences.TURNED_AWAY(provider="Vapi"), retry_after=answer.retry_after())
