"""Three tenants that must never see each other, each with one of everything, marked with words of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import httpx
from argon2 import PasswordHasher
from tests.conftest import Site
from tests.isolation.belongings import furnish_agency, furnish_person, furnish_platform
from tests.world import ACME, BAKERY, CLINIC, OLGA, PASSWORD, RIVAL, RIVAL_SHOP, STAN, Cast, settle_person

from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.ids import uuid7
from inspralv.foundation.outbound.certificates import certificates
from inspralv.foundation.services import Services
from inspralv.integrations.connections import find_connection

OTTO = Cast("otto", 21, ACME, "acme.localhost", "member", {CLINIC: "owner"})
IVY = Cast("ivy", 22, ACME, "acme.localhost", "member", {CLINIC: "admin"})
BEA = Cast("bea", 23, ACME, "acme.localhost", "member", {BAKERY: "owner"})
# Ivy once more, by the same address: what she has at the rival is nobody's business at the agency.
IVY_THERE = Cast("ivy.there", 24, RIVAL, "rival.localhost", "owner", {RIVAL_SHOP: "owner"})
_PLENTY = '{"max_agents": -1, "max_users": -1, "max_minutes_per_month": -1}'
# Passwords are asked for a thousand times on the walk; how dear they are to guess is tested elsewhere.
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
KEYS, TELEPHONY = "/api/partner/integrations", "/api/partner/telephony"
_OF_ALL = ("workspace_slug", "provider", "number")  # which tell nothing: others have the same


@dataclass
class Tenant:
    """A workspace with its things, those of its agency, and those of one of its people.

    `known` fills the placeholders of paths and bodies, `of_agency` those of the agency's own paths that have the same
    name there. What is written into things is one of three words: `mark` is read in the workspace and by who runs the
    agency, `house` by everybody on the agency's host, `secret` by the person alone.
    """

    name: str
    partner_id: UUID
    workspace_id: UUID
    slug: str
    owner: Cast
    person: Cast
    line: str
    known: dict[str, str] = field(default_factory=dict)
    of_agency: dict[str, str] = field(default_factory=dict)
    hook_secret: str = ""
    color: tuple[int, int, int] = (0, 0, 0)

    @property
    def mark(self) -> str:
        return f"mark{self.name}"

    @property
    def house(self) -> str:
        return f"desk{self.name}"

    @property
    def secret(self) -> str:
        return f"secret{self.name}"

    def named(self, path: str) -> dict[str, str]:
        """What the placeholders of a path stand for."""
        return self.known | self.of_agency if path.startswith(("/org/", "/api/partner/")) else self.known

    @property
    def words(self) -> tuple[str, ...]:
        """What nobody but its own people may ever read: its word, and the ids of its things."""
        other = {"workspace_id", *_OF_ALL, *OF_HOUSE, *OF_PERSON}
        return (
            self.mark,
            *(value for name, value in self.known.items() if name not in other),
            *self.of_agency.values(),
        )

    @property
    def house_words(self) -> tuple[str, ...]:
        """What is read on the agency's host only, there by anybody."""
        return (self.house, self.owner.host, *(self.known[name] for name in OF_HOUSE))

    @property
    def shop_words(self) -> tuple[str, ...]:
        """What is read by whoever belongs to the workspace, and by who runs the agency: they choose between them."""
        return (f"shop{self.name}", str(self.workspace_id))

    @property
    def private_words(self) -> tuple[str, ...]:
        """What nobody but the person may read."""
        return (self.secret, *(self.known[name] for name in OF_PERSON))

    async def furnish(self, site: Site, rows: asyncpg.Connection) -> None:
        """Make one of everything a workspace has, through the product where it can be."""
        async with self._keeper(site) as client:
            await self._make(client, rows)

    async def furnish_around(self, site: Site, rows: asyncpg.Connection, services: Services) -> None:
        """Then what the agency has, what one of its people has, and what the console knows of it."""
        async with self._keeper(site) as client:
            await furnish_agency(self, client, rows)
        await self._hook(services)
        await furnish_person(self, rows, services)
        await furnish_platform(self, rows)

    def _keeper(self, site: Site) -> httpx.AsyncClient:
        """Who runs the agency. The client is to be closed."""
        return httpx.AsyncClient(
            base_url=site.url("127.0.0.1"), timeout=20, verify=certificates(),
            headers={"host": f"{self.owner.host}:{site.port}", "cookie": f"session={self.owner.token}"},
        )  # fmt: skip

    async def _make(self, client: httpx.AsyncClient, rows: asyncpg.Connection) -> None:
        api, now = f"/api/w/{self.slug}", datetime.now(UTC)
        self.known |= {
            "workspace_slug": self.slug,
            "workspace_id": str(self.workspace_id),
            "provider": "vapi",
            "number": "1",
        }
        key = {"provider": "vapi", "name": f"Key {self.mark}", "default_secret_key": f"secret-{self.mark}"}
        self.known["integration_id"] = await _made(client, KEYS, key)
        assigned = {"provider": "vapi", "partner_integration_id": self.known["integration_id"]}
        given = await client.post(f"/api/partner/workspaces/{self.workspace_id}/integrations", json=assigned)
        assert given.is_success, given.text
        texts = {"system_prompt": f"You are {self.mark}.", "first_message": f"Hello from {self.mark}"}
        agent = {"name": f"Agent {self.mark}", "provider": "vapi", "config": texts}
        self.known["agent_id"] = await _made(client, f"{api}/agents", agent)
        self.known["invitation_id"] = await _made(client, f"{api}/invitations", {"email": f"{self.mark}@new.test"})
        trunk = {"name": f"Trunk {self.mark}", "sip_server": "203.0.113.5", "sip_username": "u", "sip_password": "p"}
        self.known["trunk_id"] = await _made(client, f"{TELEPHONY}/sip-trunks", trunk)
        number = {"phone_number": self.line, "integration_id": self.known["integration_id"],
                  "sip_trunk_id": self.known["trunk_id"], "friendly_name": f"Line {self.mark}"}  # fmt: skip
        self.known["number_id"] = await _made(client, f"{TELEPHONY}/phone-numbers", number)
        await rows.execute(
            "UPDATE app.phone_numbers SET assigned_workspace_id = $1, state = 'active', external_id = $2 WHERE id = $3",
            self.workspace_id, f"line-{self.mark}", UUID(self.known["number_id"]),
        )  # fmt: skip
        await self._call(rows, now)
        await self._member(rows, now)

    async def _call(self, rows: asyncpg.Connection, now: datetime) -> None:
        call, activity = uuid7(now), uuid7(now)
        agent = UUID(self.known["agent_id"])
        await rows.execute(
            "INSERT INTO app.conversations (partner_id, workspace_id, id, agent_id, provider, provider_call_id, direction,"
            " status, contact_name, contact_number, summary, search_text, created_at, started_at, duration_seconds,"
            " updated_at)"
            " VALUES ($1, $2, $3, $4, 'vapi', $5, 'inbound', 'completed', $6, $7, $8, $6, $9, $9, 60, $9)",
            self.partner_id, self.workspace_id, call, agent, str(uuid4()), f"Caller {self.mark}", self.line,
            f"Asked about {self.mark}", now,
        )  # fmt: skip
        await rows.execute(
            "INSERT INTO app.conversation_transcripts (partner_id, workspace_id, conversation_id, lines, updated_at)"
            " VALUES ($1, $2, $3, $4, $5)", self.partner_id, self.workspace_id, call,
            f'[{{"role": "caller", "text": "I am {self.mark}", "seconds": 1}}]', now,
        )  # fmt: skip
        await rows.execute(
            "INSERT INTO app.activities (partner_id, workspace_id, id, kind, status, name, provider, conversation_id,"
            " agent_id, host, created_at, updated_at)"
            " VALUES ($1, $2, $3, 'after_call', 'done', $4, 'vapi', $5, $6, $7, $8, $8)",
            self.partner_id, self.workspace_id, activity, f"after_{self.mark}", call, agent, f"{self.mark}.test", now,
        )  # fmt: skip
        self.known |= {"conversation_id": str(call), "activity_id": str(activity)}

    async def _member(self, rows: asyncpg.Connection, now: datetime) -> None:
        """Somebody who belongs to this workspace only."""
        who, member = uuid7(now), uuid7(now)
        await rows.execute(
            "INSERT INTO app.users (partner_id, id, email, password_hash, first_name, created_at, updated_at)"
            " VALUES ($1, $2, $3, '', $4, $5, $5)", self.partner_id, who, f"member.{self.mark}@client.test", self.mark, now,
        )  # fmt: skip
        await rows.execute(
            "INSERT INTO app.workspace_members (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)"
            " VALUES ($1, $2, $3, $4, 'member', $5, $5)", self.partner_id, self.workspace_id, who, member, now,
        )  # fmt: skip
        self.known["member_id"] = str(member)

    async def _hook(self, services: Services) -> None:
        """The address by which the provider reaches the workspace, as the provider was told it."""
        wide = Context(services, Scope(self.partner_id, self.workspace_id, wide=True), Actor("system"), Origin())
        connection = await find_connection(wide, self.workspace_id, "vapi")
        await wide.commit()
        assert connection is not None
        self.known["token"] = connection.hook_url.rpartition("/")[2]
        self.hook_secret = connection.hook_secret


