"""Pictures that come in: what is taken, what is left of it, who sees it, and when it goes."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from PIL import Image, PngImagePlugin
from tests.conftest import Site
from tests.world import ACME, MIA, OLGA, STAN

from inspralv.branding.sweeping import SWEEP, SweepArgs
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.services import Services

Make = Callable[..., bytes]
Work = Callable[[], Awaitable[None]]
UPLOAD = "/api/upload/logo"


async def _sent(site: Site, body: bytes, name: str = "logo.png", kind: str = "logo", who: Any = OLGA) -> Any:
    return await site.as_(who).post(UPLOAD, params={"kind": kind}, files={"file": (name, body, "image/png")})


async def _taken(site: Site, body: bytes, kind: str = "logo") -> dict[str, Any]:
    answer = await _sent(site, body, kind=kind)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def _files(site: Site) -> set[str]:
    return {path.name for path in Path(site.settings.data_dir, "files").glob(f"{ACME}/brand/*")}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "ICO"])
async def test_pictures_of_every_kind_become_png(
    site: Site, owner: asyncpg.Connection, picture: Make, kind: str
) -> None:
    data = await _taken(site, picture(kind, (200, 200), (9, 99, 199, 255)))
    assert data["url"] == f"/brand/{data['filename']}"
    shown = await site.at("acme.localhost").get(data["url"])
    assert shown.status_code == 200
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in shown.headers["cache-control"]
    with Image.open(io.BytesIO(shown.content)) as drawn:
        assert drawn.format == "PNG"
        assert drawn.size == (data["width"], data["height"])
        assert max(abs(a - b) for a, b in zip(drawn.convert("RGB").getpixel((50, 50)), (9, 99, 199), strict=True)) < 12


async def test_sizes_are_bounded_and_icons_square(site: Site, owner: asyncpg.Connection, picture: Make) -> None:
    logo = await _taken(site, picture("PNG", (4000, 1000)))
    assert (logo["width"], logo["height"]) == (640, 160)
    icon = await _taken(site, picture("PNG", (600, 300)), "favicon")
    assert (icon["width"], icon["height"]) == (192, 192)


async def test_nothing_but_pixels_is_kept(site: Site, owner: asyncpg.Connection) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret-of-the-camera")
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "navy").save(out, "PNG", pnginfo=words)
    polyglot = out.getvalue() + b"<script>alert('polyglot')</script>PK\x03\x04"
    assert b"secret-of-the-camera" in polyglot
    data = await _taken(site, polyglot)
    kept = (await site.at("acme.localhost").get(data["url"])).content
    assert b"secret" not in kept
    assert b"polyglot" not in kept
    assert kept.endswith(b"IEND\xaeB`\x82")


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def _wrapped(inner: bytes) -> bytes:
    """An ICO whose head says 32 × 32, with another picture inside."""
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 32, 32, 0, 0, 1, 32, len(inner), 22) + inner


def _moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


REFUSED = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
    "svg with a prologue": (b'\xef\xbb\xbf <?xml version="1.0"?><svg onload="x"/>', "SVG"),
    "html": (b"<!doctype html><script>alert(1)</script>", "no PNG"),
    "text": (b"hello", "no PNG"),
    "nothing": (b"", "Choose"),
    "pdf": (b"%PDF-1.7\n%", "no PNG"),
    "a head alone": (b"\x89PNG\r\n\x1a\n", "no PNG"),
    "a bomb": (_bomb(30_000, 30_000), "too many pixels"),
    "a bomb inside": (_wrapped(_bomb(20_000, 20_000)), ""),
    "cut off": (_bomb(600, 600), "damaged"),
    "a moving gif": (_moving("GIF"), "Moving"),
    "a moving webp": (_moving("WEBP"), "Moving"),
    "a moving png": (_moving("PNG"), "Moving"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_leaves_nothing(site: Site, owner: asyncpg.Connection, name: str) -> None:
    body, words = REFUSED[name]
    before = await owner.fetchval("SELECT count(*) FROM app.brand_pictures"), _files(site)
    answer = await _sent(site, body)
    assert answer.status_code == 400, answer.text
    assert words in answer.json()["detail"]
    assert (await owner.fetchval("SELECT count(*) FROM app.brand_pictures"), _files(site)) == before


async def test_too_small_and_too_large(site: Site, owner: asyncpg.Connection, picture: Make) -> None:
    assert (await _sent(site, picture("PNG", (8, 8)))).status_code == 400
    assert (await _sent(site, picture() + b"\0" * 5 * 1024 * 1024)).status_code == 413
    assert (await _announced(site, 50_000_000)).startswith(b"HTTP/1.1 413")


async def _announced(site: Site, length: int) -> bytes:
    """The first line of the answer to a body that is announced and hardly begun: it need not be sent to be refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    head = (
        f"POST {UPLOAD} HTTP/1.1\r\nhost: acme.localhost:{site.port}\r\ncookie: session={OLGA.token}\r\n"
        f"content-type: multipart/form-data; boundary=x\r\ncontent-length: {length}\r\n\r\n--x\r\n"
    )
    writer.write(head.encode())
    try:
        return await asyncio.wait_for(reader.readline(), 20)
    finally:
        writer.close()


