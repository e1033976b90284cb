"""Builds the front end when something it is made from has changed; with --check, also checks its types."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from node import ROOT, npm_command

WEB = ROOT / "web"
PACKAGE = ROOT / "src" / "inspralv"
DIST = PACKAGE / "shell" / "static" / "dist"
BUILT_FROM = DIST / ".built-from"
INSTALLED_FROM = WEB / "node_modules" / ".installed-from"


def sources() -> Iterator[Path]:
    """Everything the build reads: the web folder, and the templates, in which Tailwind looks for class names."""
    for folder, folders, names in os.walk(WEB):
        folders[:] = [name for name in folders if name not in {"node_modules", "dist"} and not name.startswith(".")]
        yield from (Path(folder) / name for name in names)
    yield from PACKAGE.glob("**/templates/**/*.html")


def fingerprint(files: Iterator[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(ROOT)} {content}\n".encode())
    return digest.hexdigest()


def is_current(stamp: Path, mark: str) -> bool:
    return stamp.exists() and stamp.read_text() == mark


def npm(*words: str) -> None:
    """Runs npm in the web folder. Raises CalledProcessError."""
    command, node_folder = npm_command()
    path = f"{node_folder}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
    subprocess.run([*command, *words], cwd=WEB, env=environ, check=True)  # noqa: S603 - npm, with our own words


def install() -> None:
    mark = fingerprint(iter([WEB / "package.json", WEB / "package-lock.json"]))
    if not is_current(INSTALLED_FROM, mark):
        print("── installing the front end's packages", flush=True)
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        INSTALLED_FROM.write_text(mark)


def build() -> None:
    mark = fingerprint(sources())
    if not is_current(BUILT_FROM, mark):
        install()
        print("── building the front end", flush=True)
        npm("run", "--silent", "build")
        BUILT_FROM.write_text(mark)


def main() -> int:
    try:
        build()
        if "--check" in sys.argv[1:]:
            install()
            npm("run", "--silent", "check")
    except subprocess.CalledProcessError as fault:
        print(f"The front end failed: {' '.join(map(str, fault.cmd))} ended with {fault.returncode}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
