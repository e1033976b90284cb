"""Making and revoking one's own API keys."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from inspralv.accounts import jobs
from inspralv.accounts.actions.proving import prove_identity
from inspralv.api_keys import queries
from inspralv.api_keys.events import ApiKeyCreated, ApiKeyRevoked
from inspralv.api_keys.schemas import ApiKey, CreatedApiKey, NewApiKey
from inspralv.foundation.errors import Conflict, FieldError, Invalid, NotFound
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.tenancy.contexts import SignedInContext
from inspralv.tenancy.key_access import KEY_PREFIX, require_api
from inspralv.tenancy.scopes import SCOPES, is_of_workspaces

MOST_KEYS: Final = 20
_HINT = len(KEY_PREFIX) + 6  # of 46 characters: enough to recognise it, nothing to guess from


async def create_key(ctx: SignedInContext, wanted: NewApiKey) -> CreatedApiKey:
    """Make a key of the caller and return it with its token, which is kept nowhere.

    A program that asks for one says its person's password as well, and gets none that may more than its own key: by that
    alone it would outlive its own end in those it made. Raises Invalid with every fault, Forbidden where the partner has no
    API and for a program of somebody without a password, Conflict when there are too many, TooMany.
    """
    require_api(ctx.partner)
    if ctx.scopes is not None:
        await prove_identity(ctx, wanted.password)
    workspace_id = _check(ctx, wanted)
    if await queries.count_keys(ctx, ctx.me.id) >= MOST_KEYS:
        raise Conflict(_("You have %(most_keys)s API keys. Revoke one that nobody uses.", most_keys=MOST_KEYS))
    token = KEY_PREFIX + new_token()
    key = ApiKey(
        id=uuid7(ctx.now), name=" ".join(wanted.name.split()), hint=token[:_HINT],
        scopes=[scope for scope in SCOPES if scope in wanted.scopes], workspace=wanted.workspace, created_at=ctx.now,
        expires_at=wanted.expires_at, last_used_at=None,
    )  # fmt: skip
    await queries.add_key(ctx, ctx.me.id, key, token_hash(token), workspace_id)
    expires = key.expires_at.isoformat() if key.expires_at else None
    new = {"name": key.name, "scopes": key.scopes, "workspace": key.workspace, "expires_at": expires}
    ctx.record(ApiKeyCreated(entity_id=key.id, new=new))
    ctx.defer(jobs.tell_security(ctx.me.id, "api_key_made", ctx.origin, ctx.now))
    return CreatedApiKey(key, token)


async def revoke_key(ctx: SignedInContext, key_id: UUID) -> None:
    """Revoke a key of the caller: its next request is refused. Raises NotFound."""
    name = await queries.revoke_key(ctx, ctx.me.id, key_id)
    if name is None:
        raise NotFound(_("There is no such API key."))
    ctx.record(ApiKeyRevoked(entity_id=key_id, old={"name": name}))
    ctx.notify("rights", ctx.partner_id, ctx.me.id)


def _check(ctx: SignedInContext, wanted: NewApiKey) -> UUID | None:
    """Return the id of the workspace the key is for. Raises Invalid with every fault."""
    faults = [
        FieldError(f"/scopes/{i}", _("There is no such scope.")) for i, s in enumerate(wanted.scopes) if s not in SCOPES
    ]
    faults += [
        FieldError(f"/scopes/{i}", _("This API key lacks the scope %(scope)s.", scope=s))
        for i, s in enumerate(wanted.scopes)
        if s in SCOPES and not ctx.carries(s)
    ]
    if not wanted.name.strip():
        faults.append(FieldError("/name", _("This field is required.")))
    if wanted.expires_at is not None and wanted.expires_at <= ctx.now:
        faults.append(FieldError("/expires_at", _("This is in the past.")))
    entry = next((w for w in ctx.workspaces if w.slug == wanted.workspace), None)
    if wanted.workspace is not None and entry is None:
        faults.append(FieldError("/workspace", _("There is no such workspace.")))
    if wanted.workspace is not None and not all(is_of_workspaces(s) for s in wanted.scopes):
        faults.append(FieldError("/scopes", _("A key for one workspace carries scopes of workspaces only.")))
    if faults:
        raise Invalid(errors=tuple(faults))
    return entry.id if entry else None
