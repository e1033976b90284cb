"""Checks requests and answers against the description of the API, and counts what was checked."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

URN = "urn:synthflow:openapi-core"
CREATED = 200
# The description types these as whole numbers between 0 and 1; what is meant is any number in between.
FRACTIONS = ("voice_stability", "voice_similarity_boost", "voice_style")


class Schemas:
    def __init__(self, document: Path) -> None:
        content = json.loads(document.read_text().replace('"#/components/', f'"{URN}#/components/'))
        for name in FRACTIONS:
            content["components"]["schemas"]["Agent"]["properties"][name]["type"] = "number"
        self._paths: dict[str, Any] = content["paths"]
        self._registry: Registry[Any] = Registry().with_resource(URN, Resource.opaque(content))
        self.checked: Counter[str] = Counter()
        self.operations: set[str] = set()

    def check(self, name: str, body: object) -> None:
        self._validate({"$ref": f"{URN}#/components/schemas/{name}"}, body, name)

    def request(self, method: str, path: str, query: Mapping[str, str], body: object) -> None:
        """A request fits an operation: its body, and no parameter that nobody knows."""
        template, operation = self._operation(method, path)
        parameters = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
        unknown = set(query) - {one["name"] for one in parameters}
        assert not unknown, f"{method} {template}: unknown parameters {unknown}"
        missing = {one["name"] for one in parameters if one.get("required")} - set(query)
        assert not missing, f"{method} {template}: missing parameters {missing}"
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is not None:
            self._validate(content["schema"], body, f"{method} {template}")
            self._known(content["schema"], body, f"{method} {template}")
        else:
            assert body is None, f"{method} {template} takes no body"
        self.operations.add(operation["operationId"])
        self.checked["requests"] += 1

    def answer(self, method: str, path: str, status: int, body: object) -> None:
        template, operation = self._operation(method, path)
        responses = operation["responses"]
        described = responses.get(str(status)) or (responses.get("400") if status != CREATED else None)
        assert described, f"{method} {template} never answers {status}"
        self._validate(described["content"]["application/json"]["schema"], body, f"{method} {template} {status}")
        self.operations.add(operation["operationId"])
        self.checked["answers"] += 1

    def _operation(self, method: str, path: str) -> tuple[str, Any]:
        bare = re.sub(r"^(/synthflow)?(/us|/eu)?/v2", "", path)
        for template, methods in sorted(self._paths.items(), key=lambda one: one[0].count("{")):
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", template.rstrip("/"))
            if method.lower() in methods and re.fullmatch(f"{pattern}/?", bare):
                return template, methods[method.lower()]
        raise AssertionError(f"there is no operation {method} {bare}")

    def _validate(self, schema: Any, body: object, name: str) -> None:
        validator = Draft202012Validator(schema, registry=self._registry)
        errors = [f"{name} {error.json_path}: {error.message}" for error in validator.iter_errors(body)]
        assert not errors, errors

    def _known(self, schema: Any, body: object, name: str) -> None:
        """Unknown properties are passed over in silence over there, so none may be sent."""
        while "$ref" in schema:
            found = self._registry.contents(URN)
            for part in schema["$ref"].rpartition("#/")[2].split("/"):
                found = found[part]
            schema = found
        if isinstance(body, dict) and "oneOf" not in schema and "properties" in schema:
            unknown = set(body) - set(schema["properties"])
            assert not unknown, f"{name}: unknown {unknown}"
            for key, value in body.items():
                self._known(schema["properties"][key], value, f"{name}.{key}")
        if isinstance(body, list) and "items" in schema:
            for one in body:
                self._known(schema["items"], one, name)
