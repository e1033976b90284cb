"""Recordings: fetched once, kept, and played in parts."""

from __future__ import annotations

import pytest
from tests.conftest import Sandbox, Site
from tests.conversations.conftest import Desk, new_call_id, run_job
from tests.foundation.outbound.listener import Listener, Reply
from tests.world import ACME, CLINIC, MIA, STAN, VERA

from inspralv.conversations import jobs
from inspralv.conversations.actions.recording import NeverCopied, NotCopied, kind_of
from inspralv.conversations.tasks import copy_recording, copying_failed
from inspralv.foundation.files import FileStore, file_key

SOUND = b"RIFF\x00\x00\x00\x00WAVE" + bytes(range(256)) * 40


@pytest.fixture
async def call(desk: Desk) -> str:
    """A finished call whose recording we have; its conversation's id."""
    call_id = new_call_id()
    await desk.deliver(desk.message("end-of-call-report", call_id))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    conversation_id = str(conversation["id"])
    key = file_key(ACME, CLINIC, "recordings", f"{conversation_id}.wav")
    await desk.services.get(FileStore).put(key, SOUND)
    await desk.rows.execute(
        "UPDATE app.conversations SET recording_key = $2, recording_type = 'audio/wav', recording_error = NULL"
        " WHERE id = $1",
        conversation_id, key,
    )  # fmt: skip
    return conversation_id


async def link_to(desk: Desk, call: str) -> str:
    """The signed link that the conversation leads to."""
    led = await desk.mia.get(f"/w/clinic/conversations/{call}/recording")
    assert led.status_code == 303, led.text
    return str(led.headers["location"])


async def test_the_whole_recording(desk: Desk, call: str) -> None:
    answer = await desk.mia.get(await link_to(desk, call))
    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(SOUND))
    assert answer.headers["cache-control"].startswith("private")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_part_of_it(desk: Desk, call: str) -> None:
    url = await link_to(desk, call)
    part = await desk.mia.get(url, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, SOUND[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(SOUND)}"
    assert part.headers["content-length"] == "100"
    tail = await desk.mia.get(url, headers={"range": "bytes=-50"})
    assert (tail.status_code, tail.content) == (206, SOUND[-50:])
    beyond = await desk.mia.get(url, headers={"range": f"bytes={len(SOUND)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(SOUND)}"
    changed = await desk.mia.get(url, headers={"range": "bytes=0-9", "if-range": '"other"'})
    assert changed.status_code == 200
    same = await desk.mia.get(url, headers={"range": "bytes=0-9", "if-range": part.headers["etag"]})
    assert same.status_code == 206


async def test_only_the_workspace_hears_it(desk: Desk, call: str, site: Site) -> None:
    url = f"/w/clinic/conversations/{call}/recording"
    assert (await site.as_(VERA).get(url)).status_code == 303
    assert (await site.as_(STAN).get(url)).status_code == 404
    assert (await site.as_(MIA).get(url.replace("clinic", "bakery"))).status_code == 404
    assert (await site.at("acme.localhost").get(url, headers={"accept": "application/json"})).status_code == 401


async def test_a_recording_that_is_gone_says_so(desk: Desk, call: str) -> None:
    key = await desk.rows.fetchval("SELECT recording_key FROM app.conversations WHERE id = $1", call)
    await desk.services.get(FileStore).delete(key)
    assert (await desk.mia.get(await link_to(desk, call))).status_code == 404


async def test_an_address_on_our_own_machines_is_not_fetched(desk: Desk) -> None:
    """A report's address is foreign text: it must not lead inside."""
    async with Listener() as inside:
        inside.script = [Reply(200, SOUND)]
        call_id = new_call_id()
        report = desk.message("end-of-call-report", call_id)
        report["message"]["artifact"] = {"presignedMonoUrl": f"{inside.url}/secret.wav"}
        await desk.deliver(report)
        conversation = await desk.conversation(call_id)
        assert conversation is not None
        assert conversation["recording_url"] is None
        assert inside.received == []
    error = await desk.rows.fetchval("SELECT recording_error FROM app.conversations WHERE id = $1", conversation["id"])
    assert "not on the public internet" in error


async def test_what_is_no_sound_is_not_kept(desk: Desk, sandbox: Sandbox) -> None:
    conversation_id = await reported(desk, f"{sandbox.url}/_sandbox/requests")
    with pytest.raises(NeverCopied, match="not a sound"):
        await copy_recording(run_job(desk), jobs.CallArgs(conversation_id))  # type: ignore[arg-type]


async def test_an_expired_address_is_asked_for_again(desk: Desk, sandbox: Sandbox) -> None:
    conversation_id = await reported(desk, f"{sandbox.url}/_recordings/gone.wav")
    args = jobs.CallArgs(conversation_id)  # type: ignore[arg-type]
    with pytest.raises(NotCopied, match="HTTP 404") as caught:
        await copy_recording(run_job(desk), args)
    await copying_failed(run_job(desk), args, caught.value)
    shown = await desk.mia.get(f"/w/clinic/conversations/{conversation_id}")
    assert "There is no recording" in shown.text
    assert not isinstance(caught.value, NeverCopied)


async def reported(desk: Desk, recording_url: str) -> str:
    """A finished call whose report named this address; the job that copies has not run."""
    call_id = new_call_id()
    await desk.deliver(desk.message("end-of-call-report", call_id, artifact={}))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    await desk.rows.execute(
        "UPDATE app.conversations SET recording_source = $2 WHERE id = $1", conversation["id"], recording_url
    )
    return str(conversation["id"])


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"RIFF....WAVE", "audio/wav"), (b"ID3\x04", "audio/mpeg"), (b"\xff\xfb\x90", "audio/mpeg"),
     (b"OggS", "audio/ogg"), (b"fLaC", "audio/flac"), (b"\x1aE\xdf\xa3", "audio/webm"),
     (b"\0\0\0 ftypM4A ", "audio/mp4")],
)  # fmt: skip
def test_sounds_are_known_by_their_first_bytes(head: bytes, kind: str) -> None:
    assert kind_of(head)[0] == kind


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"MZ", b"%PDF-1.7"])
def test_anything_else_is_no_sound(body: bytes) -> None:
    with pytest.raises(NotCopied):
        kind_of(body)
