"""All starting points for an agent's instructions, in the order in which they are offered."""

from __future__ import annotations

from inspralv.agents.trades.commerce import COMMERCE
from inspralv.agents.trades.general import GENERAL
from inspralv.agents.trades.health import HEALTH
from inspralv.agents.trades.hosts import HOSTS
from inspralv.agents.trades.offices import OFFICES
from inspralv.agents.trades.template import PromptTemplate
from inspralv.agents.trades.workshops import WORKSHOPS

TEMPLATES: tuple[PromptTemplate, ...] = (*GENERAL, *HEALTH, *HOSTS, *OFFICES, *WORKSHOPS, *COMMERCE)
BY_KEY = {template.key: template for template in TEMPLATES}

__all__ = ["BY_KEY", "TEMPLATES", "PromptTemplate"]