# Placeholders whose things everybody on the host may see, and those of a person.
OF_HOUSE = ("partner_id", "provider_id", "name")
OF_PERSON = ("key_id", "passkey_id", "session_id", "identity_id")


def three() -> tuple[Tenant, Tenant, Tenant]:
    """The clinic, another workspace of the same agency, and one of a rival with the same slug as the clinic."""
    return (
        Tenant("clinic", ACME, CLINIC, "clinic", OLGA, OTTO, "+14155570001", color=(200, 30, 40)),
        Tenant("bakery", ACME, BAKERY, "bakery", OLGA, BEA, "+14155570002", color=(40, 160, 50)),
        Tenant("rival", RIVAL, RIVAL_SHOP, "clinic", STAN, IVY_THERE, "+14155570003", color=(50, 60, 180)),
    )


async def prepare(rows: asyncpg.Connection) -> None:
    """Nothing is scarce, and the clinic has somebody of every role who belongs nowhere else."""
    await rows.execute("UPDATE app.workspaces SET resource_limits = $1", _PLENTY)
    now = datetime.now(UTC)
    for person in (OTTO, IVY, BEA, IVY_THERE):
        await settle_person(rows, person, now)
    await rows.execute("UPDATE app.users SET email = $2 WHERE id = $1", IVY_THERE.id, IVY.email)
    await rows.execute("UPDATE app.users SET password_hash = $1", _QUICK)


async def _made(client: httpx.AsyncClient, path: str, body: dict[str, object]) -> str:
    answer = await client.post(path, json=body)
    assert answer.status_code in {200, 201}, f"{path}: {answer.text}"
    return str(answer.json()["data"]["id"])
