"""Asks the sandbox for assistants and calls, and waits for what becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import websockets
from tests.conftest import Sandbox
from tests.foundation.outbound.listener import Listener, Received
from tests.providers.vapi.examples import example

EVERYTHING = ["status-update", "end-of-call-report", "transcript", "speech-update", "conversation-update", "tool-calls"]
MOODS = {"enabled": True, "schema": {"type": "object", "properties": {"sentiment": {"type": "string"}}}}
Body = dict[str, Any]


async def until(met: Callable[[], bool]) -> None:
    """Wait for something that has to happen."""
    for _ in range(2000):
        if met():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen")


class Caller:
    def __init__(self, sandbox: Sandbox, hooks: Listener) -> None:
        self.sandbox = sandbox
        self.hooks = hooks
        self.api: httpx.AsyncClient = sandbox.api

    async def ask(self, method: str, path: str, body: Any = None, status: int | None = None) -> Any:
        """Send a request and return the answer's JSON; `status` is what it has to be, usually a success."""
        answer = await self.api.request(method, path, json=body)
        assert answer.status_code == (status or (201 if method == "POST" else 200)), answer.text
        return answer.json()

    async def speed(self, speed: float) -> None:
        await self.ask("POST", "/_sandbox/speed", {"speed": speed}, 200)

    async def assistant(self, **changes: Any) -> Body:
        """An assistant that tells everything to the hooks."""
        body = example("assistant.create.request")
        body["analysisPlan"]["structuredDataPlan"] = MOODS
        body |= {"server": {"url": f"{self.hooks.url}/hook"}, "serverMessages": EVERYTHING}
        made: Body = await self.ask("POST", "/assistant", body | changes)
        return made

    async def dial(self, assistant: Body, number: str = "+14155550101", **more: Any) -> Body:
        customer = {"number": number, "name": "Dana Lee", "externalId": "lead_42"}
        line = self.sandbox.phone_number_id
        asked = {"assistantId": assistant["id"], "phoneNumberId": line, "customer": customer}
        placed: Body = await self.ask("POST", "/call", asked | more)
        return placed

    async def call(self, **changes: Any) -> list[Body]:
        """One whole call with an assistant of its own: the webhooks it sent."""
        placed = await self.dial(await self.assistant(**changes))
        return await self.report(placed)

    async def report(self, call: Body) -> list[Body]:
        """A call's webhooks up to its report."""
        await until(lambda: "end-of-call-report" in self.types(call))
        return self.messages(call)

    def messages(self, call: Body | None = None) -> list[Body]:
        """The webhooks that arrived, of one call or of all."""
        all_of_them = [received.json["message"] for received in self.deliveries()]
        return [one for one in all_of_them if call is None or one["call"]["id"] == call["id"]]

    def types(self, call: Body | None = None) -> list[str]:
        return [message["type"] for message in self.messages(call)]

    def deliveries(self) -> list[Received]:
        return [received for received in self.hooks.received if received.path == "/hook"]

    async def tries(self, count: int) -> list[Body]:
        """The sandbox's own log of deliveries, once it has so many entries."""
        for _ in range(2000):
            tried = await self.sandbox.deliveries()
            if len(tried) >= count:
                return tried
            await asyncio.sleep(0.005)
        raise AssertionError("nothing was delivered")

    async def read(self, call: Body) -> Body:
        """The call as it is now."""
        found: Body = await self.ask("GET", f"/call/{call['id']}")
        return found

    async def reach(self, call: Body, status: str) -> Body:
        """The call, once it has this status."""
        for _ in range(1000):
            found = await self.read(call)
            if found["status"] == status:
                return found
            await asyncio.sleep(0.005)
        raise AssertionError(f"the call is not {status}")

    def enter(self, call: Body) -> websockets.connect:
        """The room of a web call."""
        return websockets.connect(call["webCallUrl"].replace("http", "ws", 1), proxy=None)


def statuses(messages: list[Body]) -> list[str]:
    """How a call moved on, by its webhooks."""
    return [message["status"] for message in messages if message["type"] == "status-update"]
