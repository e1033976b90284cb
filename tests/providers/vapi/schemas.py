"""Checks bodies against the vendor's schemas, and for properties the vendor does not know and therefore refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

URN = "urn:vapi:core-schemas"
ANYTHING: dict[str, Any] = {}


class Schemas:
    def __init__(self, bundle: Path) -> None:
        content = json.loads(bundle.read_text().replace('"#/$defs/', f'"{URN}#/$defs/'))
        self.definitions: dict[str, Any] = content["$defs"]
        self._validators: dict[int, Draft202012Validator] = {}
        self._registry: Registry[Any] = Registry().with_resource(URN, Resource.from_contents(content))

    def check(self, name: str, body: object) -> None:
        schema = {"$ref": f"{URN}#/$defs/{name}"}
        validator = Draft202012Validator(schema, registry=self._registry)
        errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]
        assert not errors, errors
        unknown = sorted(set(self._unknown(schema, body, "$")))
        assert not unknown, unknown

    def enum(self, definition: str, name: str) -> set[Any]:
        found: set[Any] = set()
        for schema in self._branches(self.definitions[definition]["properties"][name]):
            found |= set(schema.get("enum", ()))
        return found

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        """Schemas are parts of the bundle, which lives as long as this object: their identity is a fit key."""
        if id(schema) not in self._validators:
            self._validators[id(schema)] = Draft202012Validator(schema, registry=self._registry)
        return self._validators[id(schema)]

    def _branches(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if "$ref" in schema:
            schema = self.definitions[schema["$ref"].rpartition("/")[2]]
        inner = [*schema.get("anyOf", ()), *schema.get("allOf", ())]
        yield from [branch for one in inner for branch in self._branches(one)] or [schema]

    def _unknown(self, schema: dict[str, Any], value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict | list):
            return
        fitting = [one for one in self._branches(schema) if self._validator(one).is_valid(value)]
        if isinstance(value, list):
            for item in value:
                for one in fitting:
                    yield from self._unknown(one.get("items", ANYTHING), item, f"{path}[]")
        if isinstance(value, dict) and any("properties" in one for one in fitting):
            known: dict[str, Any] = {}
            for one in fitting:
                known |= one.get("properties", {})
            for key, item in value.items():
                if key in known:
                    yield from self._unknown(known[key], item, f"{path}.{key}")
                else:
                    yield f"{path}.{key}"
