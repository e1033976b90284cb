"""Scopes of an API key: which part of a person's rights it carries. Each is an area and how far it reaches there,
for instance `workspace.agents:read`. What a key may do is what its person may do now, and no more than its scopes say.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from inspralv.tenancy.permissions import P

ACCOUNT: Final = "account"
_READING: Final = ("read", "stats", "export")


def area_of(permission: P) -> str:
    """Return the area of a permission: its name without the last part."""
    return permission.value.rpartition(".")[0]


@cache
def scope_of(permission: P) -> str:
    """Return the scope that a key needs to use a permission."""
    return f"{area_of(permission)}:{'read' if permission.value.rpartition('.')[2] in _READING else 'write'}"


def account_scope(method: str) -> str:
    """Return the scope for what belongs to the person alone, by the method of the request."""
    return f"{ACCOUNT}:{'read' if method in {'GET', 'HEAD'} else 'write'}"


# Every scope there is, in the order of the permissions. The operator's console takes no keys.
SCOPES: Final[tuple[str, ...]] = tuple(
    dict.fromkeys(
        [scope_of(p) for p in P if not p.value.startswith("platform.")] + [f"{ACCOUNT}:read", f"{ACCOUNT}:write"]
    )
)


def is_of_workspaces(scope: str) -> bool:
    """Whether a scope is about workspaces: the only kind that a key for one workspace can carry."""
    return scope.startswith("workspace")
