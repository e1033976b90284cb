"""Lighthouse on every page, as a phone and as a desktop sees it, and the weight of the dashboard's first load.

    .venv/bin/python bench/lighthouse.py [path …]

The demo's data, one web server, one worker and the provider sandbox run as they do under `inspralv up`. Lighthouse
itself is installed by npm into bench/lighthouse at the first run; Chromium is found as for the browser tests.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from ground import ROOT, free_port
from inspralv.demo.sign_ins import PASSWORD

sys.path.insert(0, str(ROOT / "scripts"))

from find_chromium import find  # noqa: E402 - the scripts are no package
from node import npm_command  # noqa: E402

HOST = "acme.localhost"
PLATFORM = "localhost"
BASE = "/w/lakeside-dental"
STRANGER = ("/login", "/signup", "/forgot-password")
MEMBER = (
    "/select-workspace", f"{BASE}/dashboard", f"{BASE}/agents", f"{BASE}/agents/new", "AGENT", f"{BASE}/conversations",
    "CONVERSATION", f"{BASE}/analytics", f"{BASE}/members", f"{BASE}/settings", f"{BASE}/audit",
    "/org/integrations", "/org/domains", "/org/settings", "/org/mail", "/org/mail/delivery", "/org/security",
    "/org/sign-in", "/org/plan", "/org/team", "/org/invitations", "/org/audit",
    "/account", "/account/email", "/account/password", "/account/two-factor", "/account/passkeys", "/account/sign-in",
    "/account/sessions", "/account/api-keys", "/account/deletion",
)  # fmt: skip
VISITOR = ("/", "/pricing", "/request-partner", "/legal/terms", "/super-admin/login")
OPERATOR = (
    "/super-admin", "/super-admin/partners", "/super-admin/partners/new", "PARTNER", "/super-admin/partner-requests",
    "/super-admin/users", "/super-admin/jobs", "/super-admin/webhooks", "/super-admin/mail", "/super-admin/audit",
)  # fmt: skip
DEVICES = ("phone", "desktop")
THEMES = ("light", "dark")
GOALS = {"performance": 97, "accessibility": 100, "best-practices": 100}
HERE = ROOT / "bench" / "lighthouse"
BUDGET = 60_000


@contextmanager
def running(folder: str) -> Iterator[int]:
    """The demo, started by its one command; yields its port."""
    port, sandbox = free_port(), free_port()
    environ = {
        **os.environ, "INSPRALV_DATA_DIR": folder, "INSPRALV_PORT": str(port), "INSPRALV_SANDBOX_PORT": str(sandbox),
    }  # fmt: skip
    command = [str(Path(sys.executable).parent / "inspralv"), "up"]
    process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
    try:
        for _ in range(600):
            if process.poll() is None and _is_healthy(port):
                break
            time.sleep(0.1)
        time.sleep(10)  # the demo's agents are brought to the sandbox
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _is_healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/health", headers={"host": f"localhost:{port}"}).is_success
    except httpx.HTTPError:
        return False


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the table: what it is called there, where it is, and who looks at it."""

    name: str
    url: str
    cookie: str


