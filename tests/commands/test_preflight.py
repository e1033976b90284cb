"""What is known to be wrong is said at once, all of it, and nothing is started."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ports import free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def run(command: str, data_dir: Path, **environ: str | int) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {name: str(value) for name, value in environ.items()}
    return subprocess.run(
        [sys.executable, "-m", "inspralv.cli", command],
        env={**kept, "INSPRALV_DATA_DIR": str(data_dir), **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def faults_in(answer: subprocess.CompletedProcess[str]) -> list[str]:
    assert answer.returncode == 2, answer.stdout + answer.stderr
    assert answer.stdout == ""
    return [line.strip().removeprefix("• ") for line in answer.stderr.splitlines()[1:]]


def test_a_taken_port_is_refused(tmp_path: Path, taken_port: int) -> None:
    address = f"postgresql://127.0.0.1:{free_port(2)}/none"
    faults = faults_in(
        run("up", tmp_path, INSPRALV_PORT=taken_port, INSPRALV_SANDBOX_PORT=free_port(2), DATABASE_URL=address)
    )
    assert (
        f"INSPRALV_PORT: port {taken_port} on 127.0.0.1 is taken by another program; stop it, or choose another port."
        in faults
    )


def test_every_kind_of_fault_stands_in_one_message(tmp_path: Path, taken_port: int) -> None:
    closed = free_port(2)
    answer = run(
        "up",
        tmp_path,
        INSPRALV_PORT=taken_port,
        INSPRALV_SANDBOX_PORT=free_port(2),
        INSPRALV_LOG_LEVEL="loud",
        INSPRALV_COLOUR="blue",
        DATABASE_URL=f"postgresql://owner:s3cret@127.0.0.1:{closed}/inspralv",
    )
    faults = faults_in(answer)
    assert answer.stderr.startswith("4 things are wrong, so nothing was started:")
    assert [fault.split()[0] for fault in faults] == [
        "INSPRALV_COLOUR",
        "INSPRALV_LOG_LEVEL",
        "INSPRALV_PORT:",
        "DATABASE_URL",
    ]
    assert str(closed) in faults[-1]
    assert "s3cret" not in answer.stderr
    assert not (tmp_path / "postgres").exists()  # not even the private server's folder


def test_a_development_default_is_refused_in_production(tmp_path: Path) -> None:
    faults = faults_in(
        run("migrate", tmp_path, INSPRALV_MODE="production", DATABASE_URL=f"postgresql://127.0.0.1:{free_port(2)}/none")
    )
    assert [fault.split()[0] for fault in faults] == [
        "INSPRALV_PLATFORM_HOST",
        "INSPRALV_SECRET_KEY",
        "INSPRALV_MASTER_KEYS",
        "DATABASE_URL",
    ]


def test_an_unusable_data_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    (fault,) = faults_in(run("migrate", file))
    assert fault.startswith(f"{file}/postgres cannot be used for the database")


def test_the_demo_belongs_to_demo_mode() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # whoever runs as root has the database run as somebody else
        (fault,) = faults_in(run("demo", Path(folder), INSPRALV_MODE="development"))
        assert fault == "INSPRALV_MODE is development; the demo is for demo mode only."
        assert not (Path(folder) / "postgres" / "data").exists()
