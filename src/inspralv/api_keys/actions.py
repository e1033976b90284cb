"""Making and revoking one's own API keys."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from inspralv.api_keys import queries
from inspralv.api_keys.events import ApiKeyCreated, ApiKeyRevoked
from inspralv.api_keys.schemas import ApiKey, CreatedApiKey, NewApiKey
from inspralv.foundation.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
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

    Raises Invalid with every fault, Forbidden where the partner has no API or a key would make a stronger one, Conflict
    when there are too many.
    """
    require_api(ctx.partner)
    workspace_id = _check(ctx, wanted)
    await _within_own_key(ctx, wanted)
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


async def _within_own_key(ctx: SignedInContext, wanted: NewApiKey) -> None:
    """A key can make keys, but none that carries more than itself or outlives it."""
    if ctx.scopes is None:
        return
    if more := set(wanted.scopes) - ctx.scopes:
        raise Forbidden(_("This API key lacks the scope %(more)s.", more=min(more)))
    own = await queries.expiry_of(ctx, ctx.session_id)
    if own is not None and (wanted.expires_at is None or wanted.expires_at > own):
        raise Forbidden(_("An API key cannot make one that outlives it."))
