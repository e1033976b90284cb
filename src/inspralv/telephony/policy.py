"""What a number, a trunk and a binding may be. Refusals name the field, and say what to do."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from inspralv.foundation.errors import Conflict, FieldError, Invalid
from inspralv.foundation.language.texts import N_, _
from inspralv.providers.contract import E164, Ability, VoiceProvider
from inspralv.telephony.hours import BusinessHours, overlapping
from inspralv.telephony.schemas import Directions, Fallback, Number, Taker, Trunk

NOT_A_NUMBER = N_("Write it with + and the country code, such as +14155550123.")
_SEPARATORS = re.compile(r"[\s().\-/]+")
_KINDS = {"agent": "agent_id", "number": "number", "message": "message"}


def refuse(pointer: str, message: str) -> Invalid:
    """Return the refusal of one field."""
    where = pointer.strip("/").replace("/", ".")
    return Invalid(f"{where}: {message}", errors=(FieldError(pointer, message),))


def read_number(text: str, pointer: str) -> str:
    """Return a number as E.164; blanks and the usual separators may stand in it. Raises Invalid at `pointer`."""
    try:
        return str(E164(_SEPARATORS.sub("", text.strip())))
    except ValueError:
        raise refuse(pointer, NOT_A_NUMBER) from None


def directions(provider: VoiceProvider) -> Directions:
    """Return which calls a number at a provider can take part in."""
    abilities = provider.abilities
    return Directions(Ability.NUMBER_BINDING in abilities, Ability.PHONE_CALLS in abilities)


def require_import(provider: VoiceProvider, *, is_active: bool) -> None:
    """Refuse an account that takes no number of one's own. Raises Invalid."""
    if Ability.NUMBER_IMPORT not in provider.abilities:
        raise refuse("/integration_id", _("%(label)s takes no numbers of one's own.", label=provider.label))
    if not is_active:
        raise refuse("/integration_id", _("This key is switched off. Switch it on under Integrations."))


def require_trunk(trunk: Trunk | None) -> Trunk:
    """Return a trunk that can be used. Raises Invalid."""
    if trunk is None:
        raise refuse("/sip_trunk_id", _("Add a SIP trunk first: the provider reaches the number through it."))
    if not trunk.is_active:
        raise refuse("/sip_trunk_id", _("“%(name)s” is switched off.", name=trunk.name))
    return trunk


def require_unused(trunk: Trunk) -> None:
    """Refuse to delete a trunk through which numbers came in. Raises Conflict."""
    if trunk.phone_numbers:
        some = (
            _("1 number uses")
            if trunk.phone_numbers == 1
            else _("%(phone_numbers)s numbers use", phone_numbers=trunk.phone_numbers)
        )
        raise Conflict(_("%(some)s “%(name)s”. Release them first.", some=some, name=trunk.name))


def require_releasable(number: Number, label: str) -> None:
    """Refuse to release what belongs to the provider. Raises Conflict."""
    if number.sip_trunk_id is None and number.state != "gone":
        raise Conflict(
            _(
                "This number belongs to your account at %(label)s. Give it back there, then fetch the numbers again.",
                label=label,
            )
        )


def require_hours(hours: BusinessHours) -> None:
    """Refuse a zone, a date or a span that cannot be. Raises Invalid with every fault."""
    errors: list[FieldError] = []
    if hours.timezone not in zoneinfo.available_timezones():
        errors.append(FieldError("/hours/timezone", _("Choose a time zone of the list.")))
    for day, spans in hours.week.items():
        place = overlapping(spans)
        if place is not None:
            errors.append(FieldError(f"/hours/{day}/{place}", _("These hours overlap with others of the day.")))
    for i, text in enumerate(hours.closed_days):
        if not _is_date(text):
            errors.append(FieldError(f"/hours/closed_days/{i}", _("There is no such date.")))
    if not any(hours.week.values()):
        errors.append(FieldError("/hours", _("Give at least one day some hours, or let the agent always answer.")))
    if errors:
        raise Invalid(f"{errors[0].pointer.strip('/').replace('/', '.')}: {errors[0].message}", errors=tuple(errors))


def read_fallback(fallback: Fallback) -> Fallback:
    """Return a fallback that is complete and in one piece, its number as E.164. Raises Invalid."""
    needed = _KINDS[fallback.kind]
    if getattr(fallback, needed) is None:
        raise refuse(f"/fallback/{needed}", _("This field is required."))
    number = read_number(fallback.number, "/fallback/number") if fallback.kind == "number" and fallback.number else None
    return Fallback(
        kind=fallback.kind,
        agent_id=fallback.agent_id if fallback.kind == "agent" else None,
        number=number,
        message=fallback.message.strip() if fallback.kind == "message" and fallback.message else None,
    )


def offered_fallbacks(provider: VoiceProvider) -> tuple[str, ...]:
    """Return the kinds of fallback that a provider can carry out; none where it does not ask us who answers."""
    if Ability.CALL_ROUTING not in provider.abilities:
        return ()
    kinds = {"agent": None, "number": Ability.ROUTE_TO_NUMBER, "message": Ability.ROUTE_TO_MESSAGE}
    return tuple(kind for kind, ability in kinds.items() if ability is None or ability in provider.abilities)


def require_routable(provider: VoiceProvider, hours: BusinessHours | None, fallback: Fallback | None) -> None:
    """Refuse hours that the provider cannot keep, and hours without an answer for the rest of the time. Raises
    Invalid."""
    offered = offered_fallbacks(provider)
    if hours is None:
        return
    if not offered:
        raise refuse(
            "/hours",
            _("%(label)s does not ask who takes a call, so a number cannot keep hours there.", label=provider.label),
        )
    if fallback is None:
        raise refuse("/fallback", _("Say what happens outside business hours."))
    if fallback.kind not in offered:
        raise refuse("/fallback/kind", _("%(label)s cannot do this when a call comes in.", label=provider.label))


def require_takers(
    number: Number, wanted: Mapping[str, UUID | None], takers: Mapping[UUID, Taker], labels: Mapping[str, str]
) -> None:
    """Refuse agents that are not there or run at another provider; `wanted` is by pointer. Raises Invalid."""
    errors = []
    for pointer, agent_id in wanted.items():
        taker = takers.get(agent_id) if agent_id else None
        if agent_id is None:
            continue
        if taker is None or taker.is_deleted:
            errors.append(FieldError(pointer, _("There is no such agent in this workspace.")))
        elif taker.provider != number.provider:
            here, there = labels[number.provider], labels.get(taker.provider, taker.provider)
            errors.append(
                FieldError(
                    pointer,
                    _(
                        "“%(name)s” runs at %(there)s, this number is at %(here)s.",
                        name=taker.name,
                        there=there,
                        here=here,
                    ),
                )
            )
    if errors:
        raise Invalid(f"{errors[0].pointer.strip('/').replace('/', '.')}: {errors[0].message}", errors=tuple(errors))


def told(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return some fields of a row as plain values for the event log."""
    return {name: str(value) if isinstance(value := getattr(row, name), UUID) else value for name in names}


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
