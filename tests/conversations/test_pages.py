"""The pages of conversations: what people see and send, with and without scripts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.conftest import Sandbox
from tests.conversations.conftest import Desk, new_call_id
from tests.world import ADAM, STAN, VERA

BASE = "/w/clinic/conversations"
HTMX = {"hx-request": "true"}


@pytest.fixture
async def call(desk: Desk) -> str:
    """A finished call; its conversation's id."""
    call_id = new_call_id()
    await desk.deliver(desk.message("end-of-call-report", call_id))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    return str(conversation["id"])


async def test_nothing_yet(desk: Desk) -> None:
    page = await desk.mia.get(BASE)
    assert page.status_code == 200
    assert "No conversations yet" in page.text
    assert "Export" not in page.text


async def test_the_list_shows_calls_and_keeps_its_filters(desk: Desk, call: str) -> None:
    page = await desk.mia.get(
        BASE, params={"search": "Dana", "status": "completed", "direction": "outbound", "agent_id": desk.agent["id"]}
    )
    assert page.status_code == 200
    assert f'href="{BASE}/{call}"' in page.text
    assert "Dana Lee" in page.text
    assert "+1 (415) 555-0123" in page.text
    assert 'value="Dana"' in page.text
    assert '<option value="completed" selected>' in page.text
    assert f"{BASE}/export.csv?search=Dana" in page.text
    assert 'id="conversations-fresh"' not in page.text
    assert 'id="conversations-fresh"' in (await desk.mia.get(BASE)).text


async def test_the_cost_is_told_when_it_is_known(desk: Desk) -> None:
    call_id = new_call_id()
    await desk.deliver(desk.message("status-update.in-progress", call_id))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    pages = BASE, f"{BASE}/{conversation['id']}"
    for path in pages:
        running = (await desk.mia.get(path)).text
        assert "Not known before the call is reported." in running
        assert "$0.00" not in running
    await desk.deliver(desk.message("end-of-call-report", call_id))
    for path in pages:
        over = (await desk.mia.get(path)).text
        assert "Not known before" not in over
        assert "$0.08" in over


async def test_a_call_that_never_came_about_has_cost_nothing(desk: Desk, call: str) -> None:
    await desk.rows.execute(
        "UPDATE app.conversations SET status = 'failed', cost_micros = 0, cost_parts = '{}', reported_at = NULL,"
        " error_message = 'The provider could not be reached, so nobody was called. Try again later.'"
    )
    page = (await desk.mia.get(f"{BASE}/{call}")).text
    assert "$0.00" in page
    assert "so nobody was called" in page
    german = (await desk.mia.get(f"{BASE}/{call}", headers={"accept-language": "de"})).text
    assert "deshalb wurde niemand angerufen" in german
    assert "so nobody was called" not in german


async def test_no_match_differs_from_nothing(desk: Desk, call: str) -> None:
    page = await desk.mia.get(BASE, params={"search": "nobody at all"})
    assert "No conversations found" in page.text
    assert "Clear filters" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=99999999999",
        "status=odd",
        "from=soon",
        "agent_id=1",
        "search=%F0%9F%98%80&to=9999-12-31",
    ],
)
async def test_an_odd_address_is_no_error(desk: Desk, call: str, query: str) -> None:
    assert (await desk.mia.get(f"{BASE}?{query}")).status_code == 200


async def test_the_detail_tells_everything(desk: Desk, call: str) -> None:
    page = (await desk.mia.get(f"{BASE}/{call}")).text
    for text in (
        "Dana Lee",
        "Front desk",
        "Transcript",
        "What the call cost",
        "Telephony",
        "$0.08",
        "Follow-up",
        "customer-ended-call",
    ):
        assert text in page
    assert "data-sheet-part" in page
    assert not re.search(r"\son[a-z]+=|<script(?![^>]*src=)|style=", page)


