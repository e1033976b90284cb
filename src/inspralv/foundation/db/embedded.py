"""A private PostgreSQL server: started by the first process that needs it, joined by the next, gone with its starter.

It listens on a Unix socket in a folder of its own (mode 0700) and on no network address. An advisory lock on
`server.lock` is handed to the server itself and inherited by every process of it, so that "the lock is taken" and
"something of the server lives" are the same fact; what a crash leaves behind is then recognised without guessing.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import msgspec

from inspralv.foundation.db.embedded_faults import EmbeddedFault
from inspralv.foundation.db.postgres_binaries import Binaries, find_binaries, portable_copy
from inspralv.foundation.db.postgres_user import PostgresUser, choose_user

SUPERUSER = "postgres"
_LONGEST_SOCKET_PATH = 100  # bytes; the kernel's own limit is 104 to 108
_PATIENCE = 60.0  # seconds for a start or a stop; recovery after a crash can take a while
_LARGEST_LOG = 5_000_000  # bytes

# Waits for the starter's end of the pipe to close. A line means "all is well"; the bare end means the starter died,
# and then the server is told to disconnect everybody and stop (SIGINT), and its socket folder is removed.
_WATCHDOG = """
read -r _ && exit
kill -INT "$1"
n=0; while kill -0 "$1" 2>/dev/null && [ $n -lt 300 ]; do n=$((n+1)); sleep 0.1; done
rmdir "$2"
"""


class _State(msgspec.Struct, frozen=True):
    """What `postmaster.pid` says (PostgreSQL: src/include/utils/pidfile.h)."""

    pid: int
    socket_dir: Path
    is_ready: bool


class _Watchdog:
    """A tiny shell that outlives its starter just long enough to stop the server."""

    def __init__(self, pid: int, socket_dir: Path) -> None:
        self._shell = subprocess.Popen(  # noqa: S603 - our own script
            ["/bin/sh", "-c", _WATCHDOG, "inspralv-watchdog", str(pid), str(socket_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def dismiss(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._shell.communicate(b"\n")


class EmbeddedServer:
    """A running private server. Who started it stops it; who joined it leaves it running."""

    def __init__(self, socket_dir: Path, process: subprocess.Popen[bytes] | None, watchdog: _Watchdog | None) -> None:
        self.socket_dir = socket_dir
        self._process = process
        self._watchdog = watchdog

    @classmethod
    def start(cls, data_dir: Path, *, options: Mapping[str, str] | None = None) -> Self:
        """Starts the server of `data_dir`, or joins it when another process has.

        `options` are settings of postgresql.conf and count only for the process that starts the server.
        Raises EmbeddedFault.
        """
        home = data_dir.absolute()
        user = choose_user(home)
        deadline = time.monotonic() + _PATIENCE
        while True:
            with _server_lock(home, user) as lock:
                if lock is not None:
                    return cls._start(home, user, options or {}, lock)
            state = _read_state(home)
            if state and state.is_ready and _answers(state.socket_dir):
                return cls(state.socket_dir, None, None)
            if time.monotonic() > deadline:
                raise EmbeddedFault(f"The server of {home} is held by another process but does not answer.")
            time.sleep(0.05)

    @classmethod
    def _start(cls, home: Path, user: PostgresUser, options: Mapping[str, str], lock: int) -> Self:
        binaries = _usable_binaries(home, user)
        _create_cluster(home, binaries, user)
        _forget_crashed(home)
        socket_dir = _make_socket_dir(user)
        command = [str(binaries.path("postgres")), "-D", str(home / "data"), *_options(socket_dir, options)]
        with _open_log(home, user) as log:
            process = subprocess.Popen(  # noqa: S603 - our own command line
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=home,
                env=_environment(),
                pass_fds=[lock],
                start_new_session=True,  # Ctrl-C is for the starter, who then stops the server in order
                **user.as_arguments(),
            )
        server = cls(socket_dir, process, _Watchdog(process.pid, socket_dir))
        try:
            server._wait_until_ready(home)
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def is_owned(self) -> bool:
        """Whether this object started the server (and will stop it)."""
        return self._process is not None

    @property
    def exit_code(self) -> int | None:
        """The server's exit code when it has ended by itself; None while it runs, and for a joined server."""
        return self._process.poll() if self._process else None

    def dsn(self, dbname: str, user: str = SUPERUSER) -> str:
        """An address for asyncpg and psycopg alike."""
        return f"postgresql:///{dbname}?" + urlencode({"host": str(self.socket_dir), "user": user}, safe="/")

    def ensure_database(self, name: str) -> None:
        """Creates the database `name` where it is missing."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Disconnects everybody, writes what is in memory and ends the server; does nothing on a joined one."""
        process, self._process = self._process, None
        if process is None:
            return
        for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE)
                break
        if self._watchdog:
            self._watchdog.dismiss()
        shutil.rmtree(self.socket_dir, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def _wait_until_ready(self, home: Path) -> None:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self.exit_code is not None:
                raise EmbeddedFault(f"PostgreSQL did not start:\n{_last_lines(home / 'postgresql.log')}")
            state = _read_state(home)
            if state and state.is_ready and state.socket_dir == self.socket_dir:
                return
            time.sleep(0.02)
        raise EmbeddedFault(
            f"PostgreSQL did not become ready within {_PATIENCE:.0f} seconds; see {home}/postgresql.log"
        )


@contextlib.contextmanager
def _server_lock(home: Path, user: PostgresUser) -> Iterator[int | None]:
    """The lock's descriptor while nothing of the server lives, else None."""
    descriptor = os.open(home / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        user.take_over(descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        os.close(descriptor)  # the server keeps its inherited copy, and with it the lock


def _usable_binaries(home: Path, user: PostgresUser) -> Binaries:
    version_file = home / "data" / "PG_VERSION"
    binaries = find_binaries(int(version_file.read_text()) if version_file.exists() else None)
    return binaries if user.may_reach(binaries.path("postgres")) else portable_copy(binaries, home)


def _create_cluster(home: Path, binaries: Binaries, user: PostgresUser) -> None:
    if (home / "data").exists():
        return
    fresh = home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    if binaries.version < 17:  # noqa: PLR2004 - the builtin provider came with PostgreSQL 17
        locale = ["--locale=C.UTF-8"]
    command = [str(binaries.path("initdb")), "-D", str(fresh), "-U", SUPERUSER, "--encoding=UTF8", *locale]
    # "trust" means: whoever can open the socket. Its folder is closed to everybody but the server's user and root.
    done = subprocess.run(  # noqa: S603 - our own command line
        [*command, "--auth=trust", "--no-instructions"],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        env=_environment(),
        **user.as_arguments(),
    )
    if done.returncode != 0:
        raise EmbeddedFault(f"initdb failed:\n{(done.stdout + done.stderr).strip()}")
    fresh.rename(home / "data")


def _forget_crashed(home: Path) -> None:
    """Removes what a killed server left; called with the lock held, so nothing of it can be alive."""
    state = _read_state(home)
    if state and state.socket_dir.name.startswith("inspralv-"):
        shutil.rmtree(state.socket_dir, ignore_errors=True)
    (home / "data" / "postmaster.pid").unlink(missing_ok=True)


def _make_socket_dir(user: PostgresUser) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    is_ours = os.path.isdir(runtime) and os.stat(runtime).st_uid == os.geteuid() == user.uid  # noqa: PTH112, PTH116
    parent = runtime if is_ours and len(os.fsencode(runtime)) < _LONGEST_SOCKET_PATH - 40 else "/tmp"  # noqa: S108
    folder = Path(tempfile.mkdtemp(prefix="inspralv-", dir=parent))  # new, ours alone, mode 0700
    user.take_over(folder)
    return folder


def _options(socket_dir: Path, extra: Mapping[str, str]) -> list[str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "cluster_name": "inspralv",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **extra,
    }
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _read_state(home: Path) -> _State | None:
    try:
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
        return _State(pid=int(lines[0]), socket_dir=Path(lines[4]), is_ready=lines[7].strip() == "ready")
    except (FileNotFoundError, IndexError, ValueError):
        return None  # not there yet, or being written
    except PermissionError:
        raise EmbeddedFault(f"The server of {home} belongs to another user of this machine.") from None


def _answers(socket_dir: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(socket_dir / ".s.PGSQL.5432")) == 0


@contextlib.contextmanager
def _open_log(home: Path, user: PostgresUser) -> Iterator[int]:
    log = home / "postgresql.log"
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        log.replace(home / "postgresql.log.1")
    with log.open("ab") as file:
        user.take_over(file.fileno())
        yield file.fileno()


def _last_lines(file: Path, count: int = 10) -> str:
    return "\n".join(file.read_text(errors="replace").splitlines()[-count:])
