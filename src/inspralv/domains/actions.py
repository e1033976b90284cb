"""What owners and admins do with domains."""

from __future__ import annotations

from inspralv.domains import queries
from inspralv.domains.events import DomainAdded, DomainRemoved, PrimaryChanged
from inspralv.domains.looking import TOPIC
from inspralv.domains.names import plain_domain
from inspralv.domains.policy import MOST_DOMAINS
from inspralv.domains.schemas import TXT_LABEL, Domain
from inspralv.domains.watching import look_now
from inspralv.domains.zone import Zone
from inspralv.foundation.cache.invalidation import stale
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict, FieldError, Forbidden, Invalid
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.errors import OutboundError
from inspralv.foundation.outbound.names import NameServers
from inspralv.foundation.secrets import new_token
from inspralv.foundation.web.addresses import Addresses, is_below
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.directory import TOPIC as PARTNERS
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.plans import Feature, has_feature, plan_of
from inspralv.tenancy.room import partner_of

_TAKEN = N_("This domain is in use here already, or somebody is proving right now that it is theirs.")


async def claim(ctx: PartnerContext, typed: str) -> Domain:
    """Add a host name, even where somebody else holds it without proof: such a claim gives way to whoever shows a record
    of theirs. Raises what `add` does; the Conflict says which record."""
    try:
        return await add(ctx, ctx.partner, typed)
    except Conflict:
        hostname = own_name(ctx, typed)
    place, code = f"{TXT_LABEL}.{hostname}", _claim_code(ctx, hostname)
    async with ctx.on_the_network():
        seen = await ctx.services.get(NameServers).ask(place, "TXT")
    if code not in seen.values:
        message = _(
            "This domain is in use here already, or somebody claims it without proof. If it is yours, set a TXT record at "
            "%(place)s with the value %(code)s and add the domain again: a claim without proof gives way.",
            place=place,
            code=code,
        )
        raise Conflict(message, errors=(FieldError("/hostname", message, "taken"),))
    return await add(ctx, ctx.partner, typed, proof=code)


async def add(ctx: Context, partner: Partner, typed: str, proof: str | None = None) -> Domain:
    """Add a host name to the context's partner and look at its records at once. `proof` is the value of a record that
    was seen and that only this partner is told. Raises Invalid, Conflict for a taken one, Forbidden beyond the limit or
    where the plan has none."""
    _require_plan(partner)
    try:
        hostname = own_name(ctx, typed)
    except ValueError as error:
        raise _refused(str(error)) from None
    held = await queries.list_domains(ctx)
    if any(one.hostname == hostname for one in held):
        raise _refused(_("You have added this domain already."))
    if len(held) >= MOST_DOMAINS:
        raise Forbidden(
            _("An organisation has %(most_domains)s domains at most. Remove one first.", most_domains=MOST_DOMAINS)
        )
    domain_id = uuid7(ctx.now)
    if not await queries.add_domain(ctx, domain_id, hostname, proof or new_token(), proved=proof is not None):
        raise Conflict(_TAKEN, errors=(FieldError("/hostname", _TAKEN, "taken"),))
    ctx.record(DomainAdded(entity_id=domain_id, new={"hostname": hostname}))
    ctx.defer(look_now(hostname))
    return await queries.find_domain(ctx, hostname)


def _claim_code(ctx: PartnerContext, hostname: str) -> str:
    """What this partner, and no other, shows for this name; nothing needs to be kept for it."""
    return ctx.services.sealer.sign(f"claim of {hostname} by {ctx.partner_id}".encode()).hex()[:32]


def own_name(ctx: Context, typed: str) -> str:
    """Return a partner's own host name as it is stored. Raises ValueError with what is wrong, as `plain_domain` does and
    for the platform's names."""
    hostname = plain_domain(typed)
    if is_platform(ctx, hostname) or hostname == ctx.services.get(Zone).target:
        raise ValueError(_("This is the platform's own domain. Use one of yours."))
    return hostname


def is_platform(ctx: Context, hostname: str) -> bool:
    """Whether a name is the platform's own or a subdomain it gave out, which need no proof."""
    return is_below(hostname, ctx.services.get(Addresses).platform_host)


async def check(ctx: Context, hostname: str) -> Domain:
    """Look at the records of a domain as soon as the worker comes to it. Raises NotFound, Invalid, Forbidden for a name
    that waits for its proof where the plan has no own domains."""
    domain = await queries.find_domain(ctx, hostname)
    _require_own(ctx, domain)
    if not domain.is_proved:
        _require_plan(await partner_of(ctx))
    ctx.defer(look_now(domain.hostname))
    return domain


async def make_primary(ctx: Context, hostname: str) -> Domain:
    """Have links in mails lead to a domain. Raises NotFound, Invalid while it is not proved."""
    domain, before = await queries.find_domain(ctx, hostname), await queries.find_primary(ctx)
    if not await queries.make_primary(ctx, domain.hostname):
        raise _refused(_("Only a domain that is proved can be the primary one."))
    if not domain.is_primary:
        ctx.record(PrimaryChanged(entity_id=domain.id, old={"hostname": before}, new={"hostname": domain.hostname}))
        stale(ctx, PARTNERS)
        ctx.publish(TOPIC)
    return await queries.find_domain(ctx, domain.hostname)


async def remove(ctx: Context, hostname: str) -> Domain:
    """Let a domain go: from now on it leads here no more. Return what it was. Raises NotFound, Invalid for the primary one."""
    domain = await queries.find_domain(ctx, hostname)
    if not await queries.remove_domain(ctx, domain.hostname):
        raise _refused(_("This is the primary domain. Make another one primary first."))
    ctx.record(DomainRemoved(entity_id=domain.id, old={"hostname": domain.hostname}))
    stale(ctx, PARTNERS)
    return domain


async def play_records(ctx: PartnerContext, hostname: str, *, there: bool) -> None:
    """Set both records at the stand-in DNS server, or take them away, and look. Raises NotFound, Invalid where the real
    DNS is asked."""
    domain = await queries.find_domain(ctx, hostname)
    _require_own(ctx, domain)
    zone = ctx.services.get(Zone)
    if not zone.stand_in:
        raise _refused(_("Records are set where the domain is registered."))
    records = [
        {"name": domain.hostname, "type": "CNAME", "values": [zone.target] if there else []},
        {"name": domain.txt_name, "type": "TXT", "values": [domain.verification_token] if there else []},
    ]
    async with ctx.on_the_network():
        try:
            answer = await ctx.services.get(Outbound).request(
                "PUT", zone.stand_in, json=records, deadline=5.0, breaker="stand-in DNS"
            )
        except OutboundError:
            raise _refused(_("The stand-in DNS server does not run. Start the sandbox.")) from None
    if not answer.is_success:
        raise _refused(_("The stand-in DNS server answered %(status)s.", status=answer.status))
    ctx.defer(look_now(domain.hostname))


def _require_plan(partner: Partner) -> None:
    if not has_feature(partner, Feature.CUSTOM_DOMAIN):
        plan = plan_of(partner).label
        raise Forbidden(
            _(
                "The %(plan)s plan has no domains of your own (feature %(value)s).",
                plan=plan,
                value=Feature.CUSTOM_DOMAIN.value,
            )
        )


def _require_own(ctx: Context, domain: Domain) -> None:
    if is_platform(ctx, domain.hostname):
        raise _refused(_("The platform's own subdomain needs no records."))


def _refused(message: str) -> Invalid:
    return Invalid(message, errors=(FieldError("/hostname", message),))
