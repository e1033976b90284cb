"""Failed jobs, deliveries and mails in the console: seen, without secrets, and done again."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import httpx
from tests.admin.conftest import logged
from tests.admin.failed_mail import add_failed_mail
from tests.world import ACME, CLINIC, PLATFORM

from inspralv.admin.blotting import blotted_body, blotted_text
from inspralv.foundation.ids import uuid7

Work = Callable[[], Awaitable[None]]


async def test_a_failed_job_is_seen_with_its_error_and_runs_again(
    staff: httpx.AsyncClient, rows: asyncpg.Connection, work: Work
) -> None:
    args = {"integration_id": str(uuid7(datetime.now(UTC))), "workspace_id": str(CLINIC)}
    job: int = await rows.fetchval(
        "INSERT INTO queue.procrastinate_jobs (queue_name, task_name, args, attempts)"
        " VALUES ('default', 'agents.resync', $1, 50) RETURNING id",
        json.dumps({"partner_id": str(ACME), "actor": {"kind": "system"}, "args": args}),
    )
    await rows.execute("REVOKE SELECT ON app.ai_agents FROM app_user")  # so that its work fails
    try:
        await work()
    finally:
        await rows.execute("GRANT SELECT ON app.ai_agents TO app_user")
    assert await rows.fetchval("SELECT status::text FROM queue.procrastinate_jobs WHERE id = $1", job) == "failed"
    page = (await staff.get("/super-admin/jobs")).text
    assert "agents.resync" in page
    assert "permission denied for table ai_agents" in page
    assert "Acme Voice" in page
    assert "agents.resync" not in (await staff.get("/super-admin/jobs", params={"queue": "mail"})).text
    again = await staff.post(f"/super-admin/jobs/{job}/retry")
    assert again.headers["location"] == "/super-admin/jobs?done=retried"
    assert (await staff.post(f"/super-admin/jobs/{job}/retry")).headers["location"] == "/super-admin/jobs?done=nothing"
    assert {e["partner_id"] for e in await logged(rows, "jobs.retried")} == {ACME, PLATFORM}
    await work()
    assert await rows.fetchval("SELECT count(*) FROM queue.procrastinate_jobs WHERE id = $1", job) == 0
    assert await rows.fetchval("SELECT count(*) FROM queue.job_errors") == 0


async def test_a_job_whose_work_waits_already_has_had_its_day(
    staff: httpx.AsyncClient, rows: asyncpg.Connection
) -> None:
    add = (
        "INSERT INTO queue.procrastinate_jobs (queue_name, task_name, args, status, queueing_lock, scheduled_at)"
        " VALUES ('calls', 'conversations.poll', $1, $2::queue.procrastinate_job_status, 'same', now() + interval '1 day') RETURNING id"
    )
    args = f'{{"partner_id": "{ACME}"}}'
    failed, waiting = await rows.fetchval(add, args, "failed"), await rows.fetchval(add, args, "todo")
    assert (await staff.post("/super-admin/jobs/retry", data={"queue": "calls"})).status_code == 303
    assert [
        row["id"] for row in await rows.fetch("SELECT id FROM queue.procrastinate_jobs WHERE queueing_lock = 'same'")
    ] == [waiting]
    assert failed != waiting
    await rows.execute("DELETE FROM queue.procrastinate_jobs")


async def _letter(rows: asyncpg.Connection, body: bytes, status: str = "failed") -> UUID:
    letter = uuid7(datetime.now(UTC))
    await rows.execute(
        "INSERT INTO app.provider_inbox (partner_id, workspace_id, provider, endpoint_id, event_key, id, body, status, note, received_at)"
        " VALUES ($1, $2, 'vapi', $3, $4, $3, $5, $6, 'unreadable: nonsense', now())",
        ACME, CLINIC, letter, str(letter), body, status,
    )  # fmt: skip
    return letter


async def test_a_failed_delivery_is_read_without_secrets_and_taken_up_again(
    staff: httpx.AsyncClient, rows: asyncpg.Connection, work: Work
) -> None:
    letter = await _letter(
        rows, b'{"message": {"type": "nonsense", "serverSecret": "hush-1", "note": "<b>bold</b> token=hush-2"}}'
    )
    done = await _letter(rows, b"{}", "done")
    listed = (await staff.get("/super-admin/webhooks")).text
    assert str(letter) in listed
    assert str(done) not in listed
    assert "unreadable: nonsense" in listed
    page = (await staff.get(f"/super-admin/webhooks/{letter}")).text
    assert "nonsense" in page
    assert "hush" not in page
    assert "<b>bold</b>" not in page
    assert (await staff.post(f"/super-admin/webhooks/{letter}/retry")).headers["location"].endswith("done=retried")
    assert await rows.fetchval("SELECT status FROM app.provider_inbox WHERE id = $1", letter) == "pending"
    await work()
    assert await rows.fetchval("SELECT status FROM app.provider_inbox WHERE id = $1", letter) in {"failed", "ignored"}
    assert (await staff.post(f"/super-admin/webhooks/{done}/retry")).headers["location"].endswith("done=nothing")
    entries = await logged(rows, "delivery.retried")
    assert {(e["partner_id"], e["workspace_id"], e["actor_kind"]) for e in entries} == {
        (ACME, CLINIC, "staff"), (PLATFORM, CLINIC, "staff"),
    }  # fmt: skip
    assert (await staff.get(f"/super-admin/webhooks/{CLINIC}")).status_code == 404


async def test_a_failed_mail_is_read_without_its_link_and_sent_again(
    staff: httpx.AsyncClient, rows: asyncpg.Connection, work: Work
) -> None:
    mail = await add_failed_mail(
        rows, '<a href="http://x/reset-password?token=hush-3">Set it</a>', "http://x/reset-password?token=hush-3"
    )
    assert "550 no" in (await staff.get("/super-admin/mail", params={"status": "failed", "search": "MIA@"})).text
    assert str(mail) not in (await staff.get("/super-admin/mail", params={"status": "sent"})).text
    assert str(mail) not in (await staff.get("/super-admin/mail", params={"search": "nobody"})).text
    page, sheet = await staff.get(f"/super-admin/mail/{mail}"), await staff.get(f"/super-admin/mail/{mail}/html")
    assert "Set it" in sheet.text
    assert "sandbox" in sheet.headers["content-security-policy"]
    assert "hush" not in page.text + sheet.text
    assert (await staff.post(f"/super-admin/mail/{mail}/retry")).headers["location"].endswith("done=retried")
    await work()
    assert await rows.fetchval("SELECT status FROM app.mail_messages WHERE id = $1", mail) == "kept"
    assert (await staff.post(f"/super-admin/mail/{mail}/retry")).headers["location"].endswith("done=nothing")
    assert {e["partner_id"] for e in await logged(rows, "mail.sent_again")} == {ACME, PLATFORM}


def test_secrets_are_blotted_out() -> None:
    assert "hush" not in blotted_body(
        b'{"a": [{"apiKey": "hush", "Authorization": {"x": "hush"}, "b": "Bearer hush"}], "password": "hush"}'
    )
    assert '"count": 3' in blotted_body(b'{"count": 3}')
    assert blotted_body(b"\xff plain token=hush&next=1") == "\ufffd plain token=••••••&next=1"
    assert blotted_text('href="http://x?token=hush-1&amp;a=b"') == 'href="http://x?token=••••••&amp;a=b"'
