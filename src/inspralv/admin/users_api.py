"""The console's API of people."""

from __future__ import annotations

from uuid import UUID

from litestar.params import FromPath, JSONBody

from inspralv.admin import user_actions as actions
from inspralv.admin.access import StaffContext, staff
from inspralv.admin.user_schemas import SecondStepReset
from inspralv.domains.schemas import Done
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import post
from inspralv.tenancy.permissions import P


@post(
    "/api/super-admin/users/{partner_id:uuid}/{user_id:uuid}/second-step-reset",
    access=staff(P.PLATFORM_UPDATE),
    status_code=200,
    raises=(409,),
    tags=["Super admin"],
)
async def reset_second_step_of_user(
    ctx: StaffContext, partner_id: FromPath[UUID], user_id: FromPath[UUID], data: JSONBody[SecondStepReset]
) -> Data[Done]:
    """Remove somebody's authenticator app, recovery codes and passkeys, and end every session. The person gets a mail."""
    await actions.reset_second_step(ctx, partner_id, user_id, data.reason)
    return Data(Done())


ROUTES = (reset_second_step_of_user,)