async def test_who_may_upload(site: Site, owner: asyncpg.Connection, picture: Make) -> None:
    assert (await _sent(site, picture(), who=MIA)).status_code == 403
    stranger = await site.at("acme.localhost").post(UPLOAD, files={"file": ("a.png", picture(), "image/png")})
    assert stranger.status_code == 401
    assert (await site.as_(OLGA).post(UPLOAD, json={"file": "a"})).status_code in {400, 415}
    assert (
        await site.as_(OLGA).post(UPLOAD, params={"kind": "banner"}, files={"file": ("a", b"x")})
    ).status_code == 400


async def test_a_long_body_that_nobody_wanted_still_gets_its_refusal(site: Site) -> None:
    """A server that closes the connection over unread bytes would show the sender a broken connection instead."""
    for _ in range(10):
        answer = await site.at("acme.localhost").post(
            UPLOAD, files={"file": ("a.png", b"\0" * 20_000_000, "image/png")}
        )
        assert answer.status_code == 401


async def test_a_picture_is_the_partners_alone(site: Site, owner: asyncpg.Connection, picture: Make) -> None:
    data = await _taken(site, picture(color=(1, 2, 3, 255)))
    assert (await site.at("rival.localhost").get(data["url"])).status_code == 404
    rival = site.as_(STAN)
    assert (await rival.patch("/api/partner", json={"branding": {"logo_url": data["url"]}})).status_code == 400
    assert (await rival.delete(UPLOAD, params={"filename": data["filename"]})).status_code == 404
    for name in ("../../secrets.png", "%2e%2e/x.png", "a" * 32 + ".png", "a" * 32 + ".css"):
        assert (await site.at("acme.localhost").get(f"/brand/{name}")).status_code == 404


async def test_in_use_on_pages_and_icons(site: Site, owner: asyncpg.Connection, picture: Make) -> None:
    logo = await _taken(site, picture(color=(200, 10, 10, 255)))
    icon = await _taken(site, picture("PNG", (64, 64)), "favicon")
    olga = site.as_(OLGA)
    wrong = await olga.patch("/api/partner", json={"branding": {"favicon_url": logo["url"]}})
    assert wrong.status_code == 400  # a logo is no icon
    saved = await olga.patch("/api/partner", json={"branding": {"logo_url": logo["url"], "favicon_url": icon["url"]}})
    assert saved.status_code == 200, saved.text
    page = (await olga.get("/org/settings")).text
    assert f'src="{logo["url"]}"' in page
    assert (await olga.delete(UPLOAD, params={"filename": logo["filename"]})).status_code == 409
    rows = await owner.fetch("SELECT name FROM app.brand_pictures WHERE kept_until IS NULL")
    assert {row["name"] for row in rows} == {logo["filename"], icon["filename"]}


async def test_removed_pictures_and_unsaved_ones_go(
    site: Site, owner: asyncpg.Connection, picture: Make, work: Work, services: Services
) -> None:
    olga = site.as_(OLGA)
    old, new, loose = [await _taken(site, picture(color=(n, n, 90, 255))) for n in (11, 12, 13)]
    for one in (old, new):
        await olga.patch("/api/partner", json={"branding": {"logo_url": one["url"]}})
    removed = await olga.delete(UPLOAD, params={"filename": loose["filename"]})
    assert removed.json() == {"data": {"success": True}}
    await work()
    assert loose["filename"] not in _files(site)
    assert {old["filename"], new["filename"]} <= _files(site)  # mails that were sent still show the old one
    await owner.execute("UPDATE app.brand_pictures SET kept_until = kept_until - $1::interval", timedelta(days=31))
    ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
    ctx.defer(SWEEP(SweepArgs()))
    await ctx.commit()
    await work()
    assert old["filename"] not in _files(site)
    assert new["filename"] in _files(site)
    assert (await site.at("acme.localhost").get(old["url"])).status_code == 404


async def test_the_page_takes_a_picture_into_the_form_first(
    site: Site, owner: asyncpg.Connection, picture: Make
) -> None:
    olga = site.as_(OLGA)
    files = {"file": ("logo.png", picture(color=(77, 7, 7, 255)), "image/png")}
    part = await olga.post("/org/settings/pictures/logo", files=files, headers={"hx-request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    url = part.text.partition('name="logo_url" value="')[2].partition('"')[0]
    assert (await site.at("acme.localhost").get(url)).status_code == 200
    assert await owner.fetchval("SELECT branding ->> 'logo_url' FROM app.partners WHERE id = $1", ACME) is None
    plain = await olga.post("/org/settings/pictures/logo", files=files)
    assert f'value="{url}"' in plain.text
    assert "<h1" in plain.text
    bad = await olga.post(
        "/org/settings/pictures/logo", files={"file": ("x.svg", b"<svg/>")}, headers={"hx-request": "true"}
    )
    assert bad.status_code == 422
    assert "SVG files can hold scripts" in bad.text
