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
from pathlib import Path

import httpx

from ground import ROOT, free_port
from inspralv.demo.sign_ins import PASSWORD

sys.path.insert(0, str(ROOT / "scripts"))

from find_chromium import find  # noqa: E402 - the scripts are no package
from node import npm_command  # noqa: E402

HOST = "acme.localhost"
BASE = "/w/lakeside-dental"
STRANGER = ("/login", "/signup", "/forgot-password")
MEMBER = (
    "/select-workspace", f"{BASE}/dashboard", f"{BASE}/agents", f"{BASE}/agents/new", "AGENT", f"{BASE}/conversations",
    "CONVERSATION", f"{BASE}/analytics", f"{BASE}/members", f"{BASE}/settings", "/org/integrations",
)  # fmt: skip
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


def sign_in(port: int) -> httpx.Client:
    """A client of the owner, who may open every page."""
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"host": f"{HOST}:{port}"})
    answer = client.post("/login", data={"email": "olga@acme.test", "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    client.headers["cookie"] = f"session={answer.cookies['session']}"
    return client


def addresses(client: httpx.Client) -> dict[str, str]:
    """Every page by what it is called in the table."""
    found = {
        "AGENT": re.search(rf'{BASE}/agents/[0-9a-f-]{{36}}(?=")', client.get(f"{BASE}/agents").text),
        "CONVERSATION": re.search(
            rf'{BASE}/conversations/[0-9a-f-]{{36}}(?=")', client.get(f"{BASE}/conversations?status=completed").text
        ),
    }
    names = {"AGENT": f"{BASE}/agents/…", "CONVERSATION": f"{BASE}/conversations/…"}
    return {names.get(path, path): found[path][0] if path in found else path for path in (*STRANGER, *MEMBER)}  # type: ignore[index]


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


def look(url: str, cookie: str, device: str) -> dict[str, object]:
    """One run of Lighthouse."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        flags = "--headless=new --no-sandbox" if os.geteuid() == 0 else "--headless=new"
        command = [
            str(HERE / "node_modules" / ".bin" / "lighthouse"), url, "--quiet", "--output=json",
            f"--output-path={report}", f"--only-categories={','.join(GOALS)}", f"--chrome-flags={flags}",
            "--max-wait-for-load=15000",  # a page with a live stream is never quiet
            *(["--preset=desktop"] if device == "desktop" else []),
            *([f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []),
        ]  # fmt: skip
        _, node_folder = npm_command()
        path = f"{node_folder}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(command, env={**os.environ, "CHROME_PATH": str(find()), "PATH": path}, check=True)  # noqa: S603
        seen = json.loads(report.read_text())
        assert seen["finalDisplayedUrl"] == url, f"{url} led to {seen['finalDisplayedUrl']}"
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
            client = sign_in(port)
            print(f"first load of the dashboard: {weigh(client):,} bytes of scripts and styles, at most {BUDGET:,}")
            print(
                "\n| page | device | performance | accessibility | best practices | short of |\n|---|---|---|---|---|---|"
            )
            for name, path in addresses(client).items():
                if sys.argv[1:] and name not in sys.argv[1:]:
                    continue
                for device in ("phone", "desktop"):
                    row(
                        name,
                        device,
                        look(
                            f"http://{HOST}:{port}{path}", "" if name in STRANGER else client.headers["cookie"], device
                        ),
                    )


def row(name: str, device: str, report: dict[str, object]) -> None:
    """Print one line; what is short of its goal is named."""
    categories: dict[str, dict[str, object]] = report["categories"]  # type: ignore[assignment]
    audits: dict[str, dict[str, object]] = report["audits"]  # type: ignore[assignment]
    scores = {key: round(100 * float(categories[key]["score"] or 0)) for key in GOALS}  # type: ignore[arg-type]
    short = [
        f"{ref['id']} {audits[ref['id']].get('displayValue', '')}"
        for key, goal in GOALS.items() if scores[key] < goal
        for ref in categories[key]["auditRefs"]  # type: ignore[attr-defined]
        if ref["weight"] and (audits[ref["id"]]["score"] or 0) < 0.9  # type: ignore[operator]
    ]  # fmt: skip
    print(f"| {name} | {device} | {' | '.join(map(str, scores.values()))} | {', '.join(short)} |", flush=True)


if __name__ == "__main__":
    main()
