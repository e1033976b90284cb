"""/credential: how webhooks are signed, and trunks for numbers of one's own. Secrets go in and never come out."""

from __future__ import annotations

from typing import Any

from litestar import delete, get, post
from litestar.params import FromPath

from inspralv.sandbox.rules import check_credential
from inspralv.sandbox.vapi.ground import ApiRequest, account_of, body_of, world_of

Thing = dict[str, Any]
_PLANS = ("authenticationPlan", "outboundAuthenticationPlan")
_SECRET = {"token", "secretKey", "clientSecret", "authPassword"}


@post("/credential")
async def create_credential(request: ApiRequest) -> Thing:
    account = account_of(request)
    return _shown(world_of(request).store.add("credentials", account, check_credential(await body_of(request))))


@get("/credential")
async def list_credentials(request: ApiRequest) -> list[Thing]:
    found = world_of(request).store.list("credentials", account_of(request), dict(request.query_params))
    return [_shown(one) for one in found]


@get("/credential/{credential_id:str}")
async def read_credential(request: ApiRequest, credential_id: FromPath[str]) -> Thing:
    return _shown(world_of(request).store.get("credentials", account_of(request), credential_id))


@delete("/credential/{credential_id:str}", status_code=200)
async def delete_credential(request: ApiRequest, credential_id: FromPath[str]) -> Thing:
    return _shown(world_of(request).store.remove("credentials", account_of(request), credential_id))


def _shown(credential: Thing) -> Thing:
    plans = {name: credential[name] for name in _PLANS if name in credential}
    return {**credential, **{name: {k: v for k, v in plan.items() if k not in _SECRET} for name, plan in plans.items()}}


ROUTES = [create_credential, list_credentials, read_credential, delete_credential]
