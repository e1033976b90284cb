"""Recordings are sound, as long as the call, with a voice wherever somebody spoke."""

from __future__ import annotations

import array
import io
import wave

import httpx
import pytest
from tests.sandbox.caller import Body, Caller

RATE = 8000


async def listen(vapi: Caller, call: Body, track: str = "mono") -> array.array[int]:
    """The samples of a recording, fetched as the vendor wants it: a redirect with the key, the file without one."""
    answer = await vapi.api.get(f"/call/{call['id']}/{track}-recording")
    assert answer.status_code == 302
    async with httpx.AsyncClient() as anybody:
        sound = await anybody.get(answer.headers["location"])
    assert sound.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(sound.content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return array.array("h", file.readframes(file.getnframes()))


def is_heard(samples: array.array[int], message: Body) -> bool:
    start = round(message["secondsFromStart"] * RATE)
    part = samples[start : start + message["duration"] * RATE // 1000]
    return max(part, default=0) > 2000


@pytest.mark.parametrize("ending", ["01", "02", "03", "06", "08"])
async def test_a_recording_is_as_long_as_its_call_and_not_silent(vapi: Caller, ending: str) -> None:
    call = await vapi.dial(await vapi.assistant(), f"+141555501{ending}")
    report = (await vapi.report(call))[-1]
    samples = await listen(vapi, call)
    assert len(samples) / RATE == pytest.approx(report["durationSeconds"], abs=0.001)
    spoken = [m for m in report["artifact"]["messages"] if m["role"] in {"bot", "user"}]
    assert len(spoken) > 1
    assert all(is_heard(samples, message) for message in spoken)


async def test_each_voice_has_a_track_of_its_own(vapi: Caller) -> None:
    call = await vapi.dial(await vapi.assistant())
    report = (await vapi.report(call))[-1]
    assistant, customer = [await listen(vapi, call, track) for track in ("assistant", "customer")]
    assert len(assistant) == len(customer)
    for message in report["artifact"]["messages"]:
        if message["role"] in {"bot", "user"}:
            assert is_heard(assistant, message) is (message["role"] == "bot")
            assert is_heard(customer, message) is (message["role"] == "user")


async def test_the_report_names_an_address_that_needs_no_key(vapi: Caller) -> None:
    report = (await vapi.call())[-1]
    assert report["recordingUrl"] == report["artifact"]["presignedMonoUrl"]
    async with httpx.AsyncClient() as anybody:
        assert (await anybody.get(report["recordingUrl"])).content.startswith(b"RIFF")


async def test_there_is_no_recording_where_nothing_was_recorded(vapi: Caller) -> None:
    silent = await vapi.dial(await vapi.assistant(), "+14155550104")
    unwanted = await vapi.dial(await vapi.assistant(artifactPlan={"recordingEnabled": False}))
    for call in (silent, unwanted):
        report = (await vapi.report(call))[-1]
        assert "recordingUrl" not in report
        assert "presignedMonoUrl" not in report["artifact"]
        assert (await vapi.api.get(f"/call/{call['id']}/mono-recording")).status_code == 404
        assert (await vapi.api.get(f"/_recordings/{call['id']}.wav")).status_code == 404


async def test_a_deleted_call_has_no_recording_any_more(vapi: Caller) -> None:
    call = await vapi.dial(await vapi.assistant())
    report = (await vapi.report(call))[-1]
    assert (await vapi.api.get(f"/call/{call['id']}/video-recording")).status_code == 404
    await vapi.ask("DELETE", f"/call/{call['id']}")
    assert (await vapi.api.get(report["recordingUrl"])).status_code == 404
