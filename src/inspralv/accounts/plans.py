"""The plans people can choose when they sign up on the platform."""

from __future__ import annotations

import msgspec


class Plan(msgspec.Struct, frozen=True):
    """`price` is in US dollars a month, None on request."""

    name: str
    label: str
    price: int | None
    benefits: tuple[str, ...]


PLANS = (
    Plan("starter", "Starter", 79, ("5 agents", "1,000 minutes a month", "Support by e-mail")),
    Plan("professional", "Professional", 249, ("25 agents", "5,000 minutes a month", "Priority support")),
    Plan("enterprise", "Enterprise", None, ("Unlimited agents", "Your own brand and domain", "An account manager")),
)


def plan_named(name: str) -> Plan | None:
    """Return a plan by name, or None."""
    return next((plan for plan in PLANS if plan.name == name), None)
