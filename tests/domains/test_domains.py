"""From a typed name to a host that leads to its partner, and back."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.domains.conftest import HOST, TARGET, Names
from tests.world import ACME, ADAM, MIA, OLGA, STAN

from inspralv.domains.watching import LOOK_AT_ALL, DailyArgs
from inspralv.foundation.cache.invalidation import Caches
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.outbound.names import NameServers
from inspralv.foundation.services import Services
from inspralv.tenancy.directory import Directory

API = "/api/partner/domains"
Work = Callable[[], Awaitable[None]]


async def added(site: Site, host: str = HOST) -> dict[str, Any]:
    answer = await site.as_(OLGA).post(API, json={"hostname": host})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def found(site: Site, host: str = HOST) -> dict[str, Any]:
    listed = (await site.as_(OLGA).get(API)).json()["data"]
    return next(one for one in listed if one["hostname"] == host)


async def look(site: Site, work: Work, host: str = HOST) -> dict[str, Any]:
    answer = await site.as_(OLGA).post(f"{API}/{host}/check")
    assert answer.status_code == 202, answer.text
    await work()
    return await found(site, host)


async def proved(site: Site, names: Names, work: Work, host: str = HOST) -> dict[str, Any]:
    domain = await added(site, host)
    await names.prove(host, domain["records"][1]["value"])
    domain = await look(site, work, host)
    assert domain["state"] == "verified", domain
    return domain


async def home_of(site: Site, host: str) -> str:
    """Who answers under a host name."""
    answer = await site.at(host).get("/api/partner")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["partner"]["slug"])


async def test_both_records_bring_a_domain_to_life(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection
) -> None:
    domain = await added(site, f" {HOST.upper()}. ")
    cname, txt = domain["records"]
    assert (cname["type"], cname["name"], cname["value"]) == ("CNAME", HOST, TARGET)
    assert (txt["type"], txt["name"]) == ("TXT", f"_domain-check.{HOST}")
    assert await home_of(site, HOST) == "platform"

    await work()
    assert (await found(site))["reason"] == "no_txt"
    await names.put(txt["name"], "TXT", txt["value"])
    assert (await look(site, work))["reason"] == "no_cname"
    await names.put(HOST, "CNAME", TARGET)
    domain = await look(site, work)
    assert (domain["state"], domain["reason"], domain["is_primary"]) == ("verified", "", False)
    assert [record["right"] for record in domain["records"]] == [True, True]

    assert await home_of(site, HOST) == "acme"
    assert (await found(site))["state"] == "active"
    actions = await rows.fetch("SELECT action FROM app.audit_log WHERE entity_type = 'domain' ORDER BY id")
    assert [row["action"] for row in actions] == ["domain.added", "domain.verified"]


async def test_a_host_without_alias_may_have_the_target_s_addresses(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection
) -> None:
    domain = await added(site, "northwind.example")
    await names.put("_domain-check.northwind.example", "TXT", domain["records"][1]["value"])
    await names.put(TARGET, "A", "192.0.2.1", "192.0.2.2")
    await names.put("northwind.example", "A", "192.0.2.9")
    assert (await look(site, work, "northwind.example"))["reason"] == "other_cname"
    await names.put("northwind.example", "A", "192.0.2.2")
    assert (await look(site, work, "northwind.example"))["state"] == "verified"


async def test_another_code_ends_it_at_once_and_owners_are_told(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection
) -> None:
    await proved(site, names, work)
    assert (await site.as_(OLGA).put(f"{API}/{HOST}/primary")).status_code == 200
    assert await home_of(site, HOST) == "acme"
    await names.put(f"_domain-check.{HOST}", "TXT", "somebody-else")
    assert (await look(site, work))["state"] == "lapsed"
    assert await home_of(site, HOST) == "platform"
    mails = await rows.fetch("SELECT recipient, subject, plain FROM app.mail_messages WHERE template = 'domain_lapsed'")
    assert [mail["recipient"] for mail in mails] == [OLGA.email]
    assert HOST in mails[0]["subject"]
    assert f"http://acme.localhost:{site.port}/org/domains/{HOST}" in mails[0]["plain"]
    german = await site.as_(OLGA).get(f"/org/domains/{HOST}", headers={"accept-language": "de"})
    assert "The TXT record shows" not in german.text
    assert "Der TXT-Eintrag zeigt" in german.text
    assert await rows.fetchval("SELECT count(*) FROM app.audit_log WHERE action = 'domain.lapsed'") == 1

    await names.put(f"_domain-check.{HOST}", "TXT", (await found(site))["records"][1]["value"])
    assert (await look(site, work))["state"] == "verified"
    assert await home_of(site, HOST) == "acme"


async def test_a_missing_record_is_forgiven_for_a_while(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection
) -> None:
    await proved(site, names, work)
    await names.put(HOST, "CNAME")
    for _ in range(4):
        domain = await look(site, work)
    assert (domain["state"], domain["reason"]) == ("verified", "no_cname")
    again = await rows.fetchval(
        "SELECT count(*) FROM queue.procrastinate_jobs WHERE queueing_lock = $1 AND status = 'todo'",
        f"{ACME} domain again {HOST}",
    )
    assert again == 1
    await rows.execute("UPDATE app.partner_domains SET failing_since = failing_since - interval '24 hours'")
    assert (await look(site, work))["state"] == "lapsed"
    assert await home_of(site, HOST) == "platform"


@pytest.mark.parametrize("mode", ["servfail", "silence"])
async def test_an_outage_of_the_name_servers_costs_nothing(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection, services: Services, mode: str
) -> None:
    services.get(NameServers)._seconds = 0.5  # noqa: SLF001 - silence need not last
    await proved(site, names, work)
    await names.fail(mode)
    for _ in range(3):
        domain = await look(site, work)
        await rows.execute("UPDATE app.partner_domains SET failing_since = failing_since - interval '3 days'")
    assert (domain["state"], domain["reason"]) == ("verified", "unanswered")
    assert await home_of(site, HOST) == "acme"


async def test_without_the_feature_nothing_more_is_proved(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection, services: Services
) -> None:
    """The look that was agreed before finds both records, and lets the domain wait."""
    domain = await added(site)
    await names.prove(HOST, domain["records"][1]["value"])
    await rows.execute(
        "UPDATE app.partners SET features = features || '{\"custom_domain\": false}' WHERE id = $1", ACME
    )
    try:
        services.get(Directory).by_id.clear()
        await work()
        assert (await found(site))["state"] == "waiting"
    finally:
        await rows.execute("UPDATE app.partners SET features = features - 'custom_domain' WHERE id = $1", ACME)
        services.get(Directory).by_id.clear()
    assert (await look(site, work))["state"] == "verified"


async def test_a_zone_whose_servers_are_gone_lapses(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection
) -> None:
    await proved(site, names, work)
    await names.fail("servfail", below="northwind.example")
    for _ in range(3):
        assert await home_of(site, HOST) == "acme"
        domain = await look(site, work)
        await rows.execute("UPDATE app.partner_domains SET failing_since = failing_since - interval '4 days'")
    assert (domain["state"], domain["reason"]) == ("lapsed", "unanswered")
    assert await home_of(site, HOST) != "acme"


@pytest.mark.parametrize(
    "typed",
    [
        "co.uk", "github.io", "localhost", "db.internal", "10.0.0.1", "voice.example.com:8443", "https://voice.example.com",
        "xn--99999999999.com", "voice", "a b.com", "www.localhost", "acme.localhost", "rival.localhost", TARGET,
        "voice.example.com\r\nSet-Cookie: a=b",
    ],
)  # fmt: skip
async def test_bad_names_are_refused_at_the_field_and_nothing_is_stored(
    site: Site, rows: asyncpg.Connection, typed: str
) -> None:
    before = await rows.fetchval("SELECT count(*) FROM app.partner_domains")
    answer = await site.as_(OLGA).post(API, json={"hostname": typed})
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/hostname"
    page = await site.as_(OLGA).post("/org/domains", data={"hostname": typed})
    assert page.status_code == 400
    assert 'id="e-hostname"' in page.text
    assert await rows.fetchval("SELECT count(*) FROM app.partner_domains") == before


async def test_a_domain_of_others_is_refused(site: Site, names: Names, work: Work, rows: asyncpg.Connection) -> None:
    await added(site)
    assert (await site.as_(OLGA).post(API, json={"hostname": HOST})).status_code == 400
    answer = await site.as_(STAN).post(API, json={"hostname": HOST})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/hostname")
    for request in (
        site.as_(STAN).post(f"{API}/{HOST}/check"),
        site.as_(STAN).put(f"{API}/{HOST}/primary"),
        site.as_(STAN).delete(f"{API}/{HOST}"),
        site.as_(STAN).get(f"/org/domains/{HOST}"),
    ):
        assert (await request).status_code == 404
    assert await rows.fetchval("SELECT partner_id FROM app.partner_domains WHERE hostname = $1", HOST) == ACME


async def test_records_left_behind_prove_nothing_to_whoever_comes_next(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection
) -> None:
    """The partner let go of the name and forgot its records: they open the door to nobody, not even to the same partner."""
    old = (await proved(site, names, work))["records"][1]["value"]
    assert (await site.as_(OLGA).delete(f"{API}/{HOST}")).status_code == 200
    taken = await site.as_(STAN).post(API, json={"hostname": f" {HOST.upper()}. "})
    assert taken.status_code == 201, taken.text
    assert (await site.as_(STAN).post(f"{API}/{HOST}/check")).status_code == 202
    await work()
    theirs = (await site.as_(STAN).get(API)).json()["data"]
    assert [(d["state"], d["reason"]) for d in theirs if d["hostname"] == HOST] == [("waiting", "other_txt")]
    assert await home_of(site, HOST) == "platform"
    assert (await site.as_(STAN).put(f"{API}/{HOST}/primary")).status_code == 400
    assert (await site.as_(STAN).delete(f"{API}/{HOST}")).status_code == 200
    again = await added(site)
    assert again["records"][1]["value"] != old
    assert (await look(site, work))["state"] == "waiting"


async def test_a_claim_that_nobody_proves_keeps_the_name_for_a_week(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection
) -> None:
    lost = await added(site)
    await rows.execute(
        "UPDATE app.partner_domains SET created_at = created_at - interval '8 days' WHERE hostname = $1", HOST
    )
    assert (await site.as_(STAN).post(API, json={"hostname": HOST})).status_code == 201
    assert HOST not in [one["hostname"] for one in (await site.as_(OLGA).get(API)).json()["data"]]
    assert await _told_of_loss(rows, lost) == [("domain.removed", "system", {"hostname": HOST})]


async def _told_of_loss(rows: asyncpg.Connection, domain: dict[str, Any]) -> list[tuple[str, str, dict[str, str]]]:
    """What the log of the partner that lost the domain says of it, after it was added."""
    told = await rows.fetch(
        "SELECT action, actor_kind, old_values FROM app.audit_log WHERE partner_id = $1 AND entity_id = $2 AND action <> 'domain.added'",
        ACME, domain["id"],
    )  # fmt: skip
    return [(row["action"], row["actor_kind"], json.loads(row["old_values"])) for row in told]


async def test_a_claim_without_proof_gives_way_to_whoever_shows_a_record(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection
) -> None:
    stan = site.as_(STAN)
    lost = await added(site)
    refused = await stan.post(API, json={"hostname": HOST})
    assert refused.status_code == 409
    place, code = re.findall(r"TXT record at (\S+) with the value (\w+)", refused.json()["detail"])[0]
    assert place == f"_domain-check.{HOST}"
    assert code in (await stan.post("/org/domains", data={"hostname": HOST})).text  # the same each time it is asked
    await names.put(place, "TXT", "another", code)
    # The record speaks for one partner only, and for one name.
    other = await site.as_(OLGA).post(API, json={"hostname": "other.voice-example.com"})
    assert other.status_code == 201
    assert (await stan.post(API, json={"hostname": "other.voice-example.com"})).status_code == 409
    taken = await stan.post(API, json={"hostname": HOST})
    assert (taken.status_code, taken.json()["data"]["state"]) == (201, "waiting")
    assert HOST not in [one["hostname"] for one in (await site.as_(OLGA).get(API)).json()["data"]]
    assert await _told_of_loss(rows, lost) == [("domain.removed", "system", {"hostname": HOST})]
    back = await site.as_(OLGA).post(API, json={"hostname": HOST})
    assert back.status_code == 409
    assert code not in back.json()["detail"]
    await names.put(HOST, "CNAME", TARGET)
    assert (await stan.post(f"{API}/{HOST}/check")).status_code == 202
    await work()
    theirs = (await stan.get(API)).json()["data"]
    assert [(one["state"], one["reason"]) for one in theirs if one["hostname"] == HOST] == [("verified", "")]
    assert await home_of(site, HOST) == "rival"


async def test_a_proved_domain_gives_way_to_no_record(
    site: Site, names: Names, work: Work, rows: asyncpg.Connection
) -> None:
    await proved(site, names, work)
    refused = await site.as_(STAN).post(API, json={"hostname": HOST})
    code = re.findall(r"with the value (\w+)", refused.json()["detail"])[0]
    await names.put(f"_domain-check.{HOST}", "TXT", code)
    assert (await site.as_(STAN).post(API, json={"hostname": HOST})).status_code == 409
    assert await home_of(site, HOST) == "acme"


async def test_the_primary_domain_carries_the_links_in_mails(
    site: Site, names: Names, work: Work, services: Services, rows: asyncpg.Connection
) -> None:
    await added(site)
    answer = await site.as_(OLGA).put(f"{API}/{HOST}/primary")
    assert answer.status_code == 400
    await names.prove(HOST, (await found(site))["records"][1]["value"])
    await look(site, work)
    assert (await site.as_(ADAM).put(f"{API}/{HOST}/primary")).json()["data"]["is_primary"] is True
    services.get(Caches).clear()  # the jobs of the tests do not listen
    assert (await site.as_(ADAM).delete(f"{API}/{HOST}")).status_code == 400

    asked = await site.at("acme.localhost").post(
        "/forgot-password", data={"email": MIA.email}, headers={"x-forwarded-host": "evil.example"}
    )
    assert asked.status_code < 400, asked.text
    await work()
    plain = await rows.fetchval(
        "SELECT plain FROM app.mail_messages WHERE recipient = $1 ORDER BY id DESC LIMIT 1", MIA.email
    )
    assert f"http://{HOST}:{site.port}/reset-password" in plain
    assert "evil.example" not in plain

    assert (await site.as_(ADAM).put(f"{API}/acme.localhost/primary")).status_code == 200
    assert (await site.as_(ADAM).delete(f"{API}/{HOST}")).status_code == 200
    assert await home_of(site, HOST) == "platform"


async def test_a_domain_that_waits_never_carries_links(
    site: Site, names: Names, work: Work, services: Services, rows: asyncpg.Connection
) -> None:
    await added(site)
    services.get(Caches).clear()  # the jobs of the tests do not listen
    await rows.execute("UPDATE app.partner_domains SET is_primary = false WHERE partner_id = $1", ACME)
    await rows.execute("UPDATE app.partner_domains SET is_primary = true WHERE hostname = $1", HOST)
    await rows.execute("SELECT pg_notify('cache', 'partners')")
    asked = await site.at("acme.localhost").post("/forgot-password", data={"email": MIA.email})
    assert asked.status_code < 400
    await work()
    plain = await rows.fetchval(
        "SELECT plain FROM app.mail_messages WHERE recipient = $1 ORDER BY id DESC LIMIT 1", MIA.email
    )
    assert f"http://acme.localhost:{site.port}/reset-password" in plain
    await rows.execute("UPDATE app.partner_domains SET is_primary = false WHERE partner_id = $1", ACME)


async def test_members_may_not(site: Site, rows: asyncpg.Connection) -> None:
    for answer in (
        await site.as_(MIA).get(API),
        await site.as_(MIA).post(API, json={"hostname": HOST}),
        await site.as_(MIA).get("/org/domains"),
    ):
        assert answer.status_code == 403


async def test_a_plan_without_own_domains_gets_none(site: Site, rows: asyncpg.Connection) -> None:
    async def agree(features: str) -> None:
        await rows.execute("UPDATE app.partners SET features = $2 WHERE id = $1", ACME, features)
        await rows.execute("SELECT pg_notify('cache', 'partners')")
        await asyncio.sleep(0.2)

    await agree('{"custom_domain": false}')
    answer = await site.as_(OLGA).post(API, json={"hostname": HOST})
    assert (answer.status_code, "custom_domain" in answer.json()["detail"]) == (403, True)
    assert "has no domains of your own" in (await site.as_(OLGA).get("/org/domains")).text
    await agree("{}")
    await added(site)


async def test_every_domain_is_looked_at_once_a_day_each_at_its_own_time(
    site: Site, work: Work, rows: asyncpg.Connection, services: Services
) -> None:
    hosts = [f"d{n}.northwind.example" for n in range(6)]
    for host in hosts:
        await added(site, host)
    await work()
    ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
    ctx.defer(LOOK_AT_ALL(DailyArgs()))
    await ctx.commit()
    await work()
    times = await rows.fetch(
        "SELECT scheduled_at FROM queue.procrastinate_jobs WHERE queueing_lock LIKE '% domain daily d%' ORDER BY 1"
    )
    assert len(times) == len(hosts)
    now = datetime.now(UTC)
    assert all(now - timedelta(minutes=5) < row["scheduled_at"] < now + timedelta(days=1) for row in times)
    assert times[-1]["scheduled_at"] - times[0]["scheduled_at"] > timedelta(hours=4)


async def test_the_request_role_writes_through_the_doors_only(dsns: Dsns) -> None:
    connection = await asyncpg.connect(dsns.user)
    try:
        for statement in (
            "UPDATE app.partner_domains SET verified_at = now()",
            "DELETE FROM app.partner_domains",
            f"SELECT app.add_domain('{ACME}', '{ACME}', 'x.example', 't', now(), true, '{ACME}')",
            f"SELECT app.drop_claim('acme.localhost', '{ACME}', now(), true, '{ACME}')",
            f"SELECT app.make_domain_primary('{ACME}', 'acme.localhost')",
            f"SELECT app.remove_domain('{ACME}', 'acme.localhost')",
            f"SELECT app.note_domain_look('{ACME}', 'acme.localhost', NULL, now(), now(), NULL, '', '{{}}', NULL, 0)",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_two_looks_at_once_do_not_undo_each_other(
    site: Site, rows: asyncpg.Connection, services: Services
) -> None:
    from inspralv.domains import looking, queries
    from inspralv.domains.schemas import Seen

    await added(site)
    ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
    before = await queries.find_domain(ctx, HOST)
    await rows.execute("UPDATE app.partner_domains SET checked_at = now() WHERE hostname = $1", HOST)
    right = Seen((before.verification_token,), True, (TARGET,), True, True)
    assert (await looking.settle(ctx, before, right)).became == ""
    await ctx.commit()
    assert (await found(site))["state"] == "waiting"


async def pages(client: httpx.AsyncClient, *paths: str) -> list[str]:
    answers = [await client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    return [answer.text for answer in answers]


async def test_the_pages_show_records_and_state(site: Site, names: Names, work: Work, rows: asyncpg.Connection) -> None:
    client = site.as_(OLGA)
    answer = await client.post("/org/domains", data={"hostname": HOST})
    assert answer.headers["location"] == f"/org/domains/{HOST}?done=added"
    token = (await found(site))["records"][1]["value"]
    (page,) = await pages(client, f"/org/domains/{HOST}")
    assert all(text in page for text in (TARGET, f"_domain-check.{HOST}", token, "Waiting for DNS", "Check now"))
    await names.prove(HOST, "wrong")
    await client.post(f"/org/domains/{HOST}/check")
    await work()
    (page,) = await pages(client, f"/org/domains/{HOST}")
    assert "shows another code" in page
    assert ">wrong<" in page
    refused = await client.post(f"/org/domains/{HOST}/primary")
    assert (refused.status_code, "proved" in refused.text) == (400, True)
    listed, asked = await pages(client, "/org/domains", f"/org/domains/{HOST}/removal")
    assert HOST in listed
    assert "Remove domain" in asked
    assert (await client.post(f"/org/domains/{HOST}/removal")).headers["location"] == "/org/domains?done=removed"
    assert (await client.post("/org/domains/acme.localhost/removal")).status_code == 400
