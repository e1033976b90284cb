"""Mail that follows a sign-up or a forgotten password, and the daily sweep."""

from __future__ import annotations

from datetime import timedelta

from inspralv.accounts import jobs, letters, own_data_tasks
from inspralv.accounts.jobs import AddressArgs, ResetArgs, SecurityArgs, SignUpArgs, SweepArgs
from inspralv.accounts.queries import (
    accounts,
    address_changes,
    devices,
    passkeys,
    resets,
    second_factors,
    sessions,
    sign_ups,
)
from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.foundation.language.languages import speak
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.tenancy.directory import Directory

CONFIRM_LIFE = timedelta(days=2)
_KEEP_DEVICES = timedelta(days=90)
_KEEP_SESSIONS = timedelta(days=30)  # after their end, for questions about who was there


async def answer_sign_up(job: Job, args: SignUpArgs) -> None:
    """Ask a new address to confirm itself; tell a known one that it has an account."""
    speak(args.language)
    partner = await job.services.get(Directory).by_id.get(job.partner_id)
    async with job.partner() as ctx:
        waiting = await sign_ups.find_sign_up(ctx, args.sign_up_id)
        if waiting is None:
            return
        if await accounts.is_known(ctx, waiting.email):
            known = await accounts.find_account(ctx, waiting.email)
            # It waits as long as any other, so that signing in with it tells nothing either; no link ever confirms it.
            await sign_ups.set_token(ctx, waiting.id, None, ctx.now + CONFIRM_LIFE)
            await letters.tell_known(ctx, partner, waiting.email, known.first_name if known else "")
            return
        token = new_token()
        await sign_ups.set_token(ctx, waiting.id, token_hash(token), ctx.now + CONFIRM_LIFE)
        await letters.ask_to_confirm(ctx, partner, waiting.email, token)


async def answer_reset(job: Job, args: ResetArgs) -> None:
    """Send the link for a new password, if there is an active account; else forget the request."""
    speak(args.language)
    partner = await job.services.get(Directory).by_id.get(job.partner_id)
    async with job.partner() as ctx:
        email = await resets.find_reset_email(ctx, args.reset_id)
        account = await accounts.find_account(ctx, email) if email else None
        if account is None or account.status != "active":
            await resets.drop_reset(ctx, args.reset_id)
            return
        token = new_token()
        await resets.set_reset_token(ctx, args.reset_id, account.id, token_hash(token))
        await letters.send_reset(ctx, partner, account.email, account.first_name, token)


async def ask_for_address(job: Job, args: AddressArgs) -> None:
    """Ask both mailboxes; one that has an account already is told so instead, and the change never comes about."""
    partner = await job.services.get(Directory).by_id.get(job.partner_id)
    async with job.partner() as ctx:
        change = await address_changes.find_change(ctx, args.change_id)
        if change is None:
            return
        taken = await accounts.is_known(ctx, change.new_email)
        old, new = new_token(), new_token()
        await address_changes.give_links(ctx, change.id, token_hash(old), None if taken else token_hash(new))
        await letters.ask_old_address(ctx, partner, change, old)
        if taken:
            await letters.tell_taken(ctx, partner, change.new_email)
        else:
            await letters.ask_new_address(ctx, partner, change, new)


async def tell_security(job: Job, args: SecurityArgs) -> None:
    """Tell a person what happened to their account."""
    partner = await job.services.get(Directory).by_id.get(job.partner_id)
    async with job.partner() as ctx:
        account = await accounts.find_person(ctx, args.user_id)
        if account is not None:
            await letters.tell_security(ctx, partner, account, args)


async def sweep(job: Job, args: SweepArgs) -> None:  # noqa: ARG001 - there is nothing to say
    """Forget sign-ups and links that have run out, sessions that ended long ago, and copies of data after their week."""
    async with job.partner() as ctx:
        await sign_ups.sweep_sign_ups(ctx)
        await resets.sweep_resets(ctx)
        await address_changes.sweep_changes(ctx)
        await second_factors.sweep_pending(ctx)
        await passkeys.sweep_challenges(ctx)
        await devices.sweep_devices(ctx, ctx.now - _KEEP_DEVICES)
        await sessions.sweep_sessions(ctx, ctx.now - _KEEP_SESSIONS)
        await own_data_tasks.sweep_exports(ctx)


TASKS = (
    Task(jobs.ANSWER_SIGN_UP, SignUpArgs, answer_sign_up, queue=jobs.QUEUE),
    Task(jobs.ANSWER_RESET, ResetArgs, answer_reset, queue=jobs.QUEUE),
    Task(jobs.ASK_FOR_ADDRESS, AddressArgs, ask_for_address, queue=jobs.QUEUE),
    Task(jobs.TELL_SECURITY, SecurityArgs, tell_security, queue=jobs.QUEUE),
    Task(jobs.SWEEP, SweepArgs, sweep, queue=jobs.QUEUE, attempts=3),
    *own_data_tasks.TASKS,
)
SCHEDULES = (Schedule("accounts.sweep", "41 3 * * *", jobs.sweep),)
