import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EXAMPLES: dict[str, dict[str, Any]] = json.loads((HERE / "examples.json").read_text())["examples"]
VECTORS: list[dict[str, str]] = json.loads((HERE / "webhook-signature-vectors.json").read_text())["vectors"]


def example(name: str) -> Any:
    """A fresh copy of one body."""
    return json.loads(json.dumps(EXAMPLES[name]["body"]))


def raw_example(name: str) -> bytes:
    return json.dumps(EXAMPLES[name]["body"]).encode()


def single_call(name: str, **changes: Any) -> Any:
    """An answer about one call, changed."""
    body = example(name)
    body["response"]["calls"][0] |= changes
    return body
