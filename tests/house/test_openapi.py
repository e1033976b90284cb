"""The description of the API: sound OpenAPI 3.1, complete in both directions, and without a secret in any answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.conftest import Site
from tests.house.routes import all_routes, is_write, label
from tests.world import WIM

from inspralv.assembly import RouteRow

Document = dict[str, Any]
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
METHODS = {"get", "post", "put", "patch", "delete"}
OWN_DOCUMENT = "/api/openapi.json"  # served, but no operation of the API it describes
SECRET = re.compile(r"secret|password|token|cookie|hash|api_?key|private|credential", re.IGNORECASE)
# They count, say that there is a secret, or show a few characters of it; none is one.
HARMLESS = {"max_tokens", "has_default_secret_key", "has_smtp_password", "secret_hint"}
# The answers that show a secret: it is new, made for the caller, and not to be had a second time.
SHOWN_ONCE = {
    "POST /api/w/{workspace_slug:str}/signing-secret": {"secret"},
    "POST /api/account/api-keys": {"token"},
    "POST /api/account/two-factor": {"secret"},
}
# Links of mails lead here: the address is all there is, the token is good once and only for the person it was mailed to.
IN_AN_ADDRESS = {
    ("get", "/api/partner-invitations/accept", "token"),
    ("get", "/api/workspace-invitations/accept", "token"),
}
# Asked by machines we do not choose: a load balancer, a provider, the proxy.
FOR_MACHINES = {"/api/health", "/api/webhooks/{provider:str}/{token:str}", "/api/internal/tls-check"}
ROWS = [row for row in all_routes() if row.path.startswith("/api/") and row.path != OWN_DOCUMENT]


@pytest.fixture(scope="module")
async def document(site: Site) -> Document:
    answer = await site.at("localhost").get(OWN_DOCUMENT)
    assert answer.status_code == 200
    return dict(answer.json())


def plain(path: str) -> str:
    return re.sub(r":\w+\}", "}", path)


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def of(document: Document, row: RouteRow) -> Document:
    return dict(document["paths"][plain(row.path)][row.method.lower()])


def every(value: Any, key: str) -> Iterator[Any]:
    """Every value under a key, at any depth."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for inner in value.values():
            yield from every(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from every(inner, key)


def resolve(document: Document, ref: str) -> Any:
    found: Any = document
    for part in ref.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


def reachable(document: Document, schema: Any) -> list[Document]:
    """A schema and all that it refers to."""
    waiting, met = [schema], set[str]()
    found = []
    while waiting:
        found.append(waiting.pop())
        new = set(every(found[-1], "$ref")) - met
        met |= new
        waiting += [resolve(document, ref) for ref in new]
    return found


def test_the_document_is_openapi_3_1(document: Document) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"]
    assert document["info"]["version"]
    assert set(document) <= {"openapi", "info", "paths", "components", "tags", "servers", "security"}
    for method, path, operation in operations(document):
        assert method in METHODS
        assert path.startswith("/api/")
        assert operation["responses"]
        assert all(re.fullmatch(r"[1-5]\d\d", status) for status in operation["responses"])
        assert all(answer["description"] for answer in operation["responses"].values())
        for requirement in operation["security"]:
            assert set(requirement) <= set(document["components"]["securitySchemes"])


def test_every_reference_leads_somewhere_and_every_schema_is_one(document: Document) -> None:
    for ref in set(every(document, "$ref")):
        assert resolve(document, ref), ref
    for schema in [*document["components"]["schemas"].values(), *every(document["paths"], "schema")]:
        Draft202012Validator.check_schema(schema)


def test_path_parameters_are_those_of_the_path(document: Document) -> None:
    for method, path, operation in operations(document):
        given = {(p["name"], p["in"]) for p in operation.get("parameters", ())}
        assert len(given) == len(operation.get("parameters", ())), (method, path)
        named = {name for name, place in given if place == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path)), (method, path)
        assert all(p["required"] for p in operation.get("parameters", ()) if p["in"] == "path")


