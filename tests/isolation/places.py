"""Where a request names a thing besides its path: fields of bodies and forms, and parameters of queries."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Union, get_args, get_origin
from uuid import UUID

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter, QueryParameter
from tests.isolation.askers import OPERATOR, PEOPLE, Asker
from tests.isolation.tenants import OTTO
from tests.world import OLGA

from inspralv.assembly import SLICES
from inspralv.foundation.web.json_body import JSON_KEY

KEEPER, PERSON = (next(one for one in PEOPLE if one.cast is cast) for cast in (OLGA, OTTO))
RIVAL, BOTH = ("rival",), ("bakery", "rival")
_HERE, _SHOP, _TELEPHONY = "/api/w/{workspace_slug:str}", "/w/{workspace_slug:str}", "/api/partner/telephony"
_NUMBERS, _NUMBER = f"{_TELEPHONY}/phone-numbers", f"{_TELEPHONY}/phone-numbers/{{number_id:uuid}}"
_IMPORT, _LENT = "/org/telephony/numbers/new", "/org/telephony/numbers/{number_id:uuid}"
_BINDING, _BOUND = f"{_HERE}/telephony/phone-numbers/{{number_id:uuid}}", f"{_SHOP}/telephony/{{number_id:uuid}}"
_CALL, _DIAL = (f"{base}/agents/{{agent_id:uuid}}/outbound-call" for base in (_HERE, _SHOP))
_NONE_FITS = "No entry matches"


@dataclass(frozen=True)
class Place:
    """A field that names a thing of a kind, in a request that is right otherwise.

    `sent` is all that is sent in the way of its kind, with "{it}" for the name of the thing and other names in braces for
    things of one's own. A filter tells what is one's own by `shows`, or lacks `empty`; a cursor has neither.
    """

    route: str
    field: str
    thing: str
    sent: dict[str, Any]
    who: Asker = KEEPER
    others: tuple[str, ...] = RIVAL
    shows: str = ""
    empty: str = ""

    @property
    def label(self) -> str:
        return f"{self.route} {self.field}"

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.route.partition(" ")[2]

    @property
    def in_query(self) -> bool:
        return self.method in {"GET", "DELETE"}


def _import_of(path: str) -> Iterator[Place]:
    """A number that is brought in, by the API or by the form."""
    own = {"phone_number": "{line}", "integration_id": "{integration_id}", "sip_trunk_id": "{trunk_id}"}
    for name, thing in (
        ("integration_id", "integration_id"), ("sip_trunk_id", "trunk_id"), ("assigned_workspace_id", "workspace_id"),
    ):  # fmt: skip
        yield Place(f"POST {path}", name, thing, own | {name: "{it}"})


def _change_of(route: str) -> Iterator[Place]:
    yield Place(route, "sip_trunk_id", "trunk_id", {"sip_trunk_id": "{it}"})
    yield Place(route, "assigned_workspace_id", "workspace_id", {"assigned_workspace_id": "{it}"})


def _binding() -> Iterator[Place]:
    for name in ("inbound_agent_id", "outbound_agent_id"):
        yield Place(f"PATCH {_BINDING}", name, "agent_id", {name: "{it}"}, PERSON, BOTH)
        yield Place(f"POST {_BOUND}", name, "agent_id", {name: "{it}"}, PERSON, BOTH)
    fallback = {"kind": "agent", "agent_id": "{it}"}
    yield Place(f"PATCH {_BINDING}", "fallback.agent_id", "agent_id", {"fallback": fallback}, PERSON, BOTH)
    on = {"hours_on": "true", "hours.timezone": "UTC", "hours.mon.0.start": "09:00", "hours.mon.0.end": "17:00"}
    typed = on | {f"fallback.{name}": value for name, value in fallback.items()}
    yield Place(f"POST {_BOUND}", "fallback.agent_id", "agent_id", typed, PERSON, BOTH)


def _calls() -> Iterator[Place]:
    for path in (_CALL, _DIAL):
        for name, thing in (("answersConversationId", "conversation_id"), ("fromNumber", "number")):
            yield Place(f"POST {path}", name, thing, {"customerNumber": "+14155550123", name: "{it}"}, PERSON, BOTH)
    yield Place(f"GET {_DIAL}", "answers", "conversation_id", {"answers": "{it}"}, PERSON, BOTH, shows="{number}")


def _of_workspace(path: str, name: str, thing: str, **rest: str) -> Place:
    """A filter of a list of the workspace."""
    return Place(f"GET {path}", name, thing, {name: "{it}"}, PERSON, BOTH, **rest)


def _lists() -> Iterator[Place]:
    for path in (f"{_HERE}/conversations", f"{_SHOP}/conversations", f"{_SHOP}/conversations/export.csv"):
        shows = "Caller {mark}" if path.endswith("csv") else "{conversation_id}"
        yield _of_workspace(path, "agent_id", "agent_id", shows=shows)
    yield _of_workspace(f"{_HERE}/conversations", "cursor", "cursor")
    for base in (_HERE, _SHOP):
        yield _of_workspace(f"{base}/activity", "conversation_id", "conversation_id", shows="{activity_id}")
    yield _of_workspace(f"{_HERE}/telephony/phone-numbers", "agent_id", "agent_id", shows="{number_id}")
    yield _of_workspace(f"{_HERE}/analytics", "agent", "agent_id", shows="4711")
    yield _of_workspace(f"{_SHOP}/analytics", "agent", "agent_id", shows="4,711")
    yield _of_workspace(f"{_SHOP}/analytics/export.csv", "agent", "agent_id", shows="4711")
    for name in ("workspace_id", "agent_id"):
        yield Place(f"GET {_NUMBERS}", name, name, {name: "{it}"}, shows="{number_id}")
    yield Place(f"GET {_IMPORT}", "trunk", "trunk_id", {"trunk": "{it}"}, shows='value="{trunk_id}" selected')


def _logs() -> Iterator[Place]:
    """The log, told to a workspace and to an agency; the files of it carry no id of who did it, but the address."""
    for base, who, others in ((_HERE, PERSON, BOTH), ("/api/partner", KEEPER, RIVAL)):
        yield Place(f"GET {base}/audit", "actor", "actor", {"actor": "{it}"}, who, others, shows="{actor}")
        yield Place(
            f"GET {base}/audit", "entity_id", "agent_id", {"entity_id": "{it}"}, who, others, shows="{agent_id}"
        )
        yield Place(f"GET {base}/audit", "cursor", "entry", {"cursor": "{it}"}, who, others)
    for base, who, others in ((_SHOP, PERSON, BOTH), ("/org", KEEPER, RIVAL)):
        for name, thing in (("actor", "actor"), ("entity_id", "agent_id")):
            yield Place(f"GET {base}/audit", name, thing, {name: "{it}"}, who, others, empty=_NONE_FITS)
            yield Place(f"GET {base}/audit/export", name, thing, {name: "{it}"}, who, others, shows="{email}")
        for path in (f"{base}/audit", f"{base}/audit/export"):
            yield Place(f"GET {path}", "cursor", "entry", {"cursor": "{it}"}, who, others)


PLACES: Final = (
    *_import_of(_NUMBERS), *_import_of(_IMPORT), *_change_of(f"PATCH {_NUMBER}"), *_change_of(f"POST {_LENT}"),
    *_binding(), *_calls(), *_lists(), *_logs(),
    Place("POST /api/partner/workspaces/{workspace_id:uuid}/integrations", "partner_integration_id", "integration_id",
          {"provider": "vapi", "partner_integration_id": "{it}"}),
    Place("POST /org/integrations/{integration_id:uuid}/workspaces", "workspace_id", "workspace_id",
          {"workspace_id": "{it}"}),
    Place("POST /api/partner/invitations", "workspace_assignments[].workspace_id", "workspace_id",
          {"email": "{new}@new.test", "workspace_assignments": [{"workspace_id": "{it}", "role": "member"}]}),
    Place("POST /org/invitations", "workspace.", "workspace_id",
          {"email": "{new}@new.test", "role": "member", "workspace.{it}": "member"}),
    Place("POST /api/account/api-keys", "workspace", "slug",
          {"name": "{new}", "scopes": ["workspace.agents:read"], "workspace": "{it}"}, PERSON, BOTH),
    Place("POST /account/api-keys", "workspace", "slug",
          {"name": "{new}", "access": "read", "life": "30", "workspace": "{it}"}, PERSON, BOTH),
    Place("PATCH /api/partner", "branding.logo_url", "logo", {"branding": {"logo_url": "/brand/{it}"}}),
    Place("PATCH /api/partner", "branding.favicon_url", "favicon", {"branding": {"favicon_url": "/brand/{it}"}}),
    *(Place("POST /org/settings", f"{kind}_url", kind, {f"{kind}_url": "/brand/{it}"}) for kind in ("logo", "favicon")),
    Place("DELETE /api/upload/logo", "filename", "loose", {"filename": "{it}"}),
    Place("GET /api/partner/mail/messages", "before", "mail_id", {"before": "{it}"}),
    Place("GET /org/mail", "before", "mail_id", {"before": "{it}"}),
    Place("DELETE /api/super-admin/partners/{partner_id:uuid}/domains", "domainId", "domain_id", {"domainId": "{it}"},
          OPERATOR),
)  # fmt: skip
# What is named like a thing and is none of a tenant's that others could name, and why.
NO_THING: Final = {
    "token": "a secret, which is tried at another agency where the link it stands in is tested",
    "client_id": "of the agency at its sign-in provider",
    "id": "of an authenticator, worth nothing without its signature; see tests/accounts/test_passkeys.py",
    "config.voice_id": "of a provider's voice, which is anybody's",
    "config.shared_outbound_phone_number_id": "of the provider, in the account of the key beside it",
    "config.account_id": "of the provider, in the account of the key beside it",
    "outbound_caller_id": "a telephone number that the trunk is told",
    "slug": "a name that is made, or asked for",
    "to": "where a link leads, to a page that looks for itself",
}
OPERATORS_LISTS: Final = "GET /super-admin"  # who runs the platform may choose among everybody's
_LIKE_A_THING = re.compile(
    r"(^|[._])(ids?|slug|token|cursor|filename)$|(^|\.)(actor|agent|partner|trunk|workspace)$|[a-z]Id$|_url$"
)
_LINKS: Final = {"tools_server_url", "crm_webhook_url", "server_url", "privacy_url", "terms_url", "help_url", "url"}


def named_in_requests() -> set[tuple[str, str]]:
    """Every field of a JSON body and every declared parameter of a query that is an id by its type, or named like a
    thing, with its route."""
    return {
        (f"{method} {path}", name)
        for part in SLICES
        for route in part.routes
        if isinstance(route, HTTPRouteHandler)
        for path in route.paths
        for method in route.http_methods - {"HEAD", "OPTIONS"}
        for name, kind in _fields_of(route, path)
        if kind is UUID or (_LIKE_A_THING.search(name) and name.rpartition(".")[2] not in _LINKS)
    }


def _fields_of(route: HTTPRouteHandler, path: str) -> Iterator[tuple[str, Any]]:
    if JSON_KEY in route.opt:
        yield from _leaves(route.opt[JSON_KEY], "")
    for name, parameter in inspect.signature(route.fn).parameters.items():
        about = getattr(parameter.annotation, "__metadata__", ())
        if name not in {"request", "data"} and f"{{{name}:" not in path and not _is_header(about):
            called = next((one.name for one in about if isinstance(one, QueryParameter) and one.name), name)
            yield from _leaves(parameter.annotation, called)


def _is_header(about: tuple[Any, ...]) -> bool:
    return any(isinstance(one, HeaderParameter) for one in about)


def _leaves(kind: Any, name: str, within: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The fields of a body down to plain values, dotted; entries of lists have "[]"."""
    if hasattr(kind, "__metadata__"):
        kind = get_args(kind)[0]
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        for one in get_args(kind):
            yield from _leaves(one, name, within)
    elif origin in {list, tuple}:
        yield from _leaves(get_args(kind)[0], f"{name}[]", within)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind not in within:
            for one in msgspec.structs.fields(kind):
                inner = f"{name}.{one.encode_name}" if name else one.encode_name
                yield from _leaves(one.type, inner, (*within, kind))
    elif kind not in {type(None), msgspec.UnsetType}:
        yield name, kind


def bodies() -> Iterator[type[msgspec.Struct]]:
    """Every struct that a JSON body is made of."""
    kinds = [route.opt[JSON_KEY] for part in SLICES for route in part.routes if JSON_KEY in getattr(route, "opt", {})]
    seen = set[Any]()
    while kinds:
        kind = kinds.pop()
        kinds += get_args(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen:
            seen.add(kind)
            kinds += [one.type for one in msgspec.structs.fields(kind)]
            yield kind
