"""The API of one's own API keys."""

from __future__ import annotations

from uuid import UUID

from litestar.params import FromPath, JSONBody

from inspralv.api_keys import actions, queries
from inspralv.api_keys.schemas import ApiKey, CreatedApiKey, NewApiKey, Revoked, ScopeOut
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import delete, get, post
from inspralv.tenancy.access import signed_in
from inspralv.tenancy.contexts import SignedInContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.scopes import SCOPES, scope_of

_TAGS = ["API keys"]
_KEYS = "/api/account/api-keys"


@get(_KEYS, access=signed_in(), tags=_TAGS)
async def list_api_keys(ctx: SignedInContext) -> Data[list[ApiKey]]:
    """List one's own keys, the newest first; revoked ones are gone."""
    return Data(await queries.list_keys(ctx, ctx.me.id))


@get(f"{_KEYS}/scopes", access=signed_in(), tags=_TAGS)
async def list_api_key_scopes(ctx: SignedInContext) -> Data[list[ScopeOut]]:  # noqa: ARG001 - the same for everybody
    """List the scopes there are, and the permissions of each."""
    return Data([ScopeOut(scope, [p.value for p in P if scope_of(p) == scope]) for scope in SCOPES])


@post(_KEYS, access=signed_in(), opt={"workspaces": True}, raises=(409,), tags=_TAGS)
async def create_api_key(ctx: SignedInContext, data: JSONBody[NewApiKey]) -> Data[CreatedApiKey]:
    """Make a key. Its token is in this answer and nowhere else. With an API key, say one's password too."""
    return Data(await actions.create_key(ctx, data))


@delete(f"{_KEYS}/{{key_id:uuid}}", access=signed_in(), tags=_TAGS)
async def revoke_api_key(ctx: SignedInContext, key_id: FromPath[UUID]) -> Data[Revoked]:
    """Revoke a key. Its next request is refused."""
    await actions.revoke_key(ctx, key_id)
    return Data(Revoked())


ROUTES = (list_api_keys, list_api_key_scopes, create_api_key, revoke_api_key)
