"""One command runs everything, keeps the data, and leaves nothing behind, however it ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from tests.ports import free_port

PATIENCE = 120


class Installation:
    """A data folder and the ports, on which `inspralv up` can be run again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.sandbox_port = free_port(), free_port(2)  # the name server stands next to the sandbox
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "up.log"

    def up(self) -> subprocess.Popen[bytes]:
        """Starts it and returns when it says that it is ready."""
        environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
            "INSPRALV_DATA_DIR": str(self.folder / "data"),
            "INSPRALV_PORT": str(self.port),
            "INSPRALV_SANDBOX_PORT": str(self.sandbox_port),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "inspralv.cli", "up"], env=environ, stdout=log, stderr=subprocess.STDOUT
            )
        wait_for(lambda: "Inspralv is ready" in self.log.read_text() or self.process_ended(), self.log)
        assert not self.process_ended(), self.log.read_text()
        return self.process

    def process_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def database(self) -> psycopg.Connection:
        socket_dir = (self.folder / "data/postgres/data/postmaster.pid").read_text().splitlines()[4]
        return psycopg.connect(f"postgresql:///inspralv?host={socket_dir}&user=postgres", autocommit=True)


def wait_for(condition: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def family_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Every process below this one."""
    return psutil.Process(process.pid).children(recursive=True)


def is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """One for the module: its first start lays down the demo, which the later ones find."""
    with tempfile.TemporaryDirectory(prefix="inspralv-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # whoever runs as root has the database run as somebody else
        yield Installation(Path(folder))


@pytest.fixture(autouse=True)
def _nothing_is_left(installation: Installation) -> Iterator[None]:
    yield
    if installation.process and installation.process.poll() is None:
        installation.process.terminate()
        installation.process.wait(PATIENCE)


def test_everything_answers_and_an_interrupt_ends_all_of_it(installation: Installation) -> None:
    process = installation.up()
    health = httpx.get(f"http://127.0.0.1:{installation.port}/api/health", headers={"host": "localhost"})
    assert health.status_code == 200
    assert httpx.get(f"http://127.0.0.1:{installation.sandbox_port}/").status_code < 500
    welcome = installation.log.read_text()
    assert f"http://acme.localhost:{installation.port}" in welcome
    assert "olga@acme.test" in welcome
    with installation.database() as connection:
        connection.execute("CREATE TABLE public.notes AS SELECT 'kept' AS note")
    family = family_of(process)
    assert len(family) >= 5  # the database and its watchdog, web, worker, sandbox
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    assert not any(map(is_alive, family))
    assert installation.log.read_text().rstrip().endswith("Everything is stopped.")


def test_the_next_start_finds_the_data(installation: Installation) -> None:
    process = installation.up()
    with installation.database() as connection:
        assert connection.execute("SELECT note FROM public.notes").fetchone() == ("kept",)
        assert connection.execute("SELECT count(*) FROM app.partners WHERE slug = 'acme'").fetchone() == (1,)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def test_a_running_installation_is_not_started_twice(installation: Installation) -> None:
    installation.up()
    second = subprocess.run(
        [sys.executable, "-m", "inspralv.cli", "up"],
        env={
            "PATH": os.environ["PATH"],
            "INSPRALV_DATA_DIR": str(installation.folder / "data"),
            "INSPRALV_PORT": str(installation.port),
            "INSPRALV_SANDBOX_PORT": str(installation.sandbox_port),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert second.returncode == 2
    assert second.stderr.count("is taken by another program") == 3  # web, sandbox, and the names beside it


def test_a_part_that_ends_stops_the_whole(installation: Installation) -> None:
    process = installation.up()
    family = family_of(process)
    (worker,) = [child for child in family if "worker" in child.cmdline()]
    worker.kill()
    assert process.wait(PATIENCE) == 1
    assert "The worker process ended by itself" in installation.log.read_text()
    wait_for(lambda: not any(map(is_alive, family)), installation.log)


def test_nothing_outlives_a_killed_supervisor(installation: Installation) -> None:
    process = installation.up()
    family = family_of(process)
    process.kill()
    process.wait(PATIENCE)
    wait_for(lambda: not any(map(is_alive, family)), installation.log)
    assert not (installation.folder / "data/postgres/data/postmaster.pid").exists()  # PostgreSQL ended in order
