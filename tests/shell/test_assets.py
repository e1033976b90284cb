"""The built front end: the manifest resolves, every address is served, compressed and for ever."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from tests.conftest import Site

from inspralv.shell.assets import DIST, Assets, AssetsMissing

_FIRST_LOAD = ("src/app.ts", "src/app.css")
_BUDGET = 60_000  # bytes of JavaScript and CSS, compressed


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def test_every_manifest_entry_is_a_file(assets: Assets) -> None:
    manifest = json.loads((DIST / "manifest.json").read_text())
    assert {entry["file"] for entry in manifest.values()} <= assets.files.keys()
    assert assets.font().removeprefix("/assets/") in assets.files


def test_names_carry_a_digest_of_the_content(assets: Assets) -> None:
    assert all(re.fullmatch(r"[\w-]+\.[\w-]{8}\.(js|css|woff2)", name) for name in assets.files)


def test_first_load_is_within_its_budget(assets: Assets) -> None:
    sent = [assets.files[assets.url(entry).removeprefix("/assets/")].encoded("gzip")[1] for entry in _FIRST_LOAD]
    assert sum(map(len, sent)) <= _BUDGET


def test_the_voice_sdk_is_no_part_of_the_first_load() -> None:
    manifest = json.loads((DIST / "manifest.json").read_text())
    assert not manifest["src/app.ts"].get("imports")
    assert {"src/islands/daily.ts", "src/islands/livekit.ts", "src/islands/gateway.ts"} <= manifest.keys()


def test_the_best_coding_that_is_allowed_wins(assets: Assets) -> None:
    script = assets.files[assets.url("src/app.ts").removeprefix("/assets/")]
    assert script.encoded("gzip, deflate, br")[0] == "br"
    assert script.encoded("gzip;q=1.0, br;q=0")[0] == "gzip"
    assert script.encoded("")[0] == ""
    assert gzip.decompress(script.encoded("gzip")[1]) == script.encoded("identity")[1]


def test_without_a_build_the_fault_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="make web"):
        Assets(tmp_path)


async def test_assets_are_served_for_ever(site: Site, assets: Assets) -> None:
    answer = await site.at("acme.localhost").get(assets.url("src/app.ts"), headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.text.startswith(
        assets.files[assets.url("src/app.ts").removeprefix("/assets/")].bodies[""].decode()[:40]
    )


@pytest.mark.parametrize("name", ["nothing.js", "manifest.json", "..%2Fbrand.py", "app.js.gz"])
async def test_nothing_else_is_served(site: Site, name: str) -> None:
    assert (await site.at("acme.localhost").get(f"/assets/{name}")).status_code == 404


async def test_pages_load_the_sheet_of_the_hosts_partner(site: Site) -> None:
    client = site.at("acme.localhost")
    page = (await client.get("/login")).text
    href = re.search(r'href="(/brand/[^"]+)"', page)
    assert href
    sheet = await client.get(href[1])
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet.headers["cache-control"]
    assert sheet.text.startswith(":root{--brand:#")


@pytest.mark.parametrize("name", ["0000000000.7c3aed.css", "x.red.css", "7c3aed.css"])
async def test_a_sheet_has_one_address(site: Site, name: str) -> None:
    assert (await site.at("acme.localhost").get(f"/brand/{name}")).status_code == 404
