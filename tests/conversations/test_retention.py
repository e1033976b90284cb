"""Retention: recordings and texts go after their days, figures stay, and nothing comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.conversations.conftest import API, Desk, run_job
from tests.world import ACME, BAKERY, CLINIC, MIA, VERA, WIM

from inspralv.conversations import jobs
from inspralv.conversations.tasks import NothingArgs, copy_recording, expire_texts
from inspralv.foundation.files import FileMissing, FileStore, file_key
from inspralv.foundation.ids import uuid7

SETTINGS = "/w/clinic/settings/retention"


@pytest.fixture(autouse=True)
async def for_ever(desk: Desk) -> None:
    await desk.rows.execute("UPDATE app.workspaces SET settings = settings - 'retention'")


async def keep(desk: Desk, **days: int | None) -> None:
    answer = await desk.site.as_(WIM).put(f"{API}/retention", json=days)
    assert answer.status_code == 200, answer.text


async def add_call(desk: Desk, days_ago: int, workspace: UUID = CLINIC) -> UUID:
    """A finished call with a recording, a transcript and everything that repeats what was said."""
    at = desk.services.clock() - timedelta(days=days_ago)
    call_id = uuid7(at)
    key = file_key(ACME, workspace, "recordings", f"{call_id}.wav")
    await desk.services.get(FileStore).put(key, b"RIFFsound")
    await desk.rows.execute(
        "INSERT INTO app.conversations (partner_id, workspace_id, id, provider, provider_call_id, direction, status,"
        " contact_number, summary, structured_data, sentiment, cost_micros, duration_seconds, recording_source,"
        " recording_key, recording_type, reported_at, created_at, updated_at) VALUES ($1, $2, $3, 'vapi', $4, 'inbound',"
        " 'completed', '+14155550123', 'They said much.', '{\"a\": 1}', 'positive', 1200, 60, 'https://x.test/a.wav', $5,"
        " 'audio/wav', $6, $6, $6)",
        ACME, workspace, call_id, f"old-{call_id}", key, at,
    )  # fmt: skip
    await desk.rows.execute(
        "INSERT INTO app.conversation_transcripts VALUES ($1, $2, $3, '[{\"role\": \"caller\", \"text\": \"Hi\"}]', $4)",
        ACME, workspace, call_id, at,
    )  # fmt: skip
    await desk.rows.execute(
        "INSERT INTO app.conversation_events VALUES ($1, $2, $3, $4, 'line', '{\"role\": \"caller\", \"text\": \"Hi\"}', $5)",
        ACME, workspace, uuid7(at), call_id, at,
    )  # fmt: skip
    await desk.rows.execute(
        "INSERT INTO app.provider_inbox (partner_id, workspace_id, provider, endpoint_id, event_key, id, body, status,"
        " received_at) VALUES ($1, $2, 'vapi', $3, $4, $5, 'Hi', 'done', $6)",
        ACME, workspace, call_id, f"k-{call_id}", uuid7(at), at,
    )  # fmt: skip
    return call_id


async def held(desk: Desk, call_id: UUID) -> dict[str, Any]:
    """What is left of a call."""
    row = await desk.rows.fetchrow("SELECT * FROM app.conversations WHERE id = $1", call_id)
    assert row is not None
    count = {
        table: await desk.rows.fetchval(f"SELECT count(*) FROM app.{table} WHERE {column} = $1", call_id)  # noqa: S608
        for table, column in (
            ("conversation_transcripts", "conversation_id"), ("conversation_events", "conversation_id"),
            ("provider_inbox", "endpoint_id"),
        )
    }  # fmt: skip
    return dict(row) | count


async def night(desk: Desk) -> None:
    await expire_texts(run_job(desk, None), NothingArgs())


async def test_recordings_go_and_the_rest_stays(desk: Desk) -> None:
    old, young = await add_call(desk, 31), await add_call(desk, 29)
    await keep(desk, recording_days=30)
    await night(desk)
    gone, kept = await held(desk, old), await held(desk, young)
    assert (gone["recording_key"], gone["recording_kept_days"], gone["recording_source"]) == (None, 30, None)
    assert (gone["summary"], gone["conversation_transcripts"]) == ("They said much.", 1)
    assert kept["recording_key"] is not None
    store = desk.services.get(FileStore)
    with pytest.raises(FileMissing):
        await store.size(file_key(ACME, CLINIC, "recordings", f"{old}.wav"))
    assert await store.size(kept["recording_key"])
    shown = await desk.mia.get(f"/w/clinic/conversations/{old}")
    assert "deleted after 30 days" in shown.text
    await copy_recording(run_job(desk), jobs.CallArgs(old))
    assert (await held(desk, old))["recording_key"] is None


async def test_what_was_said_goes_and_figures_stay(desk: Desk) -> None:
    old, young = await add_call(desk, 11), await add_call(desk, 9)
    await keep(desk, transcript_days=10)
    await night(desk)
    gone, kept = await held(desk, old), await held(desk, young)
    assert (gone["summary"], gone["structured_data"], gone["texts_kept_days"]) == (None, "{}", 10)
    assert (gone["conversation_transcripts"], gone["conversation_events"], gone["provider_inbox"]) == (0, 0, 0)
    assert (gone["duration_seconds"], gone["cost_micros"], gone["sentiment"]) == (60, 1200, "positive")
    assert gone["recording_key"] is not None
    assert (kept["summary"], kept["conversation_transcripts"], kept["provider_inbox"]) == ("They said much.", 1, 1)
    page = await desk.mia.get(f"/w/clinic/conversations/{old}")
    assert "deleted after 10 days" in page.text
    assert "They said much" not in page.text
    told = (await desk.mia.get(f"{API}/conversations/{old}")).json()["data"]
    assert (told["texts_kept_days"], told["transcript"], told["summary"]) == (10, [], None)


async def test_what_tools_were_asked_goes_too(desk: Desk) -> None:
    call_id = await add_call(desk, 11)
    await desk.rows.execute(
        "INSERT INTO app.activities (partner_id, workspace_id, id, kind, status, name, provider, provider_call_id,"
        " tool_call_id, conversation_id, arguments, answer, error, attempts, host, created_at, updated_at)"
        " VALUES ($1, $2, $3, 'tool', 'failed', 'free_times', 'vapi', 'c', 't', $4, '{\"day\": \"Monday\"}', 'Monday',"
        " 'Monday is no day', '[{\"answer\": \"Monday\"}]', 'crm.test', now(), now())",
        ACME, CLINIC, uuid7(desk.services.clock()), call_id,
    )  # fmt: skip
    await keep(desk, transcript_days=10)
    await night(desk)
    row = await desk.rows.fetchrow("SELECT * FROM app.activities WHERE conversation_id = $1", call_id)
    assert row is not None
    assert "Monday" not in str(dict(row))
    assert (row["name"], row["host"], row["status"]) == ("free_times", "crm.test", "failed")


async def test_a_late_report_brings_nothing_back(desk: Desk) -> None:
    call_id = await add_call(desk, 11)
    await desk.rows.execute(
        "INSERT INTO app.conversation_keys VALUES ($1, $2, 'vapi', $3, $4)", ACME, CLINIC, f"old-{call_id}", call_id
    )
    await keep(desk, transcript_days=10, recording_days=10)
    await night(desk)
    await desk.deliver(desk.message("end-of-call-report", f"old-{call_id}"))
    left = await held(desk, call_id)
    assert (left["summary"], left["conversation_transcripts"], left["recording_key"]) == (None, 0, None)


async def test_other_workspaces_keep_theirs(desk: Desk) -> None:
    theirs = await add_call(desk, 300, BAKERY)
    await keep(desk, transcript_days=1, recording_days=1)
    await night(desk)
    left = await held(desk, theirs)
    assert (left["summary"], left["recording_kept_days"], left["conversation_transcripts"]) == (
        "They said much.",
        None,
        1,
    )


async def test_for_ever_is_for_ever(desk: Desk) -> None:
    old = await add_call(desk, 300)
    await night(desk)
    assert (await held(desk, old))["texts_kept_days"] is None


async def test_the_setting_is_audited_and_for_admins(desk: Desk) -> None:
    assert (await desk.site.as_(MIA).put(f"{API}/retention", json={})).status_code == 403
    assert (await desk.site.as_(VERA).get(f"{API}/retention")).json()["data"] == {
        "recording_days": None, "transcript_days": None,
    }  # fmt: skip
    for wrong in ({"recording_days": 0}, {"recording_days": 4000}, {"recording_days": "x"}, {"other": 1}):
        assert (await desk.site.as_(WIM).put(f"{API}/retention", json=wrong)).status_code == 400, wrong
    await keep(desk, recording_days=7)
    row = await desk.rows.fetchrow(
        "SELECT old_values, new_values FROM app.audit_log WHERE action = 'workspace.retention_changed' ORDER BY id DESC"
    )
    assert row is not None
    assert "7" in str(row["new_values"])
    settings = await desk.rows.fetchval("SELECT settings FROM app.workspaces WHERE id = $1", CLINIC)
    assert "custom_variables" not in settings
    assert "recording_days" in settings


async def test_the_page(desk: Desk) -> None:
    wim = desk.site.as_(WIM)
    shown = await wim.get(SETTINGS)
    assert "Keep for ever" in shown.text
    wrong = await wim.post(SETTINGS, data={"recordings": "days", "recording_days": "0", "transcripts": "forever"})
    assert wrong.status_code == 400
    assert "whole number of days" in wrong.text
    saved = await wim.post(SETTINGS, data={"recordings": "days", "recording_days": "45", "transcripts": "forever"})
    assert "Data retention saved" in saved.text
    assert "Recordings are deleted after 45 days." in (await wim.get("/w/clinic/settings")).text
    assert (await desk.mia.get(SETTINGS)).status_code == 200
    assert (await desk.mia.post(SETTINGS, data={})).status_code == 403


async def test_a_retention_run_is_written_down(desk: Desk) -> None:
    await add_call(desk, 31)
    await keep(desk, recording_days=30)
    await night(desk)
    row = await desk.rows.fetchrow(
        "SELECT new_values FROM app.audit_log WHERE action = 'retention.applied' ORDER BY id DESC LIMIT 1"
    )
    assert row is not None
    assert '"recordings"' in row["new_values"]
