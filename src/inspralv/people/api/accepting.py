"""The API behind the links of invitations."""

from __future__ import annotations

from litestar.params import FromQuery, JSONBody

from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import get, post
from inspralv.people.actions import accepting
from inspralv.people.circles import PARTNER, WORKSPACE
from inspralv.people.invitation_schemas import AcceptInvitation, Joined, PublicInvitation
from inspralv.tenancy.access import public, signed_in
from inspralv.tenancy.contexts import PublicContext, SignedInContext

_WHY = "the token of the link is the right to read the invitation"


@get("/api/partner-invitations/accept", access=public(_WHY), raises=(404,), tags=["Invitations"])
async def read_partner_invitation(ctx: PublicContext, token: FromQuery[str]) -> Data[PublicInvitation]:
    """Read an invitation to the organisation."""
    return Data(await accepting.read_invitation(ctx, PARTNER, token))


@post("/api/partner-invitations/accept", access=signed_in(), status_code=200, raises=(403, 404), tags=["Invitations"])
async def accept_partner_invitation(ctx: SignedInContext, data: JSONBody[AcceptInvitation]) -> Data[Joined]:
    """Join the organisation; you are signed in with the invited address."""
    return Data(await accepting.accept(ctx, PARTNER, data.token))


@get("/api/workspace-invitations/accept", access=public(_WHY), raises=(404,), tags=["Invitations"])
async def read_workspace_invitation(ctx: PublicContext, token: FromQuery[str]) -> Data[PublicInvitation]:
    """Read an invitation to a workspace."""
    return Data(await accepting.read_invitation(ctx, WORKSPACE, token))


@post("/api/workspace-invitations/accept", access=signed_in(), status_code=200, raises=(403, 404), tags=["Invitations"])
async def accept_workspace_invitation(ctx: SignedInContext, data: JSONBody[AcceptInvitation]) -> Data[Joined]:
    """Join the workspace; you are signed in with the invited address."""
    return Data(await accepting.accept(ctx, WORKSPACE, data.token))


ROUTES = (
    read_partner_invitation, accept_partner_invitation, read_workspace_invitation, accept_workspace_invitation,
)  # fmt: skip
