"""Passkeys over HTTP, with a device in software: who gets in, and what must not let anybody in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from tests.accounts.authenticator import Authenticator
from tests.accounts.door import GOOD, OTHER, PROXIED, enter, stranger
from tests.conftest import Site
from tests.world import ACME, STAN
from webauthn.helpers import bytes_to_base64url, encode_cbor

ENVIRON = PROXIED
Member = Callable[..., Awaitable[str]]
MINE, IN = "/api/account/passkeys", "/api/auth/passkey"


async def _asked(browser: httpx.AsyncClient) -> dict[str, Any]:
    answer = await browser.post(f"{IN}/options")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
    return dict(answer.json()["data"]["options"])


async def _wished(browser: httpx.AsyncClient, password: str = GOOD) -> dict[str, Any]:
    answer = await browser.post(f"{MINE}/options", json={"password": password})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"]["options"])


async def _own(browser: httpx.AsyncClient, device: Authenticator) -> None:
    added = await browser.post(MINE, json=device.make(await _wished(browser)))
    assert added.status_code == 201, added.text


@pytest.fixture
async def device(site: Site, member: Member, owner: asyncpg.Connection) -> Authenticator:
    """The passkey of a person who has just added it."""
    await owner.execute("DELETE FROM app.rate_limits")
    made = Authenticator("acme.localhost", site.port)
    await _own(await enter(site, await member()), made)
    return made


async def test_a_passkey_signs_in_and_takes_the_place_of_the_session_before(site: Site, device: Authenticator) -> None:
    browser = stranger(site)
    options = await _asked(browser)
    assert (options["rpId"], options["userVerification"], options.get("allowCredentials", [])) == (
        "acme.localhost", "required", [],
    )  # fmt: skip
    device.count = 1
    proof = device.sign(options) | {"redirect": "/account"}
    answer = await browser.post(IN, json=proof)
    assert (answer.status_code, answer.json()["data"]["redirect"]) == (200, "/account"), answer.text
    first = browser.cookies["session"]
    device.count = 2
    led = await browser.post(IN, json=device.sign(await _asked(browser)) | {"redirect": "//elsewhere.test"})
    assert led.json()["data"]["redirect"] == "/select-workspace"
    before = stranger(site, headers={"cookie": f"session={first}"})
    assert (await before.get("/api/auth/context")).status_code == 401
    assert (await browser.get(MINE)).json()["data"][0]["last_used_at"] is not None


async def test_an_answer_is_good_once(site: Site, device: Authenticator) -> None:
    """Also for devices that do not count, as those that keep passkeys in step do not."""
    proof = device.sign(await _asked(stranger(site)))
    assert (await stranger(site).post(IN, json=proof)).status_code == 200
    again = await stranger(site).post(IN, json=proof)
    assert (again.status_code, "session" in again.cookies) == (401, False)
    late = device.sign(await _asked(stranger(site)))
    both = await asyncio.gather(*(stranger(site).post(IN, json=late) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 401]


async def test_a_count_that_goes_back_gives_a_copy_away(site: Site, device: Authenticator) -> None:
    statuses = []
    for count in (5, 5, 4, 0, 6):
        device.count = count
        statuses.append((await stranger(site).post(IN, json=device.sign(await _asked(stranger(site))))).status_code)
    assert statuses == [200, 401, 401, 401, 200]


async def test_a_passkey_opens_the_host_it_was_made_on_alone(
    site: Site, device: Authenticator, owner: asyncpg.Connection
) -> None:
    await owner.execute(
        "INSERT INTO app.partner_domains (hostname, partner_id, verification_token, verified_at, created_at)"
        " VALUES ('desk.localhost', $1, 'seen', now(), now()) ON CONFLICT DO NOTHING", ACME,
    )  # fmt: skip
    await owner.execute("SELECT pg_notify('cache', 'partners')")
    home, slugs = device.origin, []
    for host in ("desk.localhost", STAN.host, "localhost"):
        there = stranger(site, host)
        slugs.append((await there.get("/api/partner")).json()["data"]["partner"]["slug"])
        for device.origin in (home, f"http://{host}:{site.port}"):
            answer = await there.post(IN, json=device.sign(await _asked(there)))
            assert (answer.status_code, "session" in answer.cookies) == (401, False), (host, device.origin)
    assert slugs == ["acme", "rival", "platform"]
    device.origin = home
    assert (await stranger(site).post(IN, json=device.sign(await _asked(stranger(site))))).status_code == 200


async def test_a_challenge_of_another_brand_person_or_purpose_is_none(
    site: Site, device: Authenticator, member: Member
) -> None:
    foreign = device.sign(await _asked(stranger(site, STAN.host)))
    assert (await stranger(site).post(IN, json=foreign)).status_code == 401
    mine, other = await enter(site, await member()), await enter(site, await member())
    wished = await _wished(mine)
    assert (await stranger(site).post(IN, json=device.sign(wished))).status_code == 401
    new = Authenticator("acme.localhost", site.port)
    for options in (wished, await _asked(other)):
        refused = await other.post(MINE, json=new.make(options))
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/client_data")
    assert (await other.get(MINE)).json()["data"] == []
    assert (await mine.post(MINE, json=new.make(wished))).status_code == 201
    assert (await mine.post(MINE, json=Authenticator("acme.localhost", site.port).make(wished))).status_code == 400


async def test_a_challenge_runs_out(site: Site, device: Authenticator, owner: asyncpg.Connection) -> None:
    proof = device.sign(await _asked(stranger(site)))
    await owner.execute("UPDATE app.passkey_challenges SET expires_at = now()")
    assert (await stranger(site).post(IN, json=proof)).status_code == 401


async def test_answers_that_are_forged(site: Site, device: Authenticator) -> None:
    browser = stranger(site)
    thief = Authenticator("acme.localhost", site.port)
    thief.id = device.id
    assert (await browser.post(IN, json=thief.sign(await _asked(browser)))).status_code == 401
    device.verifies = False
    assert (await browser.post(IN, json=device.sign(await _asked(browser)))).status_code == 401
    device.verifies, device.origin = True, "https://phishing.test"
    assert (await browser.post(IN, json=device.sign(await _asked(browser)))).status_code == 401
    device.origin, device.rp_id = f"http://acme.localhost:{site.port}", "phishing.test"
    assert (await browser.post(IN, json=device.sign(await _asked(browser)))).status_code == 401
    device.rp_id = "acme.localhost"
    unasked = device.sign({"challenge": bytes_to_base64url(b"x" * 32)})
    assert (await browser.post(IN, json=unasked)).status_code == 401
    assert "session" not in browser.cookies


async def test_a_passkey_is_added_by_its_person_alone(site: Site, member: Member, device: Authenticator) -> None:
    browser = await enter(site, await member())
    wrong = await browser.post(f"{MINE}/options", json={"password": OTHER})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/password")
    taken = await browser.post(MINE, json=device.make(await _wished(browser)))
    assert (taken.status_code, taken.json()["detail"]) == (409, "This passkey is known already.")
    new = Authenticator("acme.localhost", site.port)
    new.verifies = False
    assert (await browser.post(MINE, json=new.make(await _wished(browser)))).status_code == 400
    new.verifies, new.rp_id = True, "rival.localhost"
    assert (await browser.post(MINE, json=new.make(await _wished(browser)))).status_code == 400
    assert (await browser.get(MINE)).json()["data"] == []


async def test_there_are_twenty_at_most(site: Site, member: Member, owner: asyncpg.Connection) -> None:
    """Also for whoever has asked for several before adding the first."""
    email = await member()
    browser = await enter(site, email)
    await owner.execute(
        "INSERT INTO app.passkeys (partner_id, id, user_id, name, rp_id, credential_id, public_key, sign_count, backed_up,"
        " created_at) SELECT u.partner_id, gen_random_uuid(), u.id, 'Old', 'acme.localhost', n::text::bytea, '', 0, false,"
        " now() FROM app.users u, generate_series(1, 19) n WHERE u.email = $1", email,
    )  # fmt: skip
    asked = [await _wished(browser) for _ in range(2)]
    made = [Authenticator("acme.localhost", site.port).make(options) for options in asked]
    assert [(await browser.post(MINE, json=one)).status_code for one in made] == [201, 409]
    late = await browser.post(f"{MINE}/options", json={"password": GOOD})
    assert (late.status_code, late.json()["detail"]) == (409, "You have 20 passkeys. Remove one first.")


@pytest.mark.parametrize(("status", "answered"), [("suspended", 403), ("active", 200)])
async def test_a_passkey_of_an_inactive_account_opens_nothing(
    site: Site, member: Member, owner: asyncpg.Connection, status: str, answered: int
) -> None:
    email, device = await member(), Authenticator("acme.localhost", site.port)
    browser = await enter(site, email)
    await _own(browser, device)
    await owner.execute("UPDATE app.users SET status = $2 WHERE email = $1", email, status)
    answer = await stranger(site).post(IN, json=device.sign(await _asked(stranger(site))))
    assert (answer.status_code, "session" in answer.cookies) == (answered, answered == 200)


async def test_a_removed_passkey_opens_nothing(site: Site, member: Member) -> None:
    device = Authenticator("acme.localhost", site.port)
    browser = await enter(site, await member())
    await _own(browser, device)
    [one] = (await browser.get(MINE)).json()["data"]
    assert (await browser.delete(f"{MINE}/{one['id']}")).status_code == 200
    assert (await stranger(site).post(IN, json=device.sign(await _asked(stranger(site))))).status_code == 401


def _odd_client_data(options: dict[str, Any]) -> list[str]:
    challenge = options["challenge"]
    said: list[Any] = [
        [], 7, None, {}, {"type": "webauthn.create"}, {"type": 7, "challenge": challenge, "origin": 7},
        {"type": "webauthn.create", "challenge": 7, "origin": "x"}, {"type": "webauthn.create", "challenge": "é", "origin": "x"},
        {"type": "webauthn.create", "challenge": challenge, "origin": ["x"]},
        {"type": "webauthn.create", "challenge": challenge, "origin": "x", "tokenBinding": {"status": 7}},
    ]  # fmt: skip
    return [bytes_to_base64url(json.dumps(one).encode()) for one in said] + ["A", "AA", bytes_to_base64url(b"\xff\xfe")]


async def test_answers_that_are_malformed(site: Site, member: Member, owner: asyncpg.Connection) -> None:
    browser, device = await enter(site, await member()), Authenticator("acme.localhost", site.port)
    for said in _odd_client_data(await _wished(browser)):
        body = device.make(await _wished(browser)) | {"client_data": said}
        assert (await browser.post(MINE, json=body)).status_code == 400, said
        refused = await stranger(site).post(IN, json=device.sign(await _asked(stranger(site))) | {"client_data": said})
        assert refused.status_code == 401, said
    odd: list[Any] = [
        b"", b"\x00", b"\xff", b"\xa1", encode_cbor([]), encode_cbor(7), encode_cbor({}), encode_cbor({"fmt": "none"}),
        encode_cbor({"fmt": 7, "attStmt": {}, "authData": b"x"}), encode_cbor({"fmt": "none", "attStmt": {}, "authData": b""}),
        encode_cbor({"fmt": "none", "attStmt": {}, "authData": b"x" * 37}), encode_cbor({"fmt": "none", "attStmt": {}, "authData": "x"}),
        encode_cbor({"fmt": "packed", "attStmt": {}, "authData": b"x" * 200}), b"\x9f" * 2000, b"\xbf" * 500,
    ]  # fmt: skip
    for attestation in odd:
        made = device.make(await _wished(browser)) | {"attestation": bytes_to_base64url(attestation) or "A"}
        answer = await browser.post(MINE, json=made)
        assert answer.status_code == 400, (attestation[:20], answer.text)
    for name in ("authenticator_data", "signature", "id"):
        for value in ("A", "AA", bytes_to_base64url(b"x" * 37), bytes_to_base64url(b"\x00" * 200)):
            proof = device.sign(await _asked(stranger(site))) | {name: value}
            assert (await stranger(site).post(IN, json=proof)).status_code == 401, (name, value)
