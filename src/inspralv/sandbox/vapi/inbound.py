"""A customer calls one of the account's lines: its assistant answers, or its server is asked who does."""

from __future__ import annotations

from typing import Any

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.options import Account
from inspralv.sandbox.play import Play, as_made, now_in_milliseconds
from inspralv.sandbox.scripts import script_for, talk_for
from inspralv.sandbox.vapi.placing import assistant_of, new_call
from inspralv.sandbox.world import World

Thing = dict[str, Any]
_KIND = "inboundPhoneCall"
_TAKEN = ("assistantId", "assistant", "assistantOverrides")


def place_inbound(world: World, account: Account, line: Thing, number: str) -> Thing:
    """Somebody calls a line. Raises ApiError when nobody answers it and nobody can be asked."""
    asked: Thing = {"phoneNumberId": line["id"], "customer": {"number": number}}
    if not line.get("assistantId") and line.get("server"):
        call = new_call(world, account, asked, _KIND, {"status": "ringing"})
        world.start(_ask_first(world, account, line, call))
        return dict(call)
    assistant = assistant_of(world, account, line)
    call = new_call(world, account, {**asked, "assistantId": assistant["id"]}, _KIND, {"status": "queued"})
    world.start(_answer(world, call, assistant))
    return dict(call)


async def _answer(world: World, call: Thing, assistant: Thing) -> None:
    """Whoever calls is there: the endings for callees that are not make no sense here."""
    script = script_for(call["customer"]["number"], call["id"])
    await Play(world, call, assistant).run(script if script.talks else talk_for(call["customer"]["number"]))


async def _ask_first(world: World, account: Account, line: Thing, call: Thing) -> None:
    """Send `assistant-request` and do what the answer says (contract, section 7)."""
    request = {
        "type": "assistant-request", "timestamp": now_in_milliseconds(), "call": dict(call), "phoneNumber": as_made(line),
        "customer": call["customer"], "artifact": {"messages": []},
    }  # fmt: skip
    answer = await world.courier.inquire(call, line["server"], request)
    answer = answer if isinstance(answer, dict) else None
    if answer and not answer.get("error") and not answer.get("destination") and any(answer.get(k) for k in _TAKEN[:2]):
        try:
            assistant = assistant_of(world, account, answer)
        except ApiError:
            await _turn_away(world, line, call, "assistant-request-returned-invalid-assistant")
            return
        call |= {name: answer[name] for name in _TAKEN if answer.get(name)}
        await _answer(world, call, assistant)
    elif answer is None:
        await _turn_away(world, line, call, "assistant-request-failed")
    elif answer.get("error"):
        await _turn_away(world, line, call, "assistant-request-returned-error", str(answer["error"]))
    elif answer.get("destination"):
        call["destination"] = answer["destination"]
        await _turn_away(world, line, call, "assistant-request-returned-forwarding-phone-number")
    else:
        await _turn_away(world, line, call, "assistant-request-returned-no-assistant")


async def _turn_away(world: World, line: Thing, call: Thing, reason: str, words: str = "") -> None:
    """End a call that no assistant takes, after these words."""
    play = Play(world, call, {"server": line["server"], "artifactPlan": {"recordingEnabled": False}})
    if words:
        play.connect()
        await play.speak("assistant", words)
    play.end(reason)
    await play.close("", "false", "neutral")
