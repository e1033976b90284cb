"""A partner's own mail: the way it takes, what is kept of failures, and what nobody learns."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.foundation.mail.post_office import open_mail_api, open_post_office
from tests.ports import free_port
from tests.world import ACME, ADAM, CLINIC, MIA, OLGA, STAN, Cast

from inspralv.branding.mail_way import OwnWays
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.mail.transports import Mailbox
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.egress import Egress
from inspralv.foundation.services import Services

ENVIRON = {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}
Work = Callable[[], Awaitable[None]]
MAIL = "/api/partner/mail"
SECRET = "smtp-secret-123"


def _own(port: int, **other: Any) -> dict[str, Any]:
    return {
        "way": "smtp", "sender_name": "North Desk", "sender_address": "desk@north.example", "smtp_host": "127.0.0.1",
        "smtp_port": port, "smtp_security": "none", **other,
    }  # fmt: skip


async def _set(site: Site, body: dict[str, Any], who: Cast = OLGA) -> httpx.Response:
    return await site.as_(who).patch(MAIL, json=body)


async def _forgot(site: Site, owner: asyncpg.Connection, work: Work, who: Cast) -> asyncpg.Record:
    await owner.execute("DELETE FROM app.rate_limits")
    assert (await site.at(who.host).post("/api/auth/forgot-password", json={"email": who.email})).status_code == 200
    await work()
    row = await owner.fetchrow("SELECT * FROM app.mail_messages WHERE recipient = $1 ORDER BY id DESC", who.email)
    assert row is not None
    return row


async def test_own_server_own_sender_and_answers_to_support(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    await site.as_(OLGA).patch("/api/partner", json={"branding": {"support_email": "help@north.example"}})
    async with open_post_office(free_port()) as office:
        assert (await _set(site, _own(office.port))).status_code == 200
        row = await _forgot(site, owner, work, MIA)
        assert (await _forgot(site, owner, work, STAN))["status"] == "kept"  # another partner's goes its own way
    (taken,) = office.taken
    assert (taken["from"], taken["to"]) == ("North Desk <desk@north.example>", MIA.email)
    assert taken["reply-to"] == "help@north.example"
    assert (row["status"], row["sender"], row["sent_by"]) == (
        "sent", "North Desk <desk@north.example>", "the mail server 127.0.0.1",
    )  # fmt: skip


async def test_a_failure_is_kept_seen_and_repeated(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    olga = site.as_(OLGA)
    async with open_post_office(free_port()) as office:
        office.replies["RCPT"] = "550 no such mailbox"
        await _set(site, _own(office.port))
        row = await _forgot(site, owner, work, MIA)
        assert (row["status"], row["error"]) == ("failed", "550 no such mailbox")
        log = (await olga.get("/org/mail?status=failed")).text
        assert "550 no such mailbox" in log
        assert "Send again" in log
        page = await olga.get(f"/org/mail/{row['id']}")
        token = row["plain"].partition("token=")[2].split()[0]
        sheet = await olga.get(f"/org/mail/{row['id']}/html")
        assert len(token) > 20
        for shown in (page.text, sheet.text):
            assert token not in shown  # an owner must not learn what proves to be the recipient
            assert "token=••••••••" in shown
        office.replies.clear()
        again = await olga.post(f"/org/mail/{row['id']}/send")
        assert again.status_code in {302, 303}
        await work()
        assert len(office.taken) == 1
        assert (await olga.post(f"{MAIL}/messages/{row['id']}/send")).status_code == 409
    assert await owner.fetchval("SELECT status FROM app.mail_messages WHERE id = $1", row["id"]) == "sent"
    assert (await site.as_(STAN).post(f"{MAIL}/messages/{row['id']}/send")).status_code == 404
    assert (await site.as_(STAN).get(f"/org/mail/{row['id']}")).status_code == 404


async def test_a_test_tells_what_the_server_says(site: Site, owner: asyncpg.Connection) -> None:
    async with open_post_office(free_port()) as office:
        await _set(site, _own(office.port))
        good = (await site.as_(ADAM).post(f"{MAIL}/test")).json()["data"]
        assert (good["status"], good["recipient"], good["error"]) == ("sent", ADAM.email, None)
        assert office.taken[0]["to"] == ADAM.email
        office.replies["MAIL"] = "553 not your address"
        bad = (await site.as_(ADAM).post(f"{MAIL}/test")).json()["data"]
        assert (bad["status"], bad["error"]) == ("failed", "553 not your address")
    page = (await site.as_(ADAM).get("/org/mail/delivery")).text
    assert "553 not your address" in page
    await _set(site, {"way": "platform", "smtp_user": None})
    assert (await site.as_(ADAM).post(f"{MAIL}/test")).json()["data"]["status"] == "kept"


@pytest.mark.parametrize("host", ["10.0.0.5", "169.254.169.254", "192.168.1.1", "::1", "100.64.0.1"])
async def test_mail_servers_are_on_the_public_internet(site: Site, owner: asyncpg.Connection, host: str) -> None:
    assert (await _set(site, _own(25, smtp_host=host))).status_code == 200
    outcome = (await site.as_(OLGA).post(f"{MAIL}/test")).json()["data"]
    assert outcome["status"] == "failed"
    assert "not on the public internet" in outcome["error"]


async def test_secrets_go_in_and_never_come_out(site: Site, owner: asyncpg.Connection) -> None:
    olga = site.as_(OLGA)
    body = _own(587, smtp_host="smtp.north.example", smtp_security="starttls", smtp_user="desk", smtp_password=SECRET,
                resend_key="re_key_987654321")  # fmt: skip
    answer = await olga.patch(MAIL, json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()["data"]
    assert (told["has_smtp_password"], told["resend_key_hint"]) == (True, "4321")
    row = await owner.fetchrow("SELECT * FROM app.mail_settings WHERE partner_id = $1", ACME)
    entries = await owner.fetch("SELECT * FROM app.audit_log WHERE action = 'partner.mail_changed'")
    page = (await olga.get("/org/mail/delivery")).text
    assert entries
    for shown in (answer.text, (await olga.get(MAIL)).text, page, str(dict(row)), str([dict(e) for e in entries])):
        assert SECRET not in shown
        assert "re_key_987" not in shown
    kept = await olga.patch(MAIL, json={"sender_name": "Desk"})
    assert kept.json()["data"]["has_smtp_password"] is True
    gone = await olga.patch(MAIL, json={"smtp_password": None})
    assert gone.json()["data"]["has_smtp_password"] is False


async def test_own_resend_key(site: Site, owner: asyncpg.Connection, services: Services) -> None:
    body = {"way": "resend", "sender_address": "desk@north.example", "resend_key": "re_of_acme"}
    assert (await _set(site, body)).status_code == 200
    ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
    async with open_mail_api() as api, Outbound() as outbound:
        way = await OwnWays(Egress(), outbound, api.url).choose(ctx, Mailbox())
        await ctx.rollback()
        from tests.foundation.mail.test_transports import MAIL as LETTER  # noqa: PLC0415 - a letter to send

        await way.transport.send(way.signed(LETTER))
    headers, sent = api.seen[0]
    assert headers["authorization"] == "Bearer re_of_acme"
    assert "desk@north.example" in json.dumps(sent["from"])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"sender_name": "Desk\r\nBcc: all@evil.test"}, "/sender_name"), ({"sender_address": "desk"}, "/sender_address"),
        ({"sender_address": "a@b.example\nX: y"}, "/sender_address"), ({"smtp_host": "a b"}, "/smtp_host"),
        ({"smtp_host": "mail.example\r\nX"}, "/smtp_host"), ({"smtp_port": 0}, "/smtp_port"), ({"way": "pigeon"}, "/way"),
        ({"smtp_port": 70000}, "/smtp_port"), ({"way": "resend", "resend_key": None}, "/resend_key"),
        ({"resend_key": "re_one\nre_two"}, "/resend_key"), ({"resend_key": "re_schlüssel"}, "/resend_key"),
        ({"smtp_user": "u", "smtp_password": "p"}, "/smtp_security"), ({"sender_address": None}, "/sender_address"),
        ({"smtp_host": None}, "/smtp_host"), ({"smtp_port": None}, "/smtp_port"),
    ],
    ids=str,
)  # fmt: skip
async def test_what_cannot_send_is_refused(
    site: Site, owner: asyncpg.Connection, body: dict[str, Any], pointer: str
) -> None:
    answer = await _set(site, _own(25, smtp_host="mail.example") | body)
    assert answer.status_code == 400, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert await owner.fetchval("SELECT count(*) FROM app.mail_settings") == 0


async def test_members_learn_nothing_of_mail(site: Site, owner: asyncpg.Connection) -> None:
    for path in (MAIL, f"{MAIL}/messages", "/org/mail", "/org/mail/delivery"):
        assert (await site.as_(MIA).get(path)).status_code == 403
    assert (await site.as_(MIA).post(f"{MAIL}/test")).status_code == 403


async def test_names_cannot_add_headers(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    """Names of people and workspaces reach subjects; a stored one that holds line breaks stays one line."""
    name = "Ann\r\nBcc: all@evil.test"
    await owner.execute("UPDATE app.users SET first_name = $2 WHERE id = $1", OLGA.id, name)
    await owner.execute("UPDATE app.workspaces SET name = $2 WHERE id = $1", CLINIC, name)
    async with open_post_office(free_port()) as office:
        await _set(site, _own(office.port))
        invited = await site.as_(OLGA).post(
            "/api/w/clinic/invitations", json={"email": "new@person.test", "role": "member"}
        )
        await owner.execute("UPDATE app.users SET first_name = 'Olga' WHERE id = $1", OLGA.id)
        await owner.execute("UPDATE app.workspaces SET name = 'Bright Clinic' WHERE id = $1", CLINIC)
        assert invited.status_code in {200, 201}, invited.text
        await work()
    (taken,) = office.taken
    assert taken["bcc"] is None
    assert "Ann Bcc: all@evil.test" in str(taken["subject"])
