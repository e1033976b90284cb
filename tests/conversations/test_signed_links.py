"""Links to recordings: signed, short, for one recording on one brand's host."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from tests.conftest import Site
from tests.conversations.conftest import Desk, new_call_id
from tests.conversations.test_recordings import SOUND
from tests.world import ACME, BAKERY, CLINIC, MIA, STAN, VERA

from inspralv.conversations.recording_links import LISTENING, recording_link
from inspralv.foundation.files import FileStore, file_key
from inspralv.foundation.secrets import Sealer


@pytest.fixture
async def call(desk: Desk) -> str:
    """A finished call whose recording we have; its conversation's id."""
    call_id = new_call_id()
    await desk.deliver(desk.message("end-of-call-report", call_id))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    key = file_key(ACME, CLINIC, "recordings", f"{conversation['id']}.wav")
    await desk.services.get(FileStore).put(key, SOUND)
    await desk.rows.execute(
        "UPDATE app.conversations SET recording_key = $2, recording_type = 'audio/wav', recording_error = NULL"
        " WHERE id = $1",
        conversation["id"], key,
    )  # fmt: skip
    return str(conversation["id"])


async def link_of(desk: Desk, call: str, query: str = "") -> str:
    answer = await desk.mia.get(f"/w/clinic/conversations/{call}/recording{query}")
    assert answer.status_code == 303, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.headers["location"])


async def test_the_page_leads_to_a_link_that_needs_no_session(desk: Desk, call: str, site: Site) -> None:
    link = await link_of(desk, call)
    until = int(parse_qs(urlsplit(link).query)["until"][0])
    assert 0 < until - desk.services.clock().timestamp() <= LISTENING.total_seconds()
    heard = await site.at("acme.localhost").get(link)
    assert (heard.status_code, heard.content, heard.headers["content-type"]) == (200, SOUND, "audio/wav")
    part = await site.at("acme.localhost").get(link, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, SOUND[10:20])


async def test_a_download_has_a_name(desk: Desk, call: str, site: Site) -> None:
    link = await link_of(desk, call, "?download=true")
    heard = await site.at("acme.localhost").get(link)
    disposition = heard.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="call-20')
    assert disposition.endswith('.wav"')
    assert (await site.at("acme.localhost").get(link.replace("&download=1", ""))).status_code == 403


async def test_a_link_opens_nothing_else(desk: Desk, call: str, site: Site) -> None:
    link = await link_of(desk, call)
    anybody = site.at("acme.localhost")
    other = "019b7700-0000-7000-8000-000000000001"
    for wrong in (
        link.replace(call, other),
        link.replace(str(CLINIC), str(BAKERY)),
        link.replace("until=", "until=9"),
        link[:-2] + ("AA" if not link.endswith("AA") else "BB"),
        link.partition("&signature")[0],
        link.partition("?")[0],
        link.partition("&signature=")[0] + "&signature=%C3%A9",
    ):
        answer = await anybody.get(wrong)
        assert answer.status_code == 403, wrong
        assert SOUND[:20] not in answer.content
    assert (await site.at("rival.localhost").get(link)).status_code == 403
    assert (await site.as_(STAN).get(link)).status_code == 403


async def test_a_link_of_another_workspace_finds_nothing_here(desk: Desk, call: str, site: Site) -> None:
    """Even one that we have signed ourselves."""
    now = desk.services.clock()
    link = recording_link(desk.services.sealer, ACME, BAKERY, UUID(call), now + LISTENING)
    assert (await site.at("acme.localhost").get(link)).status_code == 404


async def test_a_link_grows_old(desk: Desk, call: str, site: Site) -> None:
    link = recording_link(desk.services.sealer, ACME, CLINIC, UUID(call), desk.services.clock() - LISTENING)
    answer = await site.at("acme.localhost").get(link)
    assert answer.status_code == 403


async def test_who_gets_a_link(desk: Desk, call: str, site: Site) -> None:
    path = f"/w/clinic/conversations/{call}/recording"
    assert (await site.as_(VERA).get(path)).status_code == 303
    assert (await site.as_(STAN).get(path)).status_code == 404
    assert (await site.as_(MIA).get(path.replace("clinic", "bakery"))).status_code == 404


def test_old_master_keys_still_verify() -> None:
    old, new = Sealer({1: b"a" * 32}), Sealer({1: b"a" * 32, 2: b"b" * 32})
    mark = old.sign(b"words")
    assert new.is_signed(b"words", mark)
    assert not new.is_signed(b"other", mark)
    assert new.sign(b"words") != mark
    assert not Sealer({2: b"b" * 32}).is_signed(b"words", mark)