def sign_in(port: int, host: str, path: str, email: str) -> httpx.Client:
    """A client of somebody who may open every page there is on that host."""
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"host": f"{host}:{port}"})
    answer = client.post(path, data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    client.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
    return client


def places(port: int, owner: httpx.Client, operator: httpx.Client) -> Iterator[Place]:
    """Every page of the table; those of one thing are found on the list that leads to it."""
    single = {
        "AGENT": (owner, f"{BASE}/agents", f"{BASE}/agents/"),
        "CONVERSATION": (owner, f"{BASE}/conversations?status=completed", f"{BASE}/conversations/"),
        "PARTNER": (operator, "/super-admin/partners", "/super-admin/partners/"),
    }
    for host, who, paths in (
        (HOST, None, STRANGER), (HOST, owner, MEMBER), (PLATFORM, None, VISITOR), (PLATFORM, operator, OPERATOR),
    ):  # fmt: skip
        for path in paths:
            name, found = path, path
            if path in single:
                client, start, lead = single[path]
                link = re.search(rf'{lead}[0-9a-f-]{{36}}(?=")', client.get(start).text)
                assert link, f"no link to {lead}… on {start}"
                name, found = f"{lead}…", link[0]
            yield Place(name, f"http://{host}:{port}{found}", who.headers["cookie"] if who else "")


def weigh(client: httpx.Client) -> int:
    """Bytes of scripts and styles, compressed, that the dashboard's document asks for on a first visit."""
    page = client.get(f"{BASE}/dashboard").text
    asked = re.findall(r'<(?:script[^>]* src|link rel="(?:stylesheet|modulepreload)" href)="([^"]+)"', page)
    total = 0
    for path in asked:
        with client.stream("GET", path, headers={"accept-encoding": "br, gzip"}) as answer:
            size = len(b"".join(answer.iter_raw()))
        packed = answer.headers.get("content-encoding", "as it is")
        print(f"  {path}: {size:,} bytes ({packed})")
        total += size
    return total


def look(place: Place, device: str, theme: str) -> dict[str, object]:
    """One run of Lighthouse."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        flags = "--headless=new --no-sandbox" if os.geteuid() == 0 else "--headless=new"
        cookie = "; ".join(filter(None, (place.cookie, f"theme={theme}")))
        command = [
            str(HERE / "node_modules" / ".bin" / "lighthouse"), place.url, "--quiet", "--output=json",
            f"--output-path={report}", f"--only-categories={','.join(GOALS)}", f"--chrome-flags={flags}",
            "--max-wait-for-load=15000",  # a page with a live stream is never quiet
            *(["--preset=desktop"] if device == "desktop" else []),
            f"--extra-headers={json.dumps({'Cookie': cookie})}",
        ]  # fmt: skip
        _, node_folder = npm_command()
        path = f"{node_folder}{os.pathsep}{os.environ['PATH']}"
        environ = {**os.environ, "CHROME_PATH": str(find()), "PATH": path}
        for last in (False, False, True):  # on a busy machine the browser's recording now and then begins too late
            quiet = None if last else subprocess.DEVNULL
            done = subprocess.run(command, env=environ, check=last, stderr=quiet)  # noqa: S603 - our own words
            if done.returncode == 0:
                break
        seen = json.loads(report.read_text())
        assert seen["finalDisplayedUrl"] == place.url, f"{place.url} led to {seen['finalDisplayedUrl']}"
        return seen  # type: ignore[no-any-return]


def install() -> None:
    if not (HERE / "node_modules").exists():
        command, _ = npm_command()
        subprocess.run([*command, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE, check=True)  # noqa: S603


def main() -> None:
    install()
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with running(folder) as port:
            owner = sign_in(port, HOST, "/login", "olga@acme.test")
            operator = sign_in(port, PLATFORM, "/super-admin/login", "root@inspralv.test")
            print(f"first load of the dashboard: {weigh(owner):,} bytes of scripts and styles, at most {BUDGET:,}\n")
            print("| page | performance, phone | desktop | accessibility | best practices | short of |")
            print("|---|---|---|---|---|---|")
            for place in places(port, owner, operator):
                if sys.argv[1:] and place.name not in sys.argv[1:]:
                    continue
                row(place.name, {(device, theme): look(place, device, theme) for device in DEVICES for theme in THEMES})


def row(name: str, reports: dict[tuple[str, str], dict[str, object]]) -> None:
    """Print one line: the lowest score of both themes; what is short of its goal is named."""
    lowest: dict[tuple[str, str], int] = {}
    short: list[str] = []
    for (device, theme), report in reports.items():
        categories: dict[str, dict[str, object]] = report["categories"]  # type: ignore[assignment]
        audits: dict[str, dict[str, object]] = report["audits"]  # type: ignore[assignment]
        for key, goal in GOALS.items():
            score = round(100 * float(categories[key]["score"] or 0))  # type: ignore[arg-type]
            lowest[key, device] = min(score, lowest.get((key, device), 100))
            if score >= goal:
                continue
            short += [
                f"{device} {theme}: {ref['id']} {audits[ref['id']].get('displayValue', '')}"
                for ref in categories[key]["auditRefs"]  # type: ignore[attr-defined]
                if ref["weight"] and (audits[ref["id"]]["score"] or 0) < 0.9  # type: ignore[operator]
            ]
    scores = [
        *(lowest["performance", device] for device in DEVICES),
        *(min(lowest[key, device] for device in DEVICES) for key in ("accessibility", "best-practices")),
    ]
    print(f"| `{name}` | {' | '.join(map(str, scores))} | {', '.join(short)} |", flush=True)


if __name__ == "__main__":
    main()
