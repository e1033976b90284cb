"""What the walk rests on: every route is walked or named, every placeholder stands for a thing, and its owner sees it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import httpx
import pytest
from PIL import Image
from tests.house.routes import all_routes, fill, label
from tests.isolation.askers import OPERATOR
from tests.isolation.tenants import Tenant
from tests.isolation.walk import LEFT_OUT, ROUTES, WORDS, Walk

_KEEPER, _PERSON, _STAFF = "who runs the agency", "the person", "the operator"
# Where each thing is seen, by whom, and which word it bears there.
SEEN: dict[str, tuple[str, str, Callable[[Tenant], str]]] = {
    "activity_id": ("/api/w/{workspace_slug:str}/activity/{activity_id:uuid}", _KEEPER, lambda t: t.mark),
    "agent_id": ("/api/w/{workspace_slug:str}/agents/{agent_id:uuid}", _KEEPER, lambda t: t.mark),
    "conversation_id": ("/api/w/{workspace_slug:str}/conversations/{conversation_id:uuid}", _KEEPER, lambda t: t.mark),
    "hostname": ("/org/domains/{hostname:str}", _KEEPER, lambda t: t.known["hostname"]),
    "identity_id": ("/account/sign-in", _PERSON, lambda t: t.secret),
    "integration_id": ("/api/partner/integrations/{integration_id:uuid}", _KEEPER, lambda t: t.mark),
    "invitation_id": ("/api/w/{workspace_slug:str}/invitations", _KEEPER, lambda t: t.mark),
    "job_id": ("/super-admin/jobs", _STAFF, lambda t: t.known["job_id"]),
    "key_id": ("/account/api-keys/{key_id:uuid}", _PERSON, lambda t: t.secret),
    "letter_id": ("/super-admin/webhooks/{letter_id:uuid}", _STAFF, lambda t: t.mark),
    "mail_id": ("/org/mail/{mail_id:uuid}", _KEEPER, lambda t: t.mark),
    "member_id": ("/w/{workspace_slug:str}/members/{member_id:uuid}", _KEEPER, lambda t: t.mark),
    "number_id": ("/api/partner/telephony/phone-numbers/{number_id:uuid}", _KEEPER, lambda t: t.mark),
    "partner_id": ("/super-admin/partners/{partner_id:uuid}", _STAFF, lambda t: t.owner.host),
    "passkey_id": ("/account/passkeys/{passkey_id:uuid}", _PERSON, lambda t: t.secret),
    "provider_id": ("/org/sign-in/{provider_id:uuid}", _KEEPER, lambda t: t.house),
    "request_id": ("/super-admin/partner-requests/{request_id:uuid}", _STAFF, lambda t: t.mark),
    "session_id": ("/api/account/sessions", _PERSON, lambda t: t.known["session_id"]),
    "trunk_id": ("/api/partner/telephony/sip-trunks/{trunk_id:uuid}", _KEEPER, lambda t: t.mark),
    "user_id": ("/super-admin/users/{partner_id:uuid}/{user_id:uuid}", _STAFF, lambda t: t.house),
    "workspace_id": ("/org/workspaces/{workspace_id:uuid}/limits", _KEEPER, lambda t: t.shop_words[0]),
    # what no placeholder names, or another thing by the same name
    "invitation to the agency": ("/api/partner/invitations", _KEEPER, lambda t: t.mark),
    "place in the team": ("/org/team/{member_id:uuid}", _KEEPER, lambda t: t.house),
    "way to sign in": ("/login", "anybody", lambda t: t.house),
    "copy of one's data": ("/account/export/data.zip", _PERSON, lambda t: t.secret),
    "entry in the log": ("/api/w/{workspace_slug:str}/audit", _KEEPER, lambda t: t.mark),
    "entry in the agency's log": ("/api/partner/audit", _KEEPER, lambda t: t.mark),
}
_SEEN_OTHERWISE = {"name", "token"}  # a picture and an address, below


def test_every_route_is_walked_or_named() -> None:
    assert sorted(LEFT_OUT) == sorted({label(row) for row in all_routes()} - {label(row) for row in ROUTES})


def test_every_placeholder_stands_for_a_thing(walk: Walk) -> None:
    kinds = {kind for row in all_routes() for kind in re.findall(r"\{(\w+):", row.path)}
    things = kinds - WORDS.keys()
    assert kinds >= WORDS.keys(), "of no route any more"
    assert things == {one for one in SEEN if one in kinds} | _SEEN_OTHERWISE
    for tenant in (walk.clinic, walk.bakery, walk.rival):
        assert things <= tenant.known.keys()


@pytest.mark.parametrize("kind", SEEN)
async def test_who_owns_it_sees_it(walk: Walk, kind: str) -> None:
    """Without this, that nobody else does would prove nothing."""
    path, by, word = SEEN[kind]
    for tenant in (walk.clinic, walk.bakery, walk.rival):
        answer = await _get(walk, tenant, path, by)
        assert answer.status_code == 200, answer.text
        assert word(tenant) in answer.text, tenant.name


async def test_pictures_are_seen_on_their_own_host(walk: Walk) -> None:
    for tenant in (walk.clinic, walk.bakery, walk.rival):
        answer = await _get(walk, tenant, "/brand/{name:str}", "anybody")
        with Image.open(io.BytesIO(answer.content)) as shown:
            assert shown.convert("RGB").getpixel((1, 1)) == tenant.color


async def test_addresses_take_what_is_signed_for_them(walk: Walk) -> None:
    """With a secret of its own each; no other's opens it."""
    tenants = (walk.clinic, walk.bakery, walk.rival)
    for tenant in tenants:
        path = fill("/api/webhooks/{provider:str}/{token:str}", **tenant.known)
        for signer in tenants:
            kept = "SELECT count(*) FROM app.provider_inbox"
            before = await walk.rows.fetchval(kept)
            body = {"message": {"type": "hang", "call": {"id": f"of-{tenant.name}"}, "timestamp": 1}}
            answer = await walk.http.post(path, json=body, headers={"x-vapi-secret": signer.hook_secret})
            assert answer.status_code == (200 if signer is tenant else 401), answer.text
            assert await walk.rows.fetchval(kept) == before + (signer is tenant)


async def _get(walk: Walk, tenant: Tenant, path: str, by: str) -> httpx.Response:
    whose = tenant.owner if by == _KEEPER else tenant.person
    host = OPERATOR.host if by == _STAFF else tenant.owner.host
    shown = {_STAFF: OPERATOR.shown["cookie"], "anybody": ""}.get(by, f"session={whose.token}")
    walk.http.cookies.clear()
    return await walk.http.get(
        fill(path, **tenant.named(path)), headers={"host": f"{host}:{walk.site.port}", "cookie": shown}
    )
