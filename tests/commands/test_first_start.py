"""An installation of one's own, from an empty database to the operator's sign-in, as the operations guide says."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.ports import free_port

from inspralv.foundation.db.embedded import EmbeddedServer

HOST, OPERATOR, PASSWORD = "voice.operator.example", "ruth@operator.example", "Try-Inspralv-2026"
PATIENCE = 60


@pytest.fixture(scope="module")
def environ(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What must be given in production, and where the test is."""
    server.ensure_database("first_start")
    return {
        **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        "INSPRALV_MODE": "production",
        "INSPRALV_PLATFORM_HOST": HOST,
        "INSPRALV_SECRET_KEY": "k" * 40,
        "INSPRALV_MASTER_KEYS": f"1:{base64.b64encode(bytes(32)).decode()}",
        "DATABASE_URL": server.dsn("first_start"),
        "INSPRALV_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "INSPRALV_PORT": str(free_port(keep=True)),
    }


def _run(environ: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "inspralv.cli", *command], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def web(environ: dict[str, str]) -> Iterator[httpx.Client]:
    """The web server of the new installation, asked as Caddy would."""
    for _ in range(2):  # safe to repeat
        _run(environ, "migrate")
    assert OPERATOR in _run(environ, "admin", "add", OPERATOR, "--name", "Ruth Root", "--password", PASSWORD)
    log = Path(environ["INSPRALV_DATA_DIR"]) / "web.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [sys.executable, "-m", "inspralv.cli", "serve"], env=environ, stdout=out, stderr=subprocess.STDOUT
        ) as process,
    ):
        address = f"http://127.0.0.1:{environ['INSPRALV_PORT']}"
        with httpx.Client(base_url=address, headers={"host": HOST}) as client:
            deadline = time.monotonic() + PATIENCE
            while not _answers(client):
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield client
        process.terminate()
        process.wait(PATIENCE)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/api/health").is_success
    except httpx.TransportError:
        return False


def test_the_platform_is_there(web: httpx.Client) -> None:
    assert web.get("/").status_code == 200
    partner = web.get("/api/partner").json()["data"]["partner"]
    assert (partner["name"], partner["is_platform_partner"]) == ("Inspralv", True)


def test_its_own_host_gets_a_certificate(web: httpx.Client) -> None:
    for host, status in ((HOST, 200), ("elsewhere.example", 404)):
        asked = web.get("/api/internal/tls-check", params={"domain": host}, headers={"host": "127.0.0.1"})
        assert asked.status_code == status, host


def test_the_operator_signs_in_and_sets_up_the_second_factor(web: httpx.Client) -> None:
    form = {"email": OPERATOR, "password": PASSWORD}
    entered = web.post("/super-admin/login", data=form, headers={"origin": f"https://{HOST}"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/super-admin/login/two-factor")


def test_another_host_is_one_more(web: httpx.Client, environ: dict[str, str]) -> None:
    _run(environ | {"INSPRALV_PLATFORM_HOST": "new.operator.example"}, "migrate")
    with psycopg.connect(environ["DATABASE_URL"]) as database:
        sql = "SELECT d.hostname, d.is_primary FROM app.partner_domains d JOIN app.partners p ON p.id = d.partner_id ORDER BY 1"
        assert database.execute(sql).fetchall() == [("new.operator.example", False), (HOST, True)]


def test_a_lost_phone(environ: dict[str, str], web: httpx.Client) -> None:
    assert "sets up a second factor" in _run(environ, "admin", "reset-two-factor", OPERATOR)


def test_the_log_is_proved_against_heads_kept_elsewhere(
    environ: dict[str, str], web: httpx.Client, tmp_path: Path
) -> None:
    heads = tmp_path / "heads.txt"
    heads.write_text(_run(environ, "audit", "heads"))
    assert "in order" in _run(environ, "audit", "verify", "--heads", str(heads))
