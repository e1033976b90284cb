"""Orders to a running call: what its control address and its browser may tell it (Vapi contract, sections 4 and 8)."""

from __future__ import annotations

from typing import Any

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.play import Play
from inspralv.sandbox.scripts import reply_to
from inspralv.sandbox.world import World

Thing = dict[str, Any]
_CONTROLS = ("mute-assistant", "unmute-assistant", "mute-customer", "unmute-customer", "say-first-message")
_ORDERS = ("end-call", "say", "add-message", "control", "transfer")  # not "handoff": an agent here has no squad
_ROLES = ("system", "user", "assistant")


def carry_out(world: World, play: Play, order: Thing) -> None:
    """Carry out an order, or say what is wrong with it. Raises ApiError(400)."""
    kind = order.get("type")
    if kind not in _ORDERS:
        raise ApiError(400, [f"type must be one of the following values: {', '.join(_ORDERS)}"])
    if kind == "end-call":
        play.end("assistant-ended-call" if play.call["status"] == "in-progress" else "manually-canceled")
        return
    if play.call["status"] != "in-progress":
        raise ApiError(400, "The call is not in progress")
    if kind == "say":
        text = _text(order, "content")
        world.start(play.speak_last(text) if order.get("endCallAfterSpoken") else play.speak("assistant", text))
    elif kind == "add-message":
        _add_message(world, play, order)
    elif kind == "control":
        _control(world, play, order.get("control"))
    else:
        destination = order.get("destination")
        if not isinstance(destination, dict) or not (destination.get("number") or destination.get("sipUri")):
            raise ApiError(400, ["destination must be a number or a SIP address"])
        play.forward(destination)


def _add_message(world: World, play: Play, order: Thing) -> None:
    message = order.get("message")
    if not isinstance(message, dict) or message.get("role") not in _ROLES:
        raise ApiError(400, [f"message.role must be one of the following values: {', '.join(_ROLES)}"])
    text = _text(message, "content")
    play.note(message["role"], text)
    if message["role"] != "assistant" and order.get("triggerResponseEnabled", True):
        world.start(play.speak("assistant", reply_to(text)))


def _control(world: World, play: Play, control: Any) -> None:
    if control not in _CONTROLS:
        raise ApiError(400, [f"control must be one of the following values: {', '.join(_CONTROLS)}"])
    if control == "say-first-message":
        world.start(play.greet(asked=True))
        return
    do, _, who = control.partition("-")
    (play.silenced.add if do == "mute" else play.silenced.discard)("user" if who == "customer" else who)


def _text(order: Thing, name: str) -> str:
    text = order.get(name)
    if not isinstance(text, str) or not text.strip():
        raise ApiError(400, [f"{name} should not be empty"])
    return text
