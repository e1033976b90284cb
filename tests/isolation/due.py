"""A tenant with one of everything that a job could act upon, each of it due."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import asyncpg
from tests.conftest import Sandbox, Site
from tests.isolation.tenants import KEYS, Tenant

from inspralv.accounts.actions.exporting import export_key
from inspralv.foundation.files import FileStore, partner_file_key
from inspralv.foundation.ids import uuid7
from inspralv.foundation.jobs.job import Deferred, Task

NEW_HERE, ELSEWHERE, DOMAIN, PICTURE = (
    "new@client.test",
    "else@client.test",
    "voice.marked-example.com",
    "f" * 32 + ".png",
)
# What a kind of job needs besides, so that it has something to do.
_BESIDES = {
    "integrations.give_defaults": ("DELETE FROM integration_assignments WHERE partner_id = $1",),
    "integrations.tell_keepers": (
        "UPDATE integrations SET key_status = 'invalid', key_error = 'no', owners_told_at = NULL WHERE partner_id = $1",
    ),
    "telephony.import": ("UPDATE phone_numbers SET state = 'pending' WHERE partner_id = $1",),
    "telephony.release": ("UPDATE phone_numbers SET state = 'releasing' WHERE partner_id = $1",),
    "telephony.follow_agent": (
        "UPDATE phone_numbers SET inbound_agent_id = (SELECT id FROM ai_agents WHERE partner_id = $1) WHERE partner_id = $1",
    ),
    "people.take_back": ("UPDATE users SET status = 'suspended' WHERE partner_id = $1",),
    "agents.remove": ("UPDATE ai_agents SET deleted_at = now() WHERE partner_id = $1",),
    "agents.check_drift": (
        "UPDATE ai_agents SET sync_status = 'synced', synced_version = version, updated_at = now() WHERE partner_id = $1",
    ),
}
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND a.attname = 'partner_id' AND NOT a.attisdropped ORDER BY 1
"""


