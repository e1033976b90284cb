"""The logo of an application: uploaded into the form, carried by it, drawn anew twice, and shown by the partner."""

from __future__ import annotations

import asyncio
import io
import re
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from html import unescape
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from PIL import Image, PngImagePlugin
from tests.branding.test_pictures import REFUSED
from tests.conftest import Site
from tests.onboarding.conftest import APPLY, DECIDE, application, applied
from tests.onboarding.test_request_pages import FIRST, PATH, SECOND
from tests.world import ACME, OLGA

from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.services import Services
from inspralv.onboarding.tasks import ADOPT_LOGO, AdoptLogo

Work = Callable[[], Awaitable[None]]
UPLOAD = f"{PATH}/logo"
HTMX = {"hx-request": "true"}
CONSOLE = "/super-admin/partner-requests"
MOST = 150 * 1024
_KEPT = re.compile(r'name="logo" value="([^"]*)"')


def drawn(kind: str = "PNG", size: tuple[int, int] = (320, 80), color: tuple[int, int, int] = (9, 99, 199)) -> bytes:
    """A picture file of a format, a size and a colour."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind)
    return out.getvalue()


def text(body: bytes) -> str:
    """A picture as the form carries it."""
    return b64encode(body).decode()


def kept(answer: httpx.Response) -> str:
    """What the form carries on."""
    found = _KEPT.findall(answer.text)
    assert len(found) == 1, answer.text
    return unescape(found[0])


async def sent(site: Site, body: bytes, headers: dict[str, str] | None = HTMX, **fields: str) -> httpx.Response:
    files = {"file": ("logo.png", body, "image/png")}
    return await site.at("localhost").post(UPLOAD, files=files, data=fields, headers=headers)


async def stored(rows: asyncpg.Connection) -> bytes | None:
    logo: bytes | None = await rows.fetchval("SELECT logo FROM app.partner_requests")
    return logo


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "ICO"])
async def test_pictures_of_every_kind_come_back_drawn_anew(site: Site, rows: asyncpg.Connection, kind: str) -> None:
    part = await sent(site, drawn(kind, (200, 200)))
    assert part.status_code == 200, part.text
    assert "<html" not in part.text
    logo = kept(part)
    assert f'src="data:image/png;base64,{logo}"' in part.text
    with Image.open(io.BytesIO(b64decode(logo, validate=True))) as shown:
        assert shown.format == "PNG"
        middle = shown.convert("RGB").getpixel((50, 50))
        assert max(abs(a - b) for a, b in zip(middle, (9, 99, 199), strict=True)) < 12
    assert await rows.fetchval("SELECT count(*) FROM app.partner_requests") == 0
    assert await rows.fetchval("SELECT count(*) FROM app.brand_pictures") == 0


async def test_sizes_are_bounded(site: Site, rows: asyncpg.Connection) -> None:
    assert rows
    noise = io.BytesIO()
    Image.frombytes("RGB", (512, 200), token_bytes(512 * 200 * 3)).save(noise, "PNG")
    assert len(noise.getvalue()) > MOST
    for body in (drawn(size=(4000, 1000)), noise.getvalue(), drawn(size=(3000, 3000))):
        logo = b64decode(kept(await sent(site, body)))
        assert len(logo) <= MOST
        with Image.open(io.BytesIO(logo)) as shown:
            assert max(shown.size) <= 512
    thin = await sent(site, drawn(size=(4000, 20)))
    assert (thin.status_code, "too long and thin" in thin.text) == (422, True)


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_is_said_at_the_field(site: Site, rows: asyncpg.Connection, name: str) -> None:
    assert rows
    body, words = REFUSED[name]
    before = text(drawn())
    part = await sent(site, body, logo=before)
    assert part.status_code == 422, part.text
    assert words in part.text
    assert 'id="e-logo"' in part.text
    assert 'aria-invalid="true" aria-describedby="e-logo"' in part.text
    assert kept(part) == before  # the one that was there stays


async def test_too_large_is_said_at_the_field(site: Site, rows: asyncpg.Connection) -> None:
    assert rows
    large = await sent(site, drawn() + b"\0" * 5 * 1024 * 1024)
    assert (large.status_code, "at most 5 MB" in large.text, 'id="e-logo"' in large.text) == (422, True, True)
    assert (await sent(site, b"\0" * 11 * 1024 * 1024)).status_code == 413


async def test_nothing_but_pixels_is_carried(site: Site, rows: asyncpg.Connection) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret-of-the-camera")
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "navy").save(out, "PNG", pnginfo=words)
    polyglot = out.getvalue() + b"<script>alert('polyglot')</script>PK\x03\x04"
    assert kept(await sent(site, polyglot)) == kept(await sent(site, b64decode(kept(await sent(site, polyglot)))))
    for logo in (kept(await sent(site, polyglot)), text(polyglot)):  # as it is uploaded, and put into the field by hand
        fields = {"_step": "2", "_do": "next", **FIRST, **SECOND, "desired_subdomain": "north", "logo": logo}
        assert "Request received" in (await site.at("localhost").post(PATH, data=fields)).text
        body = await stored(rows)
        assert body is not None
        assert b"secret" not in body
        assert b"polyglot" not in body
        assert body.endswith(b"IEND\xaeB`\x82")
        await rows.execute("DELETE FROM app.partner_requests")


async def test_the_form_keeps_it_over_steps_and_faults(site: Site, rows: asyncpg.Connection) -> None:
    client = site.at("localhost")
    whole = await sent(site, drawn(), headers=None, **FIRST, **SECOND, desired_subdomain="north")
    assert (whole.status_code, "<h1" in whole.text, 'name="_step" value="2"' in whole.text) == (200, True, True)
    assert 'value="Northwind Voice"' in whole.text
    assert 'value="north"' in whole.text
    logo = kept(whole)
    typed = {**FIRST, **SECOND, "logo": logo}
    third = {"_step": "2", "_do": "next", **typed}
    for fields in (
        {"_step": "2", "_do": "back", **typed},
        {"_step": "0", "_do": "next", **typed},
        {"_step": "0", "_do": "next", **typed, "contact_email": "nobody"},
        {"_step": "1", "_do": "next", **typed},
        {**third, "desired_subdomain": "acme"},
        {**third, "desired_subdomain": "no way"},
    ):
        assert kept(await client.post(PATH, data=fields)) == logo
    bad = await sent(site, b"<svg/>", headers=None, **typed)
    assert (bad.status_code, "SVG files can hold scripts" in bad.text, kept(bad)) == (422, True, logo)
    assert await rows.fetchval("SELECT count(*) FROM app.partner_requests") == 0
    unsent = await client.post(PATH, data={**third, "desired_subdomain": "north", "file": "logo.png"})
    assert (unsent.status_code, "not uploaded yet" in unsent.text, kept(unsent)) == (422, True, logo)
    assert "Request received" in (await client.post(PATH, data={**third, "desired_subdomain": "north"})).text
    assert await stored(rows) == b64decode(logo)


async def test_it_can_be_removed(site: Site, rows: asyncpg.Connection) -> None:
    assert rows
    client = site.at("localhost")
    fields = {**FIRST, **SECOND, "logo": kept(await sent(site, drawn()))}
    part = await client.post(f"{UPLOAD}/remove", data=fields, headers=HTMX)
    assert (part.status_code, kept(part), "<img" in part.text) == (200, "", False)
    whole = await client.post(f"{UPLOAD}/remove", data=fields)
    assert (kept(whole), 'value="Northwind Voice"' in whole.text) == ("", True)


TAMPERED = {
    "svg": text(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "html": text(b"<!doctype html><script>alert(1)</script>"),
    "no base64": "%%%",
    "half of base64": "abc",
    "out of the attribute": '"><script>alert(1)</script>',
    "a bomb": text(REFUSED["a bomb"][0]),
    "too long": "A" * 204_804,
}


@pytest.mark.parametrize("name", TAMPERED)
async def test_a_tampered_field_is_refused(site: Site, rows: asyncpg.Connection, name: str) -> None:
    fields = {"_step": "2", "_do": "next", **FIRST, **SECOND, "desired_subdomain": "north", "logo": TAMPERED[name]}
    answer = await site.at("localhost").post(PATH, data=fields)
    assert (answer.status_code, 'id="e-logo"' in answer.text, kept(answer)) == (422, True, "")
    assert "<script>alert" not in answer.text
    api = await site.at("localhost").post(APPLY, json=application(logo=TAMPERED[name]))
    assert api.status_code == 400, api.text
    assert {error["pointer"] for error in api.json()["errors"]} == {"/logo"}
    assert await rows.fetchval("SELECT count(*) FROM app.partner_requests") == 0


async def test_uploads_are_counted_for_a_network(site: Site, rows: asyncpg.Connection) -> None:
    assert rows
    client = site.at("localhost")
    answers = [await client.post(UPLOAD, files={"file": ("a", b"x")}, headers=HTMX) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [422] * 30 + [429]
    assert "Too many attempts" in answers[-1].text
    assert 'id="e-logo"' in answers[-1].text


async def test_partners_hosts_take_no_logos(site: Site) -> None:
    for path in (UPLOAD, f"{UPLOAD}/remove"):
        host = site.at("acme.localhost")
        files = {"file": ("a.png", drawn())} if path == UPLOAD else None
        assert (await host.post(path, files=files, data={"logo": ""})).status_code == 404


async def test_staff_see_it_until_it_is_refused(site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient) -> None:
    waiting, plain = await applied(site, logo=text(drawn())), await applied(site, desired_subdomain="other")
    found = {row["id"]: row["has_logo"] for row in (await staff.get(DECIDE)).json()["data"]["data"]}
    assert found == {waiting: True, plain: False}
    logo = f"{CONSOLE}/{waiting}/logo"
    for page in (CONSOLE, f"{CONSOLE}/{waiting}"):
        answer = await staff.get(page)
        assert f'src="{logo}"' in answer.text
        assert f"{CONSOLE}/{plain}/logo" not in answer.text
    shown = await staff.get(logo)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.content == await rows.fetchval("SELECT logo FROM app.partner_requests WHERE id = $1", UUID(waiting))
    assert (await staff.get(f"{CONSOLE}/{plain}/logo")).status_code == 404
    for stranger in (site.at("localhost"), site.as_(OLGA)):
        assert (await stranger.get(logo)).status_code in {303, 404}
    told = {"action": "reject", "rejection_reason": "We only work with agencies."}
    assert (await staff.patch(f"{DECIDE}/{waiting}", json=told)).json()["data"]["has_logo"] is False
    assert (await staff.get(logo)).status_code == 404
    assert await rows.fetchval("SELECT count(*) FROM app.partner_requests WHERE logo IS NOT NULL") == 0


async def test_the_database_takes_no_other_file(rows: asyncpg.Connection, site: Site) -> None:
    waiting = await applied(site)
    for body in (b"<svg/>", b"\x89PNG\r\n\x1a\n" + b"\0" * MOST):
        with pytest.raises(asyncpg.CheckViolationError):
            await rows.execute("UPDATE app.partner_requests SET logo = $2 WHERE id = $1", UUID(waiting), body)


async def _approved(site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection) -> UUID:
    """Approve an application with a logo; return the partner."""
    waiting = await applied(site, logo=text(drawn()))
    made = await staff.post(f"{DECIDE}/{waiting}/provision")
    assert made.status_code == 200, made.text
    assert await stored(rows) is not None  # kept until the brand shows it
    return UUID(made.json()["data"]["partner"]["id"])


async def _brand(rows: asyncpg.Connection, partner: UUID) -> dict[str, Any]:
    row = await rows.fetchrow("SELECT branding->>'logo_url' AS url FROM app.partners WHERE id = $1", partner)
    assert row is not None
    return {
        "url": row["url"], "applied": await stored(rows),
        "pictures": await rows.fetchval("SELECT count(*) FROM app.brand_pictures WHERE partner_id = $1", partner),
    }  # fmt: skip


async def test_the_whole_way_to_the_partners_brand(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient, work: Work
) -> None:
    client = site.at("localhost")
    logo = kept(await sent(site, drawn()))
    fields = {"_step": "2", "_do": "next", **FIRST, **SECOND, "desired_subdomain": "north", "logo": logo}
    assert "Request received" in (await client.post(PATH, data=fields)).text
    waiting = await rows.fetchval("SELECT id FROM app.partner_requests")
    assert "north.localhost" in (await staff.post(f"{CONSOLE}/{waiting}/approval")).text
    await work()
    partner = await rows.fetchval("SELECT partner_id FROM app.partner_requests")
    now = await _brand(rows, partner)
    assert (now["applied"], now["pictures"]) == (None, 1)
    host = site.at("north.localhost")
    for _ in range(100):  # the announcement travels to the server's listener
        page = await host.get("/login")
        if f'src="{now["url"]}"' in page.text:
            break
        await asyncio.sleep(0.02)
    assert f'src="{now["url"]}"' in page.text
    shown = await host.get(now["url"])
    assert (shown.status_code, shown.content) == (200, b64decode(logo))
    assert await rows.fetchval("SELECT kept_until FROM app.brand_pictures WHERE partner_id = $1", partner) is None
    told = await rows.fetch("SELECT action, actor_kind FROM app.audit_log WHERE partner_id = $1", partner)
    assert ("settings.updated", "staff") in {(row["action"], row["actor_kind"]) for row in told}


async def test_cut_off_anywhere_the_logo_comes_through(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient, work: Work, services: Services
) -> None:
    """The job fails before the file is there, and then between file and brand; each time it begins anew."""
    partner = await _approved(site, staff, rows)

    in_the_way = Path(site.settings.data_dir, "files", str(partner))
    in_the_way.write_bytes(b"where the folder should be")
    await work()
    in_the_way.unlink()
    assert (await _brand(rows, partner))["url"] is None
    assert (await _brand(rows, partner))["applied"] is not None
    await rows.execute("ALTER TABLE app.partners ADD CONSTRAINT cut_off CHECK (branding->>'logo_url' IS NULL)")
    try:
        await _again(services, partner, work)
    finally:
        await rows.execute("ALTER TABLE app.partners DROP CONSTRAINT cut_off")
    assert list(Path(site.settings.data_dir, "files").glob(f"{partner}/brand/*.png"))
    assert (await _brand(rows, partner))["url"] is None
    assert (await _brand(rows, partner))["applied"] is not None
    await _again(services, partner, work)
    done = await _brand(rows, partner)
    assert (done["url"] is not None, done["applied"], done["pictures"]) == (True, None, 1)
    await rows.execute("UPDATE app.partners SET branding = branding - 'logo_url' WHERE id = $1", partner)
    await _again(services, partner, work)  # what the partner took out stays out
    assert (await _brand(rows, partner))["url"] is None


async def test_a_logo_that_the_partner_chose_stays(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient, work: Work
) -> None:
    partner = await _approved(site, staff, rows)
    own = "/brand/" + "a" * 32 + ".png"
    await rows.execute(
        "UPDATE app.partners SET branding = branding || jsonb_build_object('logo_url', $2::text) WHERE id = $1",
        partner, own,
    )  # fmt: skip
    await work()
    now = await _brand(rows, partner)
    assert (now["url"], now["applied"]) == (own, None)


async def test_a_partner_reaches_its_own_applications_logo_alone(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient, services: Services
) -> None:
    partner = await _approved(site, staff, rows)
    for who, scope in ((ACME, Scope(ACME, wide=True)), (partner, Scope(partner))):
        ctx = Context(services, scope, Actor("system"), Origin())
        for function in ("applied_logo", "forget_applied_logo"):
            for wanted in {who, partner}:
                assert not (await ctx.directory(f"SELECT app.{function}($1)", wanted))[0][0]
        await ctx.commit()
    assert await stored(rows) is not None


async def _again(services: Services, partner: UUID, work: Work) -> None:
    ctx = Context(services, Scope(partner, wide=True), Actor("system"), Origin())
    ctx.defer(ADOPT_LOGO(AdoptLogo()))
    await ctx.commit()
    await work()
