"""The private server: starts, is joined, keeps its data, and never outlives who started it."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from inspralv.foundation.db import postgres_binaries
from inspralv.foundation.db.embedded import EmbeddedServer
from inspralv.foundation.db.embedded_faults import EmbeddedFault, NoPostgres, UnreachableFolder
from inspralv.foundation.db.postgres_binaries import find_binaries, portable_copy

IS_ROOT = os.geteuid() == 0
QUICK = {"fsync": "off"}


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the server's user may enter; pytest's own temporary folders are closed to everybody else."""
    folder = Path(tempfile.mkdtemp(prefix="inspralv-test-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


def ask(server: EmbeddedServer, question: str, database: str = "postgres") -> object:
    with psycopg.connect(server.dsn(database), autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def tell(server: EmbeddedServer, statement: str) -> None:
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute(statement)


def server_pid(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().splitlines()[0])


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def is_answering(socket_dir: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(socket_dir / ".s.PGSQL.5432")) == 0


def start_elsewhere(home: Path) -> tuple[subprocess.Popen[str], Path]:
    """A second process that starts or joins the server, says its socket folder, and waits for a line."""
    program = (
        "import sys; from pathlib import Path; from inspralv.foundation.db.embedded import EmbeddedServer\n"
        "server = EmbeddedServer.start(Path(sys.argv[1]), options={'fsync': 'off'})\n"
        "print(server.socket_dir, flush=True); sys.stdin.readline(); server.stop()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def finish(process: subprocess.Popen[str]) -> int:
    process.communicate("\n")
    return process.returncode


def test_starts_in_utf8_without_a_network_address(home: Path) -> None:
    with EmbeddedServer.start(home, options=QUICK) as server:
        assert server.is_owned
        assert server.exit_code is None
        assert ask(server, "SHOW listen_addresses") == ""
        assert ask(server, "SHOW server_encoding") == "UTF8"
        assert ask(server, "SHOW fsync") == "off"
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_stop_ends_the_server_and_removes_its_socket(home: Path) -> None:
    server = EmbeddedServer.start(home, options=QUICK)
    with psycopg.connect(server.dsn("postgres")):  # an open connection does not hold it up
        server.stop()
    assert not server.socket_dir.exists()
    assert not (home / "data" / "postmaster.pid").exists()
    server.stop()  # once more is harmless


def test_data_is_kept(home: Path) -> None:
    with EmbeddedServer.start(home, options=QUICK) as server:
        server.ensure_database("kept")
        server.ensure_database("kept")
        tell(server, "CREATE TABLE notes AS SELECT 'still here' AS note")
    with EmbeddedServer.start(home, options=QUICK) as server:
        assert ask(server, "SELECT note FROM notes") == "still here"
        assert ask(server, "SELECT current_database()", "kept") == "kept"


def test_a_second_process_joins_and_leaves_it_running(home: Path) -> None:
    with EmbeddedServer.start(home, options=QUICK) as server:
        second, socket_dir = start_elsewhere(home)
        assert socket_dir == server.socket_dir
        assert finish(second) == 0
        assert ask(server, "SELECT 1") == 1


def test_a_joined_server_is_not_stopped_by_its_guest(home: Path) -> None:
    with EmbeddedServer.start(home, options=QUICK) as server:
        guest = EmbeddedServer.start(home)
        assert not guest.is_owned
        guest.stop()
        assert ask(server, "SELECT 1") == 1


def test_two_processes_at_once_share_one_server(home: Path) -> None:
    processes = [start_elsewhere(home) for _ in range(2)]
    assert len({socket_dir for _, socket_dir in processes}) == 1
    assert [finish(process) for process, _ in reversed(processes)] == [0, 0]


def test_dies_with_its_parent(home: Path) -> None:
    parent, socket_dir = start_elsewhere(home)
    assert is_answering(socket_dir)
    parent.kill()
    finish(parent)
    wait_for(lambda: not socket_dir.exists())
    wait_for(lambda: not (home / "data" / "postmaster.pid").exists())  # an orderly end, not a crash


def test_recovers_after_a_crash(home: Path) -> None:
    server = EmbeddedServer.start(home, options=QUICK)
    tell(server, "CREATE TABLE notes AS SELECT 'survived' AS note")
    os.kill(server_pid(home), signal.SIGKILL)
    wait_for(lambda: server.exit_code is not None)
    with EmbeddedServer.start(home, options=QUICK) as again:
        assert ask(again, "SELECT note FROM notes") == "survived"
    server.stop()


def test_a_stale_pid_that_lives_again_is_no_obstacle(home: Path) -> None:
    """After a crash the number in postmaster.pid can be that of a living process of the same user."""
    with EmbeddedServer.start(home, options=QUICK):
        left_behind = (home / "data" / "postmaster.pid").read_text().splitlines()
    owner = (home / "data").stat().st_uid
    sleeper = subprocess.Popen(["sleep", "600"], user=owner if IS_ROOT else None, cwd="/")
    try:
        (home / "data" / "postmaster.pid").write_text("\n".join([str(sleeper.pid), *left_behind[1:], ""]))
        with EmbeddedServer.start(home, options=QUICK) as server:
            assert ask(server, "SELECT 1") == 1
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_long_path_does_not_lengthen_the_socket(home: Path) -> None:
    deep = home / ("x" * 120)
    if IS_ROOT:
        home.chmod(0o755)
    with EmbeddedServer.start(deep, options=QUICK) as server:
        assert len(str(server.socket_dir / ".s.PGSQL.5432")) < 100
        assert ask(server, "SELECT 1") == 1


def test_a_wrong_option_is_told_in_the_servers_own_words(home: Path) -> None:
    with pytest.raises(EmbeddedFault, match="no_such_setting"):
        EmbeddedServer.start(home, options={"no_such_setting": "1"})
    with EmbeddedServer.start(home, options=QUICK) as server:  # and nothing is left in the way
        assert server.is_owned


def test_an_unreachable_folder_is_refused(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700 if IS_ROOT else 0o500)
    with pytest.raises(UnreachableFolder, match="cannot be used for the database"):
        EmbeddedServer.start(closed / "data")


@pytest.mark.parametrize("name", ["root", "nobody"] if IS_ROOT else [pwd.getpwuid(os.geteuid()).pw_name])
def test_runs_for_root_and_for_an_ordinary_user(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person = pwd.getpwnam(name)
    if IS_ROOT:
        binaries = portable_copy(find_binaries(), home)  # which an ordinary user may read wherever the checkout is
        home.chmod(0o755)
        (home / "own").mkdir()
        os.chown(home / "own", person.pw_uid, person.pw_gid)
        monkeypatch.setenv("PATH", f"{binaries.folder}{os.pathsep}{os.environ['PATH']}")
    else:
        (home / "own").mkdir()

    def start_and_look() -> None:
        with EmbeddedServer.start(home / "own", options=QUICK) as server:
            assert ask(server, "SELECT 1") == 1
            owner = (home / "own" / "data").stat().st_uid
            assert owner != 0
            assert person.pw_uid in {owner, 0}  # root hands over; others keep it to themselves

    as_person(person, start_and_look)


def as_person(person: pwd.struct_passwd, act: Callable[[], None]) -> None:
    """Runs `act` in a process of that person, who need not be able to read this checkout."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads: the child uses none of them
        pid = os.fork()
    if pid == 0:
        code = 1
        with contextlib.suppress(BaseException):
            try:
                if os.geteuid() != person.pw_uid:
                    os.setgroups([])
                    os.setgid(person.pw_gid)
                    os.setuid(person.pw_uid)
                act()
                code = 0
            except BaseException:
                traceback.print_exc()
                raise
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_the_package_serves_where_the_system_has_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "_system_folders", lambda: iter(()))
    with EmbeddedServer.start(home, options=QUICK) as server:
        assert int(str(ask(server, "SHOW server_version_num"))) >= 160_000
        assert ask(server, "SELECT datlocprovider FROM pg_database WHERE datname = 'postgres'") in {"b", b"b"}


def test_a_copy_of_the_programs_works_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "_system_folders", lambda: iter(()))
    original = find_binaries()
    copy = portable_copy(original, home)
    assert copy.folder.is_relative_to(home)
    for program in ("postgres", "initdb"):
        answer = subprocess.run([copy.path(program), "--version"], capture_output=True, text=True, check=True)
        assert f") {original.version}" in answer.stdout


def test_a_data_directory_wants_its_own_version() -> None:
    with pytest.raises(NoPostgres, match="version 9 was found"):
        find_binaries(9)
