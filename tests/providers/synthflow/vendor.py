"""A small vendor for the session's tests: assistants and actions that are kept as they are sent."""

from typing import Any

from tests.foundation.outbound.listener import Act, Received, as_json

Json = dict[str, Any]
GONE = as_json({"detail": {"status": "error", "description": "Assistant not found.", "request_id": "r"}}, 404)


class Vendor:
    """`spoil` may answer a request in another way; `dropped` are names of an agent that are lost in silence."""

    def __init__(self) -> None:
        self.assistants: dict[str, Json] = {}
        self.actions: dict[str, Json] = {}
        self.attached: dict[str, list[str]] = {}
        self.dropped: set[str] = set()
        self.spoil: Any = lambda asked: None  # noqa: ARG005

    def __call__(self, asked: Received) -> Act:
        spoiled: Act | None = self.spoil(asked)
        return spoiled or self.answer(asked)

    def answer(self, asked: Received) -> Act:
        parts = asked.path.removeprefix("/v2/").strip("/").split("/")
        match asked.method, parts:
            case "POST", ["assistants"]:
                model_id = f"{asked.json['type']}-{len(self.assistants) + 1}"
                self.keep(model_id, asked.json)
                self.attached[model_id] = []
                return ok({"model_id": model_id})
            case "GET", ["assistants"]:
                rows = [self.shown(model_id) for model_id in self.assistants]
                return ok({"assistants": rows, "pagination": {"total_records": len(rows)}})
            case "GET", ["assistants", model_id] if model_id in self.assistants:
                return ok({"assistants": [self.shown(model_id)]})
            case "PUT", ["assistants", model_id] if model_id in self.assistants:
                self.keep(model_id, asked.json)
                return ok({"model_id": model_id})
            case "DELETE", ["assistants", model_id] if self.assistants.pop(model_id, None):
                return ok({"answer": "Assistant deleted"})
            case _:
                return self.tools(asked, parts)

    def tools(self, asked: Received, parts: list[str]) -> Act:
        match asked.method, parts:
            case "POST", ["actions"]:
                action_id = f"action-{len(self.actions) + 1}"
                self.actions[action_id] = next(iter(asked.json.values()))
                return ok({"action_id": action_id})
            case "GET", ["actions", action_id] if action_id in self.actions:
                found = {"action_id": action_id, "parameters_hard_coded": self.actions[action_id]}
                return ok({"actions": [found]})
            case "POST", ["actions", "attach"]:
                self.attached[asked.json["model_id"]] += asked.json["actions"]
                return ok({})
            case "POST", ["actions", "detach"]:
                mine = self.attached[asked.json["model_id"]]
                self.attached[asked.json["model_id"]] = [one for one in mine if one not in asked.json["actions"]]
                return ok({})
            case "DELETE", ["actions", action_id] if self.actions.pop(action_id, None):
                return ok({})
        return GONE

    def keep(self, model_id: str, body: Json) -> None:
        there = self.assistants.setdefault(model_id, {"model_id": model_id, "agent": {}})
        agent = {name: value for name, value in body.get("agent", {}).items() if name not in self.dropped}
        there["agent"] |= agent
        there |= {name: value for name, value in body.items() if name != "agent"}

    def shown(self, model_id: str) -> Json:
        return self.assistants[model_id] | {"actions": self.attached[model_id]}


def ok(response: Any) -> Act:
    return as_json({"status": "success", "response": response})
