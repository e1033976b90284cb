"""When a domain is proved, when it lapses, and when to look again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from inspralv.domains.schemas import Domain, Reason, Seen
from inspralv.foundation.language.texts import N_

MOST_DOMAINS = 20  # of one partner
# A record that is gone may be an accident: so many looks have to miss it, over at least so long.
LOOKS, GRACE = 3, timedelta(hours=24)
# Servers that are gone may come back as somebody else's.
SILENCE = timedelta(days=7)
_FAILING_AGAIN = timedelta(hours=12)
_SOONEST, _LATEST, _PATIENCE = timedelta(minutes=1), timedelta(hours=6), timedelta(days=7)

WORDS: dict[Reason, str] = {
    "": "",
    "unanswered": N_("The name servers of the domain did not answer. We look again by ourselves."),
    "no_txt": N_("The TXT record that proves the domain is yours was not found."),
    "other_txt": N_("The TXT record shows another code: somebody else may hold the domain now."),
    "no_cname": N_("The host name leads nowhere yet: its CNAME record was not found."),
    "other_cname": N_("The host name leads somewhere else."),
}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a look comes to."""

    verified_at: datetime | None
    lapsed_at: datetime | None
    reason: Reason
    failing_since: datetime | None = None
    failed_looks: int = 0
    became: Literal["", "verified", "lapsed"] = ""


def judge(domain: Domain, seen: Seen, now: datetime) -> Verdict:
    """Say what a look means for a domain. Servers that did not answer cost it nothing for a week, and nothing at all
    while ours do not answer either."""
    reason = reason_of(domain.verification_token, seen)
    if not reason:
        became: Literal["", "verified"] = "" if domain.is_proved else "verified"
        return Verdict(verified_at=domain.verified_at or now, lapsed_at=None, reason="", became=became)
    if not domain.is_proved:
        return Verdict(verified_at=None, lapsed_at=domain.lapsed_at, reason=reason)
    if reason == "unanswered" and not seen.alone:
        return Verdict(
            verified_at=domain.verified_at, lapsed_at=None, reason=reason, failing_since=domain.failing_since,
            failed_looks=domain.failed_looks,
        )  # fmt: skip
    looks, since = domain.failed_looks + 1, domain.failing_since or now
    patience = SILENCE if reason == "unanswered" else GRACE
    if reason == "other_txt" or (looks >= LOOKS and now - since >= patience):
        return Verdict(verified_at=None, lapsed_at=now, reason=reason, became="lapsed")
    return Verdict(
        verified_at=domain.verified_at, lapsed_at=None, reason=reason, failing_since=since, failed_looks=looks
    )


def reason_of(token: str, seen: Seen) -> Reason:
    """Say what is wrong, the gravest first; empty when both records are right."""
    if token not in seen.txt:
        if seen.txt:
            return "other_txt"
        if seen.txt_answered:
            return "no_txt"
    if seen.target_answered and not seen.points:
        return "other_cname" if seen.target else "no_cname"
    return "" if seen.txt_answered and seen.target_answered else "unanswered"


def next_look(domain: Domain, verdict: Verdict, now: datetime) -> timedelta | None:
    """Say after how long to look again, besides the daily look: often while somebody sets the records, ever more seldom
    later; soon when a record has gone missing."""
    if verdict.verified_at is not None:
        return _FAILING_AGAIN if verdict.reason else None
    age = now - (verdict.lapsed_at or domain.created_at)
    return None if age > _PATIENCE else min(max(age / 4, _SOONEST), _LATEST)
