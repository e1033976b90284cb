import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EXAMPLES: dict[str, dict[str, Any]] = json.loads((HERE / "examples.json").read_text())["examples"]
VECTORS: list[dict[str, Any]] = json.loads((HERE / "webhook-auth-vectors.json").read_text())["vectors"]
ENDED_REASONS: dict[str, str] = json.loads((HERE / "ended-reason-map.json").read_text())["map"]


def example(name: str) -> Any:
    """A fresh copy of one body."""
    return json.loads(json.dumps(EXAMPLES[name]["body"]))


def raw_example(name: str) -> bytes:
    return json.dumps(EXAMPLES[name]["body"]).encode()