async def test_what_callers_say_is_only_text(desk: Desk) -> None:
    call_id = new_call_id()
    await desk.deliver(desk.message("transcript.final", call_id, role="user", transcript="<script>alert(1)</script>"))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    page = (await desk.mia.get(f"{BASE}/{conversation['id']}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "data-since" in page
    assert "Hang up" in page


async def test_a_note_without_scripts_and_with(desk: Desk, call: str) -> None:
    sent = await desk.mia.post(
        f"{BASE}/{call}/follow-up", data={"version": "1", "follow_up_note": "Call back", "followed_up": "yes"}
    )
    assert (sent.status_code, sent.headers["location"]) == (303, f"{BASE}/{call}")
    kept = await desk.read(call)
    assert (kept["follow_up_note"], bool(kept["followed_up_at"]), kept["version"]) == ("Call back", True, 2)
    stale = await desk.mia.post(
        f"{BASE}/{call}/follow-up", data={"version": "1", "follow_up_note": "Mine"}, headers=HTMX
    )
    assert stale.status_code == 409
    shown = unescape(stale.text)
    assert "Somebody else changed this" in shown
    assert "“Call back”" in shown
    assert ">Mine</textarea>" in shown
    assert 'name="version" value="2"' in shown
    saved = await desk.mia.post(
        f"{BASE}/{call}/follow-up", data={"version": "2", "follow_up_note": "Mine"}, headers=HTMX
    )
    assert saved.status_code == 200
    assert "Saved" in saved.text
    after = await desk.read(call)
    assert (after["follow_up_note"], after["followed_up_at"]) == ("Mine", None)
    long = await desk.mia.post(
        f"{BASE}/{call}/follow-up", data={"version": "3", "follow_up_note": "x" * 5001}, headers=HTMX
    )
    assert long.status_code == 422
    assert "at most 5000 characters" in long.text


async def test_who_may_not_does_not_see_the_button(desk: Desk, call: str) -> None:
    vera = (await desk.site.as_(VERA).get(f"{BASE}/{call}")).text
    assert "<textarea" not in vera
    assert "Delete" not in vera
    assert "Delete" not in (await desk.mia.get(f"{BASE}/{call}")).text
    adam = desk.site.as_(ADAM)
    assert "Delete" in (await adam.get(f"{BASE}/{call}")).text
    assert (await desk.mia.post(f"{BASE}/{call}/delete")).status_code == 403
    assert (await desk.site.as_(STAN).get(f"{BASE}/{call}")).status_code == 404
    gone = await adam.post(f"{BASE}/{call}/delete", headers=HTMX)
    assert (gone.status_code, gone.headers["hx-redirect"]) == (200, BASE)
    assert (await adam.get(f"{BASE}/{call}")).status_code == 404


async def test_the_form_that_dials(desk: Desk, sandbox: Sandbox) -> None:
    path = f"/w/clinic/agents/{desk.agent['id']}/outbound-call"
    form = (await desk.mia.get(path)).text
    (click,) = re.findall(r'name="click" value="([^"]+)"', form)
    assert click not in (await desk.mia.get(path)).text
    bad = await desk.mia.post(
        path, data={"click": click, "customerNumber": "123", "customerName": "Dana"}, headers=HTMX
    )
    assert bad.status_code == 422
    assert "country code" in bad.text
    assert 'value="Dana"' in bad.text
    fields = {"click": click, "customerNumber": "+1 415 555 0101"}
    first = await desk.mia.post(path, data=fields, headers=HTMX)
    second = await desk.mia.post(path, data=fields, headers=HTMX)
    assert first.status_code == second.status_code == 200
    links = [re.findall(r'/conversations/([0-9a-f-]{36})"', answer.text) for answer in (first, second)]
    assert links[0] == links[1] != []
    assert "Calling +1 (415) 555-0101" in first.text
    plain = await desk.mia.post(path, data={"click": "other", "customerNumber": "+14155550104"})
    assert plain.status_code == 303
    assert plain.headers["location"].startswith(f"{BASE}/")
    assert (await desk.site.as_(VERA).get(path)).status_code == 403
    await desk.work()


async def test_the_dashboard_shows_running_calls(desk: Desk) -> None:
    call_id = new_call_id()
    await desk.deliver(desk.message("status-update.in-progress", call_id))
    page = (await desk.mia.get("/w/clinic/dashboard")).text
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    assert 'id="live-calls"' in page
    assert f'id="live-{conversation["id"]}"' in page
    await desk.deliver(desk.message("end-of-call-report", call_id))
    assert f'id="live-{conversation["id"]}"' not in (await desk.mia.get("/w/clinic/dashboard")).text


async def test_a_running_call_reaches_open_pages(desk: Desk) -> None:
    call_id = new_call_id()
    heard = ""
    async with desk.mia.stream("GET", "/w/clinic/events") as stream:
        assert stream.status_code == 200
        told = False
        async for text in stream.aiter_text():
            heard += text
            if not told:
                told = True
                await desk.deliver(desk.message("status-update.in-progress", call_id))
                await desk.deliver(
                    desk.message("transcript.final", call_id, role="user", transcript="Good morning to you")
                )
            if "Good morning to you" in heard:
                break
    assert 'hx-target="#live-calls"' in heard
    assert "conversation-row-" in heard
    assert 'hx-target="#conversations-fresh"' in heard
