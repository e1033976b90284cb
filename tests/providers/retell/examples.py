import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_EXAMPLES: dict[str, Any] = json.loads((HERE / "examples.json").read_text())
ANSWERS: dict[str, Any] = _EXAMPLES["rest_responses"]
WEBHOOKS: dict[str, Any] = _EXAMPLES["webhooks"]
REQUESTS: list[dict[str, Any]] = json.loads((HERE / "wire_requests.json").read_text())["requests"]
VECTORS: list[dict[str, Any]] = json.loads((HERE / "webhook_vectors.json").read_text())["vectors"]


def webhook(name: str, **changes: Any) -> bytes:
    """The body of an example, its call changed."""
    body = json.loads(json.dumps(WEBHOOKS[name]))
    body.get("call", {}).update(changes)
    return json.dumps(body).encode()
