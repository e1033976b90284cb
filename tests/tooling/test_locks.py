"""Everything that is installed is locked: by version and by hash, and without the address of any index."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAMES = sorted(file.stem for file in REQUIREMENTS.glob("*.txt"))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(name: str) -> set[str]:
    source = REQUIREMENTS / f"{'runtime' if name == 'demo' else name}.in"
    lines = [line.partition("#")[0].strip() for line in source.read_text().splitlines()]
    extras = PROJECT["project"]["optional-dependencies"]["voice"] if name in {"demo", "dev"} else []
    return {
        normal(re.split(r"[\[<>=~! ;]", line)[0]) for line in [*lines, *extras] if line and not line.startswith("-r")
    }


def locked(name: str) -> dict[str, str]:
    text = (REQUIREMENTS / f"{name}.txt").read_text().replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert all(re.match(r"[\w.-]+==[\w.+!]+ ", entry) and "--hash=sha256:" in entry for entry in entries)
    return {normal(entry.split("==")[0]): entry.split("==")[1].split()[0] for entry in entries}


def test_there_are_the_five_lists() -> None:
    assert NAMES == ["demo", "dev", "node", "runtime", "uv"]
    assert {file.stem for file in REQUIREMENTS.glob("*.in")} == {*NAMES} - {"demo"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_is_locked_with_hashes(name: str) -> None:
    assert asked_for(name) <= locked(name).keys()


@pytest.mark.parametrize("name", NAMES)
def test_no_index_address_is_kept(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    assert not re.search(r"://|^--|\bindex-url\b|\bfind-links\b", text, re.MULTILINE)


@pytest.mark.parametrize(("more", "less"), [("dev", "demo"), ("demo", "runtime")])
def test_checking_and_the_demo_use_exactly_what_runs(more: str, less: str) -> None:
    there = locked(more)
    assert {package: there.get(package) for package in locked(less)} == locked(less)


def test_a_server_in_production_needs_no_sound() -> None:
    assert not {"aiortc", "av"} & locked("runtime").keys()


def test_the_installer_can_build_the_project_without_a_download() -> None:
    """Uv carries the build backend inside as long as its own version is within what the project asks for."""
    (wanted,) = PROJECT["build-system"]["requires"]
    bounds = re.fullmatch(r"uv_build>=(\d+)\.(\d+),<(\d+)\.(\d+)", wanted)
    assert bounds
    version = tuple(map(int, locked("uv")["uv"].split(".")[:2]))
    assert (int(bounds[1]), int(bounds[2])) <= version < (int(bounds[3]), int(bounds[4]))
