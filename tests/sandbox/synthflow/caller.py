"""Asks the emulator as an account of it does; every answer has to fit the description of the API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from tests.foundation.outbound.listener import Listener, Received
from tests.providers.synthflow.examples import example
from tests.providers.synthflow.schemas import Schemas

from inspralv.foundation.outbound.certificates import certificates
from inspralv.sandbox.synthflow.accounts import ACME, Account

Body = dict[str, Any]
VOICE = "21m00Tcm4TlvDq8ikWAM"


async def until(ask: Callable[[], Awaitable[Any]], met: Callable[[Any], bool]) -> Any:
    """Wait for an answer that has to come."""
    answer = await ask()
    for _ in range(500):
        if met(answer):
            return answer
        await asyncio.sleep(0.02)
        answer = await ask()
    raise AssertionError(f"it did not happen: {answer}")


class Caller:
    def __init__(self, url: str, hooks: Listener, schemas: Schemas, account: Account = ACME) -> None:
        self.url = url
        self.hooks = hooks
        self.schemas = schemas
        self.account = account
        self.region = "" if account.region == "global" else f"/{account.region}"
        self.api = httpx.AsyncClient(
            base_url=url, headers={"authorization": f"Bearer {account.api_key}"}, timeout=20, verify=certificates()
        )  # fmt: skip

    async def ask(self, method: str, path: str, body: Any = None, status: int = 200, *, fits: bool = True) -> Any:
        """Send a request and return the answer's JSON. With `fits` request and answer are checked."""
        where, _, query = path.partition("?")
        reply = await self.api.request(method, f"{self.region}/v2{path}", json=body)
        assert reply.status_code == status, reply.text
        if fits:
            if status == httpx.codes.OK:
                self.schemas.request(method, f"/v2{where}", dict(httpx.QueryParams(query)), body)
            self.schemas.answer(method, f"/v2{where}", status, reply.json())
        return reply.json()

    async def developer(self, path: str, body: Any = None) -> Any:
        reply = await self.api.request("GET" if body is None else "POST", f"/_sandbox/{path}", json=body)
        assert reply.is_success, reply.text
        return reply.json()

    async def assistant(self, kind: str = "outbound", agent: Body | None = None, **changes: Any) -> str:
        """A new assistant that tells the hooks; its id."""
        body = example("assistant.create.request") | {"type": kind, "external_webhook_url": f"{self.hooks.url}/hook"}
        del body["phone_number"]
        body["agent"] |= {"voice_id": VOICE, **(agent or {})}
        made = await self.ask("POST", "/assistants", body | changes)
        return str(made["response"]["model_id"])

    async def read_assistant(self, model_id: str) -> Body:
        found = await self.ask("GET", f"/assistants/{model_id}?include_actions=true")
        (one,) = found["response"]["assistants"]
        return dict(one)

    async def attach(self, model_id: str) -> None:
        body = {"phone_numbers": [self.account.phone_number]}
        await self.ask("PUT", f"/assistants/{model_id}/phone_numbers", body)

    async def dial(self, model_id: str, phone: str = "+14155550101", **more: Any) -> str:
        body = {"model_id": model_id, "phone": phone, "name": "Dana Lee", **more}
        return str((await self.ask("POST", "/calls", body))["response"]["call_id"])

    async def read(self, call_id: str) -> Body:
        (call,) = (await self.ask("GET", f"/calls/{call_id}"))["response"]["calls"]
        return dict(call)

    async def over(self, call_id: str) -> Body:
        """A call once it is over."""
        running = {"pending", "ringing", "in-progress"}
        return dict(await until(lambda: self.read(call_id), lambda call: call["status"] not in running))

    async def call(self, phone: str = "+14155550101", **changes: Any) -> Body:
        """A whole call with an assistant of its own."""
        model_id = await self.assistant(**changes)
        await self.attach(model_id)
        return await self.over(await self.dial(model_id, phone))

    async def told(self, count: int = 1) -> list[Received]:
        """The deliveries, once there are so many."""

        async def arrived() -> list[Received]:
            return [one for one in self.hooks.received if one.path == "/hook"]

        return list(await until(arrived, lambda found: len(found) >= count))
