"""Making a partner of an application: everything, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import msgspec

from inspralv.foundation.cache.invalidation import stale
from inspralv.foundation.errors import Conflict, FieldError, Invalid
from inspralv.foundation.events.event import Event
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.passwords import hash_password
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.foundation.web.addresses import Addresses
from inspralv.onboarding import letters, provision_queries, queries
from inspralv.onboarding.actions.applying import TAKEN_DOMAIN, TAKEN_SUBDOMAIN
from inspralv.onboarding.events import OwnerInvited, PartnerCreated, RequestApproved
from inspralv.onboarding.schemas import NewOwner, NewPartner, PartnerRequest, Provisioned
from inspralv.people.events import PersonJoined
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.directory import TOPIC
from inspralv.tenancy.events import MemberJoined, WorkspaceCreated
from inspralv.tenancy.plans import Feature

LINK_LIFE = timedelta(days=7)
_AGREED = {feature.value: True for feature in Feature if feature is not Feature.SSO}  # with every agency that applied
FIRST_WORKSPACE = ("default", "Default Workspace")


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    """A partner to be made, by an application or by staff. `domain` is its own one, to be verified later."""

    name: str
    slug: str
    branding: dict[str, object]
    plan_tier: str
    features: dict[str, bool] = {}
    owner_name: str
    owner_email: str
    domain: str | None = None
    request_id: UUID | None = None
    workspace: tuple[str, str] | None = FIRST_WORKSPACE


class Made(msgspec.Struct, frozen=True):
    """A partner that was made. `happened` belongs in its own log, which is the caller's to write: it stands in the
    platform's tenant so far."""

    answer: Provisioned
    happened: tuple[Event, ...]


async def provision(ctx: PublicContext, request_id: UUID, by: UUID) -> Made:
    """Make the partner, its domain, owner, membership, workspace and mail in this transaction, and close the
    application. Safe to run again after it was cut off: then nothing of the first run is there.

    Raises NotFound, Invalid when the application is decided already, Conflict for a name that was taken meanwhile.
    """
    unusable = await unusable_password(ctx)
    request = await queries.find_request(ctx, request_id, lock=True)
    if request.status not in {"pending", "provisioning"}:
        raise Invalid(_("This request is decided already."))
    made = await make_partner(ctx, _blueprint(request), unusable)
    partner_id = made.answer.partner.id
    await queries.review(ctx, request_id, "approved", by, partner=partner_id)
    old, new = {"status": request.status}, {"status": "approved", "partner_id": str(partner_id)}
    ctx.record(RequestApproved(entity_id=request_id, old=old, new=new))
    return made


async def make_partner(ctx: PublicContext, plan: Blueprint, unusable: str) -> Made:
    """Make everything of a partner. `unusable` is the hash of a password that nobody knows. Raises Conflict."""
    host = f"{plan.slug}.{ctx.services.get(Addresses).platform_host}"
    first, _rest, last = plan.owner_name.partition(" ")
    token = new_token()
    new = provision_queries.Founding(
        partner_id=uuid7(ctx.now), slug=plan.slug, name=plan.name, branding=dict(plan.branding),
        plan_tier=plan.plan_tier, features=plan.features, request_id=plan.request_id, owner_id=uuid7(ctx.now), owner_email=plan.owner_email,
        first_name=first, last_name=last, password_hash=unusable, link_hash=token_hash(token),
        link_until=ctx.now + LINK_LIFE, workspace=plan.workspace, member_id=uuid7(ctx.now),
        workspace_id=uuid7(ctx.now), workspace_member_id=uuid7(ctx.now),
    )  # fmt: skip
    if not await provision_queries.add_partner(ctx, new):
        raise _taken("/desired_subdomain", TAKEN_SUBDOMAIN)
    await _add_domains(ctx, plan, new.partner_id, host)
    await provision_queries.add_people(ctx, new)
    told = {"name": plan.name, "slug": plan.slug, "host": host, "plan_tier": plan.plan_tier, "owner": plan.owner_email}
    created = PartnerCreated(entity_id=new.partner_id, new=told)
    ctx.record(created)
    stale(ctx, TOPIC)
    address = ctx.services.get(Addresses).url(host, "")
    link = f"{address}/reset-password?token={token}"
    letter = letters.ApprovedLetter(link=link, name=first, company=plan.name, address=address, email=plan.owner_email)
    await letters.welcome(ctx, ctx.partner, letter)
    partner = NewPartner(new.partner_id, plan.name, plan.slug, host)
    said = _("%(name)s is ready.", name=plan.name)
    answer = Provisioned(said, partner, NewOwner(plan.owner_email), f"{address}/login")
    return Made(answer, (created, *_founded(new)))


def _founded(new: provision_queries.Founding) -> Iterator[Event]:
    """Yield what was made within the partner."""
    yield OwnerInvited(entity_id=new.owner_id, new={"email": new.owner_email, "role": "owner"})
    joined = {"user_id": str(new.owner_id), "email": new.owner_email, "role": "owner"}
    yield PersonJoined(entity_id=new.member_id, new=joined)
    if new.workspace:
        slug, name = new.workspace
        yield WorkspaceCreated(
            entity_id=new.workspace_id, workspace_id=new.workspace_id, new={"name": name, "slug": slug}
        )
        yield MemberJoined(entity_id=new.workspace_member_id, workspace_id=new.workspace_id, new=joined)


async def unusable_password(ctx: PublicContext) -> str:
    """Nobody knows it, so only a link can set the first one. Hashing is slow on purpose: no connection is held."""
    async with ctx.on_the_network():
        return await hash_password(new_token())


async def _add_domains(ctx: PublicContext, plan: Blueprint, partner_id: UUID, host: str) -> None:
    own = await provision_queries.add_domain(ctx, host, partner_id, new_token(), primary=True, verified_at=ctx.now)
    if not own:
        raise _taken("/desired_subdomain", TAKEN_SUBDOMAIN)
    if plan.domain and not await provision_queries.add_domain(
        ctx, plan.domain, partner_id, new_token(), primary=False, verified_at=None
    ):
        raise _taken("/custom_domain", TAKEN_DOMAIN)


def _taken(pointer: str, message: str) -> Conflict:
    return Conflict(message, errors=(FieldError(pointer, message, "taken"),))


def _blueprint(request: PartnerRequest) -> Blueprint:
    return Blueprint(
        name=request.company_name, slug=request.desired_subdomain or "", branding=request.branding,
        plan_tier=request.selected_plan, features=_AGREED, owner_name=request.contact_name, owner_email=request.contact_email,
        domain=request.custom_domain, request_id=request.id,
    )  # fmt: skip
