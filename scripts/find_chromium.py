"""Prints the path of a Chromium for the browser tests; on Debian, root gets one installed; others are told how."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find() -> str | None:
    """The one that $CHROMIUM names, else the system's."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, (*NAMES, MAC))), None)


def install() -> None:
    """Installs Debian's package. Raises CalledProcessError, after showing what the installer said."""
    print("── installing Chromium", file=sys.stderr)
    quietly = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run([*quietly, *command], capture_output=True, text=True, check=False, env=environ)  # noqa: S603
        if done.returncode != 0:
            print(done.stdout + done.stderr, file=sys.stderr)
            done.check_returncode()


def main() -> int:
    if os.environ.get("CHROMIUM") and not find():
        print(f"CHROMIUM names {os.environ['CHROMIUM']}, which is not a program.", file=sys.stderr)
        return 1
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    found = find()
    if not found:
        hint = "install it, or name one, as in CHROMIUM=/path make test"
        print(f"The browser tests need Chromium: {hint}.", file=sys.stderr)
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
