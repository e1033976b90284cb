"""The end of an account. What others work with stays, without the name; the address is free for a new account."""

from __future__ import annotations

from inspralv.accounts import jobs, letters
from inspralv.accounts.actions.proving import prove_identity
from inspralv.accounts.events import AccountDeleted
from inspralv.accounts.queries import data_exports, deletion
from inspralv.accounts.queries.deletion import Prospect
from inspralv.accounts.schemas import AccountDeletion, plain_address
from inspralv.foundation.errors import Conflict, FieldError, Invalid, Unauthenticated
from inspralv.foundation.language.texts import N_, _
from inspralv.tenancy.contexts import SignedInContext
from inspralv.tenancy.ownership import hold_owners_beside, hold_partners_owners

_OTHER_ADDRESS = N_("This is not the address of your account.")


async def delete_account(ctx: SignedInContext, wanted: AccountDeletion) -> None:
    """Delete the caller's account. Every session ends at once, open pages included, and a last mail says so.

    Raises Invalid at /email and /password, Conflict when something would be left without an owner, Forbidden for an API
    key of somebody without a password, TooMany.
    """
    if plain_address(wanted.email) != ctx.me.email:
        raise Invalid(_OTHER_ADDRESS, errors=(FieldError("/email", _OTHER_ADDRESS),))
    account = await prove_identity(ctx, wanted.password)
    await hold_partners_owners(ctx)
    await hold_owners_beside(ctx, account.id)
    prospect = await deletion.find_prospect(ctx, account.id, ctx.session_id)
    if prospect.needed:
        raise Conflict(why_needed(prospect, ctx.partner.label))
    export_id = await data_exports.drop_export_of(ctx, account.id)
    if export_id is not None:
        ctx.defer(jobs.drop_export(export_id))
    left = await deletion.leave_everything(ctx, account.id)
    await deletion.drop_belongings(ctx, account.id, account.email)
    if not await deletion.blank_account(ctx, account.id):
        raise Unauthenticated
    ctx.notify("rights", ctx.partner_id, account.id)
    ctx.record(AccountDeleted(entity_id=account.id, old={"role": ctx.partner_role}))
    for workspace_id, role in left.items():
        ctx.record(AccountDeleted(entity_id=account.id, workspace_id=workspace_id, old={"role": role}))
    await letters.say_farewell(ctx, ctx.partner, account.email, account.first_name)


def why_needed(prospect: Prospect, place: str) -> str:
    """Say what a person owns alone, and what to do about it."""
    told = []
    if prospect.owns_partner:
        told.append(
            _(
                "You are the only owner of %(place)s. Make somebody else an owner under Organisation › Team first.",
                place=place,
            )
        )
    names = [one.name for one in prospect.owns_workspaces]
    if len(names) == 1:
        told.append(
            _(
                "You are the only owner of the workspace %(names)s. Hand it over under Members, or delete "
                "it under Settings, first.",
                names=names[0],
            )
        )
    elif names:
        listed = _("%(join)s and %(names)s", join=", ".join(names[:-1]), names=names[-1])
        told.append(
            _(
                "You are the only owner of the workspaces %(listed)s. Hand each over under Members, or "
                "delete it under Settings, first.",
                listed=listed,
            )
        )
    return " ".join(told)