def test_routes_and_description_are_the_same_set(document: Document) -> None:
    described = {(method.upper(), path) for method, path, _ in operations(document)}
    assert described == {(row.method, plain(row.path)) for row in ROWS}


def test_operations_have_names_of_their_own(document: Document) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    for _, _, operation in operations(document):
        assert operation["summary"]
        assert operation["description"]
        assert len(operation["tags"]) == 1


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_every_error_is_described(document: Document, row: RouteRow) -> None:
    """What an access can refuse, and what can befall any request."""
    answers = of(document, row)["responses"]
    wanted = {"400", "429", "500", "503"}
    if row.access in {"signed_in", "partner", "workspace", "staff"}:
        wanted |= {"401"}
    if row.access in {"partner", "workspace", "staff"}:
        wanted |= {"403"}
    if row.access == "workspace" or "{" in row.path:
        wanted |= {"404"}
    if row.access == "signed_by_provider":
        wanted |= {"401", "404", "413"}
    if is_write(row):
        wanted |= {"403", "413"}
    if any(p["name"] == "If-Match" for p in of(document, row).get("parameters", ())):
        wanted |= {"409"}
    assert wanted <= set(answers)
    for status, answer in answers.items():
        if not status.startswith("2"):
            assert answer["content"] == PROBLEM, status


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_every_success_is_an_envelope(document: Document, row: RouteRow) -> None:
    """One success, and `{"data": …}` in it; health and webhooks answer whom we do not choose."""
    answers = {status: a for status, a in of(document, row)["responses"].items() if status.startswith("2")}
    assert len(answers) == 1
    (answer,) = answers.values()
    if row.path in FOR_MACHINES:
        return  # they answer as is expected there
    schema = answer["content"]["application/json"]["schema"]
    schema = resolve(document, schema["$ref"]) if "$ref" in schema else schema
    assert schema["type"] == "object"
    assert list(schema["properties"]) == ["data"]
    assert schema["required"] == ["data"]


async def test_asking_for_the_description_changes_no_answer(site: Site, document: Document) -> None:
    """The framework notes things in the handlers while it describes them."""
    answer = await site.as_(WIM).post("/api/w/clinic/agents", json=[])
    assert [error["pointer"] for error in answer.json()["errors"]] == [""]


def test_the_problem_is_the_one_we_answer(document: Document) -> None:
    problem = document["components"]["schemas"]["Problem"]
    assert set(problem["properties"]) == {
        "type", "title", "status", "detail", "code", "error", "requestId", "errors"
    }  # fmt: skip
    assert set(problem["required"]) >= {"title", "status", "detail", "code", "error"}


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_no_answer_has_a_field_for_a_secret(document: Document, row: RouteRow) -> None:
    for answer in of(document, row)["responses"].values():
        for schema in reachable(document, answer):
            for properties in every(schema, "properties"):
                assert {name for name in properties if SECRET.search(name)} <= HARMLESS | SHOWN_ONCE.get(
                    label(row), set()
                )


@pytest.mark.parametrize("row", [row for row in ROWS if is_write(row)], ids=label)
def test_bodies_refuse_what_they_do_not_know(document: Document, row: RouteRow) -> None:
    for kind, content in of(document, row).get("requestBody", {}).get("content", {}).items():
        if kind.startswith("multipart/"):  # an upload is its file; browsers add parts of their own
            continue
        for schema in reachable(document, content["schema"]):
            if "properties" in schema and row.access != "signed_by_provider":
                assert schema["additionalProperties"] is False, schema.get("title")


def test_parameters_that_are_secret_are_never_asked_for_in_an_address(document: Document) -> None:
    for method, path, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query" and (method, path, parameter["name"]) not in IN_AN_ADDRESS:
                assert not SECRET.search(parameter["name"]), (method, path)
