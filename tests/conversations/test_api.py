"""Conversations over the API: lists, filters, notes, removal, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace
from tests.conversations.conftest import API, Desk, new_call_id
from tests.world import ADAM, MIA, STAN, VERA, WIM

from inspralv.conversations.actions.ingest import take_report
from inspralv.providers.contract import CallReport, CallStatus, CallType

LIST = f"{API}/conversations"
NAMES = ("Dana Lee", "Maya Patel", "José Núñez", "100% Käse", "Old_Timer")


@pytest.fixture(scope="module", autouse=True)
async def history(desk: Desk) -> list[str]:
    """Twenty-five calls of the last five days, the newest last."""
    ids = []
    for n in range(25):
        began = datetime.now(UTC) - timedelta(days=5) + timedelta(hours=4 * n)
        kind = (CallType.INBOUND, CallType.OUTBOUND, CallType.WEB)[n % 3]
        report = CallReport(
            provider_call_id=new_call_id(), type=kind, remote_agent_id=desk.remote_id,
            created_at=began, started_at=began, ended_at=began + timedelta(seconds=60),
            status=CallStatus.COMPLETED if n % 5 else CallStatus.NO_ANSWER,
            from_number="+14155550100", to_number="+14155550200", customer_name=NAMES[n % 5],
        )  # fmt: skip
        if kind is CallType.INBOUND:
            report = replace(report, from_number=f"+1415555{3000 + n}", to_number="+14155550100")
        ctx = desk.context()
        ids.append(str(await take_report(ctx, "vapi", report, ctx.now)))
        await ctx.commit()
    return ids


async def get(desk: Desk, **query: Any) -> dict[str, Any]:
    answer = await desk.mia.get(LIST, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def ids_of(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["data"]]


async def test_a_page_is_newest_first(desk: Desk, history: list[str]) -> None:
    page = await get(desk)
    assert ids_of(page) == history[::-1][:20]
    assert (page["total"], page["page"], page["pageSize"], page["totalPages"]) == (25, 1, 20, 2)
    row = page["data"][0]
    assert row["agent"] == {"id": desk.agent["id"], "name": "Front desk", "provider": "vapi"}
    assert "transcript" not in row
    second = await get(desk, page=2)
    assert ids_of(second) == history[::-1][20:]
    assert second["nextCursor"] is None
    assert ids_of(await get(desk, page=9)) == []
    assert (await get(desk, page=9))["total"] == 25


async def test_cursors_lead_through_all(desk: Desk, history: list[str]) -> None:
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(10):
        page = await get(desk, pageSize=7, **({"cursor": cursor} if cursor else {}))
        seen += ids_of(page)
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert seen == history[::-1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "no_answer"}, {0, 5, 10, 15, 20}),
        ({"direction": "web"}, set(range(2, 25, 3))),
        ({"direction": "inbound", "status": "no_answer"}, {0, 15}),
        ({"search": "maya"}, set(range(1, 25, 5))),
        ({"search": "NÚÑEZ"}, set(range(2, 25, 5))),
        ({"search": "100%"}, set(range(3, 25, 5))),
        ({"search": "d_t"}, set(range(4, 25, 5))),
        ({"search": "+1 (415) 555-3000"}, {0}),
        ({"search": "5553003"}, {3}),
        ({"search": "front DESK"}, set(range(25))),
        ({"search": "nobody"}, set()),
        ({"agent_id": "00000000-0000-7000-8000-000000000000"}, set()),
    ],
)
async def test_filters(desk: Desk, history: list[str], query: dict[str, str], expected: set[int]) -> None:
    page = await get(desk, pageSize=100, **query)
    assert {history.index(one) for one in ids_of(page)} == expected
    assert page["total"] == len(expected)


async def test_days_are_those_of_the_workspace(desk: Desk, history: list[str]) -> None:
    rows = {str(row["id"]): row["day"] for row in await desk.rows.fetch(
        "SELECT id, (created_at AT TIME ZONE 'America/New_York')::date AS day FROM app.conversations"
    )}  # fmt: skip
    day = rows[history[12]]
    page = await get(desk, pageSize=100, **{"from": day.isoformat(), "to": day.isoformat()})
    assert set(ids_of(page)) == {one for one in history if rows[one] == day}
    later = await get(desk, pageSize=100, **{"from": day.isoformat()})
    assert set(ids_of(later)) == {one for one in history if rows[one] >= day}


@pytest.mark.parametrize(
    "query",
    [{"page": 0}, {"page": "x"}, {"pageSize": 101}, {"pageSize": 0}, {"status": "odd"}, {"direction": "sideways"},
     {"agent_id": "x"}, {"from": "yesterday"}, {"from": "0001-01-01"}, {"to": "9999-12-31"}, {"cursor": "x"},
     {"cursor": "ü" * 5}, {"search": "x" * 201}],
)  # fmt: skip
async def test_bad_questions_are_refused(desk: Desk, query: dict[str, Any]) -> None:
    answer = await desk.mia.get(LIST, params=query)
    assert answer.status_code == 400, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [next(iter(query))]


async def test_one_in_full(desk: Desk, history: list[str]) -> None:
    call = await desk.read(history[0])
    assert call["status"] == "no_answer"
    assert call["transcript"] == []
    answer = await desk.mia.get(f"{LIST}/{history[0]}")
    assert answer.headers["etag"] == '"1"'
    assert (await desk.mia.get(f"{LIST}/{uuid4()}")).status_code == 404
    assert (await desk.mia.get(f"{LIST}/not-an-id")).status_code == 404


async def test_a_note_is_kept_and_guarded_by_its_version(desk: Desk, history: list[str]) -> None:
    url = f"{LIST}/{history[1]}"
    noted = await desk.mia.patch(url, json={"follow_up_note": "  Call back on Friday. "}, headers={"if-match": '"1"'})
    assert noted.status_code == 200, noted.text
    assert noted.json()["data"]["follow_up_note"] == "Call back on Friday."
    assert noted.headers["etag"] == '"2"'
    assert (await desk.mia.patch(url, json={"followed_up": True}, headers={"if-match": '"1"'})).status_code == 409
    seen = (await desk.mia.patch(url, json={"followed_up": True})).json()["data"]
    assert (seen["followed_up_by"], seen["follow_up_note"]) == ("Mia Test", "Call back on Friday.")
    assert seen["followed_up_at"]
    again = (await desk.site.as_(WIM).patch(url, json={"followed_up": True})).json()["data"]
    assert (again["followed_up_by"], again["version"]) == ("Mia Test", seen["version"])
    gone = (await desk.mia.patch(url, json={"follow_up_note": None, "followed_up": False})).json()["data"]
    assert (gone["follow_up_note"], gone["followed_up_at"], gone["followed_up_by"]) == (None, None, None)
    said = await desk.rows.fetch(
        "SELECT new_values FROM app.audit_log WHERE action = 'conversation.follow_up_changed' AND entity_id = $1",
        history[1],
    )
    assert "Friday" not in str([row["new_values"] for row in said])
    assert len(said) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"follow_up_note": "x" * 5001},
        {"followed_up": "yes"},
        {"follow_up_note": "a\0b"},
        {"status": "completed"},
        [],
        "x",
    ],
)
async def test_bad_notes_are_refused(desk: Desk, history: list[str], body: object) -> None:
    answer = await desk.mia.patch(f"{LIST}/{history[2]}", json=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"]


async def test_rights(desk: Desk, history: list[str]) -> None:
    url = f"{LIST}/{history[3]}"
    vera, adam = desk.site.as_(VERA), desk.site.as_(ADAM)
    assert (await vera.get(url)).status_code == 200
    assert (await vera.patch(url, json={"followed_up": True})).status_code == 403
    assert (await desk.mia.delete(url)).status_code == 403
    assert (await desk.site.as_(STAN).get(url)).status_code == 404
    assert (await desk.site.as_(STAN).get(LIST)).json()["data"]["total"] == 0
    assert (await desk.site.as_(WIM).get(url.replace("clinic", "bakery"))).status_code == 404
    assert (await desk.site.as_(MIA).get(LIST.replace("clinic", "bakery"))).status_code == 404
    assert (await adam.get(url)).status_code == 200


async def test_the_export_holds_every_row_and_no_formula(desk: Desk) -> None:
    await desk.rows.execute("UPDATE app.conversations SET summary = '=HYPERLINK(1)' WHERE contact_name = 'Maya Patel'")
    answer = await desk.mia.get("/w/clinic/conversations/export.csv", params={"search": "maya", "status": "odd"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.text.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("id,started,")
    assert all("'=HYPERLINK(1)" in line for line in lines[1:])
    assert "+1415555" in answer.text
    assert (await desk.site.as_(STAN).get("/w/clinic/conversations/export.csv")).text.count("\n") == 1


async def test_a_deleted_conversation_is_gone_but_counted(desk: Desk, history: list[str]) -> None:
    before = await desk.usage()
    url = f"{LIST}/{history[4]}"
    adam = desk.site.as_(ADAM)
    assert (await adam.delete(url, headers={"if-match": '"9"'})).status_code == 409
    assert (await adam.delete(url)).json() == {"data": {"success": True}}
    for answer in (
        await adam.get(url),
        await adam.delete(url),
        await adam.patch(url, json={}),
        await adam.get(f"/w/clinic/conversations/{history[4]}"),
    ):
        assert answer.status_code == 404
    assert (await get(desk))["total"] == 24
    assert await desk.usage() == before
