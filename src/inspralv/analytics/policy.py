"""What belongs to advanced analytics: everything by agent, sentiment, and files. Totals, outcomes and calls per day are
for everybody."""

from __future__ import annotations

from inspralv.foundation.language.texts import _
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.plans import Feature
from inspralv.tenancy.room import require_feature


def require_by_agent(partner: Partner) -> None:
    """Refuse figures of single agents. Raises Forbidden."""
    require_feature(partner, Feature.ADVANCED_ANALYTICS, _("Figures by agent need"))


def require_export(partner: Partner) -> None:
    """Refuse figures as a file. Raises Forbidden."""
    require_feature(partner, Feature.ADVANCED_ANALYTICS, _("The export of figures needs"))