@dataclass
class Due:
    """`things` fills the arguments of jobs by their names."""

    tenant: Tenant
    rows: asyncpg.Connection
    store: FileStore
    things: dict[str, Any] = field(default_factory=dict)

    async def settle(self, site: Site, sandbox: Sandbox) -> None:
        """Make the tenant, with a key that works."""
        tenant = self.tenant
        await tenant.furnish(site, self.rows)
        key = {"default_secret_key": sandbox.private_key}
        answer = await site.as_(tenant.owner).patch(f"{KEYS}/{tenant.known['integration_id']}", json=key)
        assert answer.status_code == 200, answer.text
        self.things = {name: UUID(value) for name, value in tenant.known.items() if name.endswith("_id")}
        self.things |= {"call_id": self.things["conversation_id"], "user_id": tenant.owner.id}

    async def remember(self) -> None:
        """Keep what jobs take away, once all is at its provider."""
        ids = "SELECT external_ref -> 'ids' FROM ai_agents WHERE partner_id = $1"
        self.things["ids"] = json.loads(await self.rows.fetchval(ids, self.tenant.partner_id))
        for table in ("integration_assignments", "phone_numbers", "ai_agents"):
            await self.rows.execute(
                f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table} WHERE partner_id = '{self.tenant.partner_id}'"  # noqa: S608
            )

    async def ripen(self, task: str = "") -> None:
        """Make everything due, again if it was done, for jobs of a kind."""
        here, there, user = self.tenant.partner_id, self.tenant.workspace_id, self.tenant.owner.id
        now = datetime.now(UTC)
        ids = {name: uuid7(now) for name in ("sign_up", "reset", "change", "export", "letter", "message")}
        until = now + timedelta(days=2)
        for sql, *values in (
            ("UPDATE users SET status = 'active' WHERE partner_id = $1",),
            ("UPDATE workspace_invitations SET status = 'pending' WHERE partner_id = $1",),
            ("DELETE FROM sign_ups WHERE partner_id = $1",),
            ("INSERT INTO sign_ups VALUES ($1, $2, $3, '', 'New', '', 'free', '', false, '', '', NULL, $4, $5)",
             ids["sign_up"], NEW_HERE, now, until),
            ("DELETE FROM password_resets WHERE partner_id = $1",),
            ("INSERT INTO password_resets (partner_id, id, email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
             ids["reset"], self.tenant.owner.email, now, until),
            ("DELETE FROM address_changes WHERE partner_id = $1",),
            (("INSERT INTO address_changes (partner_id, id, user_id, new_email, created_at, expires_at)"
             " VALUES ($1, $2, $3, $4, $5, $6)"), ids["change"], user, ELSEWHERE, now, until),
            ("DELETE FROM data_exports WHERE partner_id = $1",),
            ("INSERT INTO data_exports (partner_id, id, user_id, status, asked_at) VALUES ($1, $2, $3, 'waiting', $4)",
             ids["export"], user, now),
            (("INSERT INTO provider_inbox (partner_id, workspace_id, provider, endpoint_id, event_key, id, body, received_at)"
             " VALUES ($1, $2, 'vapi', $3, $4, $3, '{}', $5)"), there, ids["letter"], str(ids["letter"]), now),
            (("INSERT INTO mail_messages (partner_id, id, template, recipient, sender, subject, html, plain, created_at)"
             " VALUES ($1, $2, 'data_ready', $3, 'Marked <mail@marked.test>', 'Hello', 'Hello', 'Hello', $4)"),
             ids["message"], self.tenant.owner.email, now),
            ("DELETE FROM phone_numbers WHERE partner_id = $1",),
            ("INSERT INTO phone_numbers SELECT * FROM kept_phone_numbers WHERE partner_id = $1",),
            (("INSERT INTO integration_assignments SELECT * FROM kept_integration_assignments WHERE partner_id = $1"
             " ON CONFLICT DO NOTHING"),),
            ("UPDATE integrations SET key_status = 'valid' WHERE partner_id = $1",),
            (("UPDATE ai_agents a SET external_agent_id = k.external_agent_id, external_ref = k.external_ref, deleted_at = NULL,"
             " sync_status = 'pending', version = a.version + 1 FROM kept_ai_agents k WHERE k.id = a.id AND a.partner_id = $1"),),
            ("UPDATE phone_numbers SET bind_status = 'pending' WHERE partner_id = $1",),
            (("UPDATE conversations SET status = 'queued', provider_call_id = NULL, reported_at = NULL, placing_at = NULL,"
             " ended_at = NULL, direction = 'outbound', recording_source = 'http://127.0.0.1:1/sound' WHERE partner_id = $1"),),
            ("UPDATE activities SET status = 'waiting' WHERE partner_id = $1",),
            (("INSERT INTO partner_domains (hostname, partner_id, verification_token, verified_at, created_at)"
             " VALUES ($2, $1, 'seen', $3, $3) ON CONFLICT DO NOTHING"), DOMAIN, now),
            *((sql,) for sql in _BESIDES.get(task.removesuffix("_later"), ())),
        ):  # fmt: skip
            await self.rows.execute(sql, here, *values)
        self.things |= {f"{name}_id": made for name, made in ids.items()}
        for key in self._files():
            await self.store.put(key, b"content")

    async def digest(self) -> dict[str, str]:
        """Every table's rows of the tenant, and its files, in short: what differs from before was touched."""
        here, found = self.tenant.partner_id, {}
        for (table,) in await self.rows.fetch(_TABLES):
            sql = f"SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table} t WHERE partner_id = $1"  # noqa: S608
            found[table] = await self.rows.fetchval(sql, here)
        partner = "SELECT md5((p.*)::text) FROM partners p WHERE id = $1"
        files = [await self.store.exists(key) for key in self._files()]
        return {**found, "partners": await self.rows.fetchval(partner, here), "files": str(files)}

    def _files(self) -> tuple[str, str]:
        here = self.tenant.partner_id
        return partner_file_key(here, "brand", PICTURE), export_key(here, self.things["export_id"])

    def forge(self, task: Task[Any], workspace_id: UUID | None) -> Deferred:
        """Return a job of this kind whose arguments are this tenant's things."""
        args = {name: self._value(name, kind) for name, kind in get_type_hints(task.args).items()}
        return Deferred(
            task=task.name, queue=task.queue, args=json.loads(json.dumps(args, default=str)), workspace_id=workspace_id
        )

    def _value(self, name: str, kind: Any) -> Any:
        """A thing of the tenant for an argument. One that nobody has thought of here is a KeyError."""
        plain: Mapping[str, Any] = {
            "attempt": 1, "anew": True, "only_waiting": False, "provider": "vapi", "hostname": DOMAIN, "names": [PICTURE],
            "ids": self.things["ids"], "news": "new_sign_in", "at": datetime.now(UTC).isoformat(), "user_agent": "",
            "ip": "203.0.113.7", "language": "en",
        }  # fmt: skip
        if kind is UUID or (get_origin(kind) in {Union, UnionType} and UUID in get_args(kind)):
            return self.things[name]
        return plain[name]
