"""How a call comes about: dialled, from a browser, or from a customer."""

from __future__ import annotations

import secrets
from typing import Any

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell import versions
from inspralv.sandbox.retell.accounts import Account
from inspralv.sandbox.retell.delivery import Letter
from inspralv.sandbox.retell.endings import ending_for
from inspralv.sandbox.retell.play import Play
from inspralv.sandbox.retell.rules import call_extras, e164
from inspralv.sandbox.retell.store import Thing, new_id, now_ms
from inspralv.sandbox.retell.world import World
from inspralv.sandbox.scripts import talk_for

_KEY_MS = 3_600_000  # as long as an idempotency key counts


def place(world: World, account: Account, body: Thing) -> Thing:
    """Call a customer. The same idempotency key within an hour makes no second call. Raises ApiError."""
    key = body.get("idempotency_key")
    for call in world.store.list("calls", account) if key else ():
        if call.get("_key") == key and call["_made_at"] > now_ms() - _KEY_MS:
            return call
    from_, to = e164(body, "from_number"), e164(body, "to_number")
    line = world.store.get("numbers", account, from_)
    agent_id, ref = body.get("override_agent_id"), body.get("override_agent_version")
    if agent_id is None:
        agent_id, ref = _bound(line, "outbound_agents")
    more = {"direction": "outbound", "from_number": from_, "to_number": to, "_key": key}
    call, agent, llm = new_call(world, account, "phone_call", agent_id, ref, {**call_extras(body), **more})
    world.start(Play(world, call, agent, llm).run(ending_for(to, call["call_id"])))
    return call


def place_web(world: World, account: Account, body: Thing) -> Thing:
    """Make a call that waits for its browser. Raises ApiError."""
    more = {**call_extras(body), "access_token": secrets.token_urlsafe(32)}
    call, agent, llm = new_call(world, account, "web_call", body.get("agent_id"), body.get("agent_version"), more)
    world.start(Play(world, call, agent, llm).await_browser())
    return call


def register(world: World, account: Account, body: Thing) -> Thing:
    """Make a call that waits to be dialled by SIP, which nobody does here: it stays registered. Raises ApiError."""
    ends = {name: body[name] for name in ("from_number", "to_number") if body.get(name)}
    more = {"direction": body.get("direction") or "inbound", "from_number": "", "to_number": "", **ends}
    ref = body.get("agent_version")
    call, _, _ = new_call(
        world, account, "phone_call", body.get("agent_id"), ref, {**call_extras(body), **more}
    )  # fmt: skip
    return call


async def ring(world: World, account: Account, line: Thing, caller: str) -> None:
    """Somebody calls a line: its address is asked who answers, and its own agent does when nobody says (section 12)."""
    call_id, number = new_id("call"), line["phone_number"]
    agent_id, ref = _bound(line, "inbound_agents")
    asked: Thing = {"call_id": call_id, "from_number": caller, "to_number": number}
    if agent_id:
        asked |= {"agent_id": agent_id, "agent_version": ref if isinstance(ref, int) else 0}
    extras: Thing = {}
    if line.get("inbound_webhook_url"):
        content = {"event": "call_inbound", "call_inbound": asked}
        letter = Letter(
            account_id=account.id, kind="call_inbound", url=line["inbound_webhook_url"], content=content
        )  # fmt: skip
        answer = await world.courier.ask(call_id, letter)
        said = answer.get("call_inbound") if isinstance(answer, dict) else None
        said = said if isinstance(said, dict) else {}
        agent_id, ref = said.get("override_agent_id") or agent_id, said.get("override_agent_version") or ref
        extras = {"retell_llm_dynamic_variables": said.get("dynamic_variables"), "metadata": said.get("metadata")}
    more = {"direction": "inbound", "from_number": caller, "to_number": number, "call_id": call_id, **extras}
    try:
        call, agent, llm = new_call(world, account, "phone_call", agent_id, ref, more)
    except ApiError:
        world.courier.finish(call_id)  # nobody takes it: the call is rejected
        return
    script = ending_for(caller, call_id)
    await Play(world, call, agent, llm).run(script if script.talks else talk_for(caller))


def new_call(
    world: World, account: Account, kind: str, agent_id: Any, ref: Any, more: Thing
) -> tuple[Thing, Thing, Thing]:
    """Keep a call that was just asked for; return it with its agent's version and that one's LLM. Raises ApiError."""
    thing = world.store.get("agents", account, agent_id)
    agent = versions.pick(thing, ref)
    call_id = more.get("call_id") or new_id("call")
    fields = {
        "call_type": kind, "call_id": call_id, "agent_id": thing["_id"], "agent_version": agent["version"],
        "agent_name": agent.get("agent_name"), "call_status": "registered",
        "data_storage_setting": agent.get("data_storage_setting", "everything"),
        "opt_in_signed_url": bool(agent.get("opt_in_signed_url")), **more,
    }  # fmt: skip
    call = world.store.add("calls", account, call_id, fields)
    return call, dict(agent), dict(versions.llm_of(world.store, agent) or {})


def _bound(line: Thing, name: str) -> tuple[Any, Any]:
    """Return agent and version of a line; the heaviest of several."""
    agents = sorted(line.get(name) or (), key=lambda one: -one["weight"])
    return (agents[0]["agent_id"], agents[0].get("agent_version")) if agents else (None, None)
