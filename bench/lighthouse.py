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
STRANGER = ("/login", "/signup", "/forgot-password", "/goodbye", "/docs", "/docs?area=agents")
MEMBER = (
    "/select-workspace", "/workspace-onboarding", "/setup-profile", f"{BASE}/dashboard", f"{BASE}/agents", f"{BASE}/agents/new",
    f"{BASE}/agents/…", f"{BASE}/conversations", f"{BASE}/conversations/…", f"{BASE}/analytics", f"{BASE}/members",
    f"{BASE}/members/…", f"{BASE}/members/invitations", f"{BASE}/settings", f"{BASE}/audit",
    "/org/integrations", "/org/domains", "/org/domains/acme.localhost", "/org/settings", "/org/mail", "/org/mail/…",
    "/org/mail/delivery", "/org/security", "/org/sign-in", "/org/plan", "/org/workspaces/…/limits", "/org/team", "/org/team/…",
    "/org/invitations", "/org/audit",
    "/account", "/account/email", "/account/password", "/account/two-factor", "/account/passkeys", "/account/sign-in",
    "/account/sessions", "/account/api-keys", "/account/deletion",
)  # fmt: skip
VISITOR = (
    "/",
    "/pricing",
    "/request-partner",
    "/legal/terms",
    "/legal/privacy",
    "/legal/imprint",
    "/super-admin/login",
)
OPERATOR = (
    "/super-admin", "/super-admin/partners", "/super-admin/partners/new", "/super-admin/partners/…",
    "/super-admin/partner-requests", "/super-admin/partner-requests/…", "/super-admin/users", "/super-admin/users/…/…",
    "/super-admin/jobs", "/super-admin/webhooks", "/super-admin/mail", "/super-admin/mail/…", "/super-admin/audit",
)  # fmt: skip
# Where the first link to a page of one thing is found, if not on the list its path begins with.
LISTS = {
    f"{BASE}/conversations/…": f"{BASE}/conversations?status=completed",
    "/org/workspaces/…/limits": "/org/plan",
}
APPLICATION = {
    "company_name": "Bench", "contact_name": "Bench", "contact_email": "owner@bench.test", "phone": "+1 415 555 0100",
    "business_description": "We build voice agents for dentists and bakers.", "use_case": "Reception and bookings.",
    "expected_users": 10, "desired_subdomain": "bench",
}  # fmt: skip
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


def stage(port: int, owner: httpx.Client) -> None:
    """What the demo lacks, through the product's own doors: an application, and with an invitation a mail of the partner."""
    visitor = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"host": f"{PLATFORM}:{port}"})
    visitor.post("/api/partner-requests", json=APPLICATION).raise_for_status()
    owner.post("/api/partner/invitations", json={"email": "colleague@bench.test", "role": "member"}).raise_for_status()


def places(port: int, owner: httpx.Client, operator: httpx.Client, wanted: list[str]) -> Iterator[Place]:
    """The wanted pages of the table, or all; those of one thing are found on the list that leads to it."""
    for host, who, paths in (
        (HOST, None, STRANGER), (HOST, owner, MEMBER), (PLATFORM, None, VISITOR), (PLATFORM, operator, OPERATOR),
    ):  # fmt: skip
        for path in paths:
            if wanted and path not in wanted:
                continue
            found = _first(path, who) if who and "…" in path else path
            yield Place(path, f"http://{host}:{port}{found}", who.headers["cookie"] if who else "")


def _first(path: str, who: httpx.Client) -> str:
    start = LISTS.get(path, path.partition("/…")[0])
    link = re.search(re.escape(path).replace("…", "[0-9a-f-]{36}") + '(?=")', who.get(start).text)
    assert link, f"no link to {path} on {start}"
    return link[0]


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
            stage(port, owner)
            print(f"first load of the dashboard: {weigh(owner):,} bytes of scripts and styles, at most {BUDGET:,}\n")
            print("| page | performance, phone | desktop | accessibility | best practices | short of |")
            print("|---|---|---|---|---|---|")
            for place in places(port, owner, operator, sys.argv[1:]):
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
