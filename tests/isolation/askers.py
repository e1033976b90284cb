"""Who walks: people with their sessions, programs with their keys, and who runs the platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import asyncpg
from tests.isolation.tenants import IVY, OTTO
from tests.world import ACME, ADAM, CLINIC, MIA, NOA, OLGA, STAN, VERA, Cast

from inspralv.foundation.ids import uuid7
from inspralv.foundation.secrets import token_hash
from inspralv.tenancy.scopes import SCOPES

_OPERATOR = UUID("019b7700-0900-7000-8000-000000000902")
_STAFF, _VIEW = "session-of-the-operator", "view-of-the-operator"
_OTTOS_KEY, _OLGAS_KEY = "ik_key-of-otto-for-the-clinic", "ik_key-of-olga"


@dataclass(frozen=True)
class Asker:
    """Where somebody asks and what they show. `cast` is whose rights that carries; None: nobody's of a partner."""

    name: str
    host: str
    shown: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cast: Cast | None = None
    only_api: bool = False
    only_looks: bool = False

    def at(self, host: str) -> Asker:
        """The same, asking somewhere else, where it carries nobody's rights."""
        return Asker(f"{self.name} at {host}", host, self.shown, None, self.only_api, self.only_looks)


def _person(cast: Cast) -> Asker:
    return Asker(cast.name, cast.host, {"cookie": f"session={cast.token}"}, cast)


PEOPLE = tuple(map(_person, (VERA, MIA, IVY, OTTO, NOA, ADAM, OLGA)))
RIVAL_OWNER = _person(STAN)
NOBODY = Asker("anybody", OLGA.host)
KEYS = (
    Asker("a key of otto's for the clinic", OTTO.host, {"authorization": f"Bearer {_OTTOS_KEY}"}, OTTO, only_api=True),
    Asker("a key of olga's", OLGA.host, {"authorization": f"Bearer {_OLGAS_KEY}"}, OLGA, only_api=True),
)
OPERATOR = Asker("the operator", "localhost", {"cookie": f"staff={_STAFF}"})
LOOKING = Asker("the operator as olga", OLGA.host, {"cookie": f"view={_VIEW}"}, OLGA, only_looks=True)


async def let_in(rows: asyncpg.Connection) -> None:
    """Lay down the keys, with every scope there is, and the operator's session with a view as Olga."""
    now = datetime.now(UTC)
    for token, person, workspace in ((_OTTOS_KEY, OTTO, CLINIC), (_OLGAS_KEY, OLGA, None)):
        await rows.execute(
            "INSERT INTO app.api_keys (partner_id, id, user_id, name, hint, token_hash, scopes, workspace_id, created_at)"
            " VALUES ($1, $2, $3, 'Robot', 'ik_key', $4, to_jsonb($5::text[]), $6, $7)",
            ACME, uuid7(now), person.id, token_hash(token), sorted(SCOPES), workspace, now,
        )  # fmt: skip
    await rows.execute(
        "INSERT INTO app.super_admin (id, email, password_hash, created_at, updated_at)"
        " VALUES ($1, 'operator@inspralv.test', '', $2, $2)", _OPERATOR, now,
    )  # fmt: skip
    later = now + timedelta(hours=8)
    await rows.execute(
        "INSERT INTO app.staff_sessions (staff_id, token_hash, created_at, last_seen_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $4)", _OPERATOR, token_hash(_STAFF), now, later,
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO app.staff_views (partner_id, id, user_id, person, staff_id, operator, staff_session_hash,"
        " handover_until, token_hash, created_at, expires_at) VALUES ($1, $2, $3, 'Olga', $4, 'The operator', $5, $6, $7, $6, $8)",
        ACME, uuid7(now), OLGA.id, _OPERATOR, token_hash(_STAFF), now, token_hash(_VIEW), later,
    )  # fmt: skip
