"""From a request to the mail server: written with the data, sent by a job, kept when it fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from tests.conftest import Site
from tests.foundation.mail.post_office import PostOffice, open_post_office
from tests.ports import free_port
from tests.world import MIA, OLGA, VERA, Cast

from inspralv.foundation.db.dsn import Dsns

PORT = free_port(keep=True)
ENVIRON = {"INSPRALV_SMTP_URL": f"smtp://127.0.0.1:{PORT}", "INSPRALV_MAIL_FROM": "Operator <mail@operator.test>"}
Work = Callable[[], Awaitable[None]]


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with open_post_office(PORT) as running:
        yield running


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.execute("SET search_path = queue; DELETE FROM procrastinate_jobs")
    await connection.close()


async def _asked(site: Site, who: Cast, owner: asyncpg.Connection) -> None:
    await owner.execute("DELETE FROM app.rate_limits")
    answer = await site.at(who.host).post("/api/auth/forgot-password", json={"email": who.email})
    assert answer.status_code == 200


async def _mail(owner: asyncpg.Connection, who: Cast) -> asyncpg.Record:
    return await owner.fetchrow("SELECT * FROM app.mail_messages WHERE recipient = $1 ORDER BY id DESC", who.email)


async def _refused(
    site: Site, owner: asyncpg.Connection, work: Work, office: PostOffice, reply: str = "550 no such mailbox"
) -> asyncpg.Record:
    """A mail that the server has refused for good."""
    office.replies["RCPT"] = reply
    await _asked(site, OLGA, owner)
    await work()
    return await _mail(owner, OLGA)


async def test_mail_leaves_and_its_text_with_it(
    site: Site, owner: asyncpg.Connection, work: Work, office: PostOffice
) -> None:
    await _asked(site, MIA, owner)
    assert await _mail(owner, MIA) is None  # the request itself writes no mail, known address or not
    await work()
    (taken,) = office.taken
    assert (taken["from"], taken["to"]) == ("Acme Voice <mail@operator.test>", MIA.email)
    row = await _mail(owner, MIA)
    assert (row["status"], row["attempts"], row["error"], row["html"], row["plain"]) == ("sent", 1, None, "", "")
    assert row["sent_at"] is not None
    page = await site.at(MIA.host).get("/dev/mail")
    assert "the mail server 127.0.0.1" in page.text
    detail = (await site.at(MIA.host).get(f"/dev/mail/{row['id']}")).text
    assert "not kept once a mail has left" in detail
    await work()
    assert len(office.taken) == 1


async def test_a_server_that_is_busy_is_tried_again(
    site: Site, owner: asyncpg.Connection, work: Work, office: PostOffice
) -> None:
    office.replies["RCPT"] = "451 greylisted"
    await _asked(site, VERA, owner)
    await work()
    row = await _mail(owner, VERA)
    assert (row["status"], row["attempts"], row["error"]) == ("queued", 1, "451 greylisted")
    assert row["plain"] != ""
    office.replies.clear()
    await owner.execute("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL")
    await work()
    row = await _mail(owner, VERA)
    assert (row["status"], row["attempts"], row["error"]) == ("sent", 2, None)


async def test_a_mail_that_is_refused_ends_as_failed_with_the_reason(
    site: Site, owner: asyncpg.Connection, work: Work, office: PostOffice
) -> None:
    row = await _refused(site, owner, work, office)
    assert (row["status"], row["attempts"], row["error"]) == ("failed", 1, "550 no such mailbox")
    assert "reset-password" in row["plain"]  # so that it can be sent again
    assert await owner.fetchval("SELECT count(*) FROM queue.procrastinate_jobs WHERE status = 'todo'") == 0
    assert "550 no such mailbox" in (await site.at(OLGA.host).get("/dev/mail")).text


async def test_without_a_server_the_request_succeeds_and_the_mail_waits(
    site: Site, owner: asyncpg.Connection, work: Work
) -> None:
    await _asked(site, MIA, owner)
    await work()
    row = await _mail(owner, MIA)
    assert row["status"] == "queued"
    assert row["error"]
    assert await owner.fetchval("SELECT count(*) FROM queue.procrastinate_jobs WHERE status = 'todo'") == 1


@pytest.mark.parametrize("reply", ["550 Empf\udce4nger unbekannt", "550 no\x00body"], ids=["latin", "zero"])
async def test_whatever_a_server_mumbles_the_mail_has_failed(
    site: Site, owner: asyncpg.Connection, work: Work, office: PostOffice, caplog: pytest.LogCaptureFixture, reply: str
) -> None:
    row = await _refused(site, owner, work, office, reply)
    assert (row["status"], row["attempts"]) == ("failed", 1)
    assert row["error"].startswith("550 ")
    assert caplog.text.encode(), "what is logged can be written"


async def test_repeated_from_two_sides_a_mail_leaves_once(
    site: Site, owner: asyncpg.Connection, work: Work, office: PostOffice
) -> None:
    """The agency presses the button of its mail log, the operator the one of the failed job."""
    row = await _refused(site, owner, work, office)
    office.replies.clear()
    office.pause = 0.5  # long enough for two to be under way at once
    answer = await site.as_(OLGA).post(f"/api/partner/mail/messages/{row['id']}/send")
    assert answer.is_success, answer.text
    await _retry_failed_jobs(owner)
    await work()
    assert len(office.taken) == 1
    assert (await _mail(owner, OLGA))["status"] == "sent"


async def test_a_failed_job_of_a_mail_that_runs_again_sends_it(
    site: Site, owner: asyncpg.Connection, work: Work, office: PostOffice
) -> None:
    await _refused(site, owner, work, office)
    office.replies.clear()
    await _retry_failed_jobs(owner)
    await work()
    row = await _mail(owner, OLGA)
    assert (len(office.taken), row["status"], row["error"]) == (1, "sent", None)


async def test_a_mail_whose_text_is_gone_is_not_sent_empty(
    site: Site, owner: asyncpg.Connection, work: Work, office: PostOffice
) -> None:
    await _refused(site, owner, work, office)
    office.replies.clear()
    await owner.execute("UPDATE app.mail_messages SET html = '', plain = '' WHERE status = 'failed'")
    row = await _mail(owner, OLGA)
    again = await site.as_(OLGA).post(f"/api/partner/mail/messages/{row['id']}/send")
    assert again.status_code == 409
    await _retry_failed_jobs(owner)
    await work()
    assert (office.taken, (await _mail(owner, OLGA))["status"]) == ([], "failed")


async def _retry_failed_jobs(owner: asyncpg.Connection) -> None:
    failed = await owner.fetch("SELECT id FROM queue.procrastinate_jobs WHERE status = 'failed'")
    assert len(failed) == 1
    await owner.execute("SELECT app.retry_jobs($1)", [job["id"] for job in failed])
