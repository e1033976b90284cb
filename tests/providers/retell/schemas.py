"""Checks requests and answers against the description of the vendor's API, and counts them."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

URN = "urn:retell"


class Schemas:
    def __init__(self, description: Path) -> None:
        content = json.loads(description.read_text().replace('"#/components/', f'"{URN}#/components/'))
        resource = Resource.from_contents(content, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(URN, resource)
        self._paths = {
            re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"): operations
            for path, operations in content["paths"].items()
        }
        self.checked: Counter[str] = Counter()
        self.operations: set[str] = set()

    def request(self, method: str, path: str, query: dict[str, str], body: object) -> None:
        operation = self._operation(method, path)
        known = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"}
        assert set(query) <= known, (method, path, query)
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content and body is not None:
            self._check(content["schema"], body, f"{method} {path}")
            unknown = self._unknown(content["schema"], body)
            assert not unknown, (method, path, unknown)
        self.checked["requests"] += 1

    def answer(self, method: str, path: str, status: int, body: bytes) -> None:
        answers = self._operation(method, path)["responses"]
        assert str(status) in answers or status >= 400, (method, path, status, list(answers))  # noqa: PLR2004
        content = answers.get(str(status), {}).get("content", {}).get("application/json")
        if status < 400 and content:  # noqa: PLR2004
            self._check(content["schema"], json.loads(body), f"{method} {path}")
        elif status < 400:  # noqa: PLR2004
            assert body == b"", (method, path, body)
        else:
            assert json.loads(body)["status"] == "error"
        self.checked["answers"] += 1

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        for pattern, operations in self._paths.items():
            if pattern.match(path) and method.lower() in operations:
                found: dict[str, Any] = operations[method.lower()]
                self.operations.add(found["operationId"])
                return found
        raise AssertionError(f"there is no {method} {path}")

    def _check(self, schema: dict[str, Any], body: object, place: str) -> None:
        errors = list(Draft202012Validator(schema, registry=self._registry).iter_errors(body))
        assert not errors, (place, [f"{error.json_path}: {error.message[:300]}" for error in errors])

    def _unknown(self, schema: dict[str, Any], body: object) -> set[str]:
        if "$ref" in schema:
            schema = self._registry.resolver().lookup(schema["$ref"]).contents
        known = schema.get("properties")
        return set(body) - set(known) if known and isinstance(body, dict) else set()
