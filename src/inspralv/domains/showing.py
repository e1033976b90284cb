"""A domain as the API tells it and as pages show it."""

from __future__ import annotations

import msgspec

from inspralv.domains.actions import is_platform
from inspralv.domains.policy import WORDS
from inspralv.domains.schemas import Domain, DomainOut, Record
from inspralv.domains.zone import Zone
from inspralv.foundation.context import Context
from inspralv.foundation.language.texts import said
from inspralv.foundation.web.addresses import Addresses


class DomainCard(msgspec.Struct, frozen=True):
    """A domain with its records, as pages show it. `url` is its address, `message` why it is not proved, `platform` says
    that it was given by the platform."""

    domain: Domain
    records: tuple[Record, ...]
    url: str
    message: str
    platform: bool


def card_of(ctx: Context, domain: Domain) -> DomainCard:
    """Return what a page shows of a domain."""
    url = ctx.services.get(Addresses).url(domain.hostname, "/")
    return DomainCard(
        domain, records_of(ctx, domain), url, said(WORDS[domain.reason]), is_platform(ctx, domain.hostname)
    )


def told(ctx: Context, domain: Domain) -> DomainOut:
    """Return the API's view of a domain."""
    return DomainOut(
        id=domain.id, hostname=domain.hostname, is_primary=domain.is_primary, state=domain.state, reason=domain.reason,
        message=said(WORDS[domain.reason]), records=records_of(ctx, domain), created_at=domain.created_at,
        verified_at=domain.verified_at, checked_at=domain.checked_at,
    )  # fmt: skip


def records_of(ctx: Context, domain: Domain) -> tuple[Record, ...]:
    """Return the records to set, beside what DNS shows; none for the platform's own subdomain."""
    if is_platform(ctx, domain.hostname):
        return ()
    seen, token = domain.seen, domain.verification_token
    return (
        Record("CNAME", domain.hostname, ctx.services.get(Zone).target, seen.target, seen.target_answered, seen.points),
        Record("TXT", domain.txt_name, token, seen.txt, seen.txt_answered, token in seen.txt),
    )
