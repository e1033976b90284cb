"""The scripts behind the two commands, run as programs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"


def program(folder: Path, name: str, body: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return file


def run(*command: str | Path, path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env={"PATH": str(path), **environ}, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [
        ("v18.20.0", False),
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("nonsense", False),
    ],
)
def test_node_must_be_new_enough_for_the_build(tmp_path: Path, version: str, is_enough: bool) -> None:
    node = program(tmp_path, "node", f"echo {version}")
    question = f"import node; print(node.is_new_enough({str(node)!r}))"
    answer = subprocess.run(
        [sys.executable, "-c", question], cwd=SCRIPTS, capture_output=True, text=True, check=True, timeout=60
    )
    assert answer.stdout.strip() == str(is_enough)


def test_the_named_chromium_is_taken(tmp_path: Path) -> None:
    chromium = program(tmp_path, "my-browser", "exit 0")
    answer = run(sys.executable, SCRIPTS / "find_chromium.py", path=tmp_path / "none", CHROMIUM=str(chromium))
    assert (answer.returncode, answer.stdout.strip()) == (0, str(chromium))


def test_chromium_is_found_by_any_of_its_names(tmp_path: Path) -> None:
    browser = program(tmp_path, "google-chrome", "exit 0")
    answer = run(sys.executable, SCRIPTS / "find_chromium.py", path=tmp_path)
    assert (answer.returncode, answer.stdout.strip()) == (0, str(browser))


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({}, "The browser tests need Chromium: install it, or name one, as in CHROMIUM=/path make test."),
        ({"CHROMIUM": "/nowhere/chromium"}, "CHROMIUM names /nowhere/chromium, which is not a program."),
    ],
)
def test_a_missing_chromium_is_one_line(tmp_path: Path, environ: dict[str, str], message: str) -> None:
    answer = run(sys.executable, SCRIPTS / "find_chromium.py", path=tmp_path, **environ)
    assert (answer.returncode, answer.stdout, answer.stderr.strip()) == (1, "", message)


def test_a_machine_without_python_is_told(tmp_path: Path) -> None:
    shell = shutil.which("sh")
    assert shell
    answer = run(shell, SCRIPTS / "make_venv.sh", tmp_path / "venv", path=tmp_path)
    assert (answer.returncode, answer.stderr.strip()) == (1, "Python 3.11 or newer is needed, and none was found.")


def test_an_old_python_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path, "python3.13", "exit 1")
    (tmp_path / "python3.11").symlink_to(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    shell = shutil.which("sh")
    assert shell
    answer = run(shell, SCRIPTS / "make_venv.sh", tmp_path / "venv", path=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "venv" / "bin" / "pip").exists()


@pytest.fixture
def copy_of_the_build(tmp_path: Path) -> Path:
    """The build script in a small project of its own, with an npm that notes what it was asked to do."""
    for folder in ("scripts", "web/src", "src/inspralv/shell/static/dist", "src/inspralv/shell/templates", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    for script in ("build_web.py", "node.py"):
        shutil.copy(SCRIPTS / script, tmp_path / "scripts")
    for file in ("web/package.json", "web/package-lock.json", "web/src/main.ts", "src/inspralv/shell/templates/a.html"):
        (tmp_path / file).write_text("1")
    program(tmp_path / "bin", "node", "echo v24.0.0")
    program(tmp_path / "bin", "npm", f'echo "$*" >>"{tmp_path}/asked"; [ "$1" != ci ] || mkdir -p node_modules')
    return tmp_path


def build(project: Path, *options: str) -> list[str]:
    """What npm was asked to do by one run of the build."""
    asked = project / "asked"
    asked.unlink(missing_ok=True)
    path = f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, project / "scripts" / "build_web.py", *options],
        env={"PATH": path},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return [line.split(" --")[0] for line in asked.read_text().splitlines()] if asked.exists() else []


def test_the_front_end_is_built_when_something_changed(copy_of_the_build: Path) -> None:
    assert build(copy_of_the_build) == ["ci", "run"]
    assert build(copy_of_the_build) == []
    (copy_of_the_build / "web/src/main.ts").write_text("2")
    assert build(copy_of_the_build) == ["run"]
    (copy_of_the_build / "src/inspralv/shell/templates/a.html").write_text("2")
    assert build(copy_of_the_build) == ["run"]
    (copy_of_the_build / "web/package-lock.json").write_text("2")
    assert build(copy_of_the_build) == ["ci", "run"]
    assert build(copy_of_the_build, "--check") == ["run"]


def test_a_failed_build_fails_and_is_tried_again(copy_of_the_build: Path) -> None:
    program(copy_of_the_build / "bin", "npm", '[ "$1" = ci ] && mkdir -p node_modules')
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError) as caught:
            build(copy_of_the_build)
        assert b"The front end failed" in caught.value.stderr
