"""What a tenant has besides its workspace's things: things of the agency, of one person, and what the console keeps of it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import asyncpg
import httpx
import msgspec
from PIL import Image

from inspralv.accounts.actions.exporting import export_key
from inspralv.foundation.files import FileStore
from inspralv.foundation.ids import uuid7
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.foundation.services import Services

if TYPE_CHECKING:
    from tests.isolation.tenants import Tenant


async def furnish_agency(tenant: Tenant, client: httpx.AsyncClient, rows: asyncpg.Connection) -> None:
    """A way to sign in, a domain, a picture, an invitation with its mail, and a place in the team."""
    sign_on = {"label": f"Desk {tenant.house}", "issuer": f"https://id.{tenant.house}.example", "client_id": "c",
               "client_secret": "s", "domains": [], "auto_join": False, "enabled": True}  # fmt: skip
    invited = f"{tenant.mark}@agency.test"
    known = tenant.known
    known["provider_id"] = await _id(client, "/api/partner/identity-providers", sign_on)
    known["hostname"] = f"voice.{tenant.name}-calls.com"
    await _sent(client, "/api/partner/domains", {"hostname": known["hostname"]})
    known["name"] = await _picture(client, tenant.color)
    tenant.of_agency["invitation_id"] = await _id(client, "/api/partner/invitations", {"email": invited})
    found = await rows.fetchrow(
        "SELECT m.id AS mail, p.id AS member FROM app.mail_messages m, app.partner_members p"
        " WHERE m.partner_id = $1 AND m.recipient = $2 AND p.partner_id = $1 AND p.user_id = $3",
        tenant.partner_id, invited, tenant.person.id,
    )  # fmt: skip
    assert found is not None
    known["mail_id"], tenant.of_agency["member_id"] = str(found["mail"]), str(found["member"])
    known |= {"partner_id": str(tenant.partner_id), "user_id": str(tenant.person.id)}
    await rows.execute("UPDATE app.users SET last_name = $2 WHERE id = $1", tenant.person.id, tenant.house)
    await rows.execute(
        "UPDATE app.workspaces SET name = $2, description = $2 WHERE id = $1", tenant.workspace_id, tenant.shop_words[0]
    )
    mail = {
        "sender_name": f"Post {tenant.mark}",
        "smtp_host": "mail.example.com",
        "smtp_port": 587,
        "smtp_user": tenant.mark,
    }
    assert (await client.patch("/api/partner/mail", json=mail)).is_success


async def furnish_person(tenant: Tenant, rows: asyncpg.Connection, services: Services) -> None:
    """A key, a passkey, another session, a linked account and a copy of their data; laid down as the database keeps them."""
    now = datetime.now(UTC)
    key, passkey, session, identity, export = (uuid7(now) for _ in range(5))
    whose = (tenant.partner_id, tenant.person.id)
    later, copy = now + timedelta(days=7), f"The data of {tenant.secret}".encode()
    await rows.execute(
        "INSERT INTO app.api_keys (partner_id, user_id, id, name, hint, token_hash, scopes, created_at)"
        " VALUES ($1, $2, $3, $4, 'ik_hint', $5, '[]', $6)", *whose, key, f"Robot {tenant.secret}",
        token_hash(new_token()), now,
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO app.passkeys (partner_id, user_id, id, name, rp_id, credential_id, public_key, sign_count, backed_up,"
        " created_at) VALUES ($1, $2, $3, $4, $5, $6, '', 0, false, $7)", *whose, passkey, f"Phone {tenant.secret}",
        tenant.person.host, tenant.secret.encode(), now,
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO app.sessions (partner_id, user_id, id, token_hash, created_at, last_seen_at, expires_at, user_agent)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6, $7)", *whose, session, token_hash(new_token()), now, later, tenant.secret,
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO app.linked_identities (partner_id, user_id, id, issuer, subject, label, email, created_at,"
        " last_used_at) VALUES ($1, $2, $3, $4, 's', $5, $6, $7, $7)", *whose, identity,
        f"https://id.{tenant.house}.example", f"Desk {tenant.secret}", f"{tenant.secret}@desk.test", now,
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO app.data_exports (partner_id, user_id, id, status, size_bytes, asked_at, ready_at, expires_at)"
        " VALUES ($1, $2, $3, 'ready', $4, $5, $5, $6)", *whose, export, len(copy), now, later,
    )  # fmt: skip
    await services.get(FileStore).put(export_key(tenant.partner_id, export), copy)
    tenant.known |= {
        "key_id": str(key),
        "passkey_id": str(passkey),
        "session_id": str(session),
        "identity_id": str(identity),
    }


async def furnish_platform(tenant: Tenant, rows: asyncpg.Connection) -> None:
    """A delivery and a job that failed, and the application the agency once sent."""
    now, job = datetime.now(UTC), int.from_bytes(tenant.workspace_id.bytes[-2:]) + 7_301_904_000
    letter, request = uuid7(now), uuid7(now)
    await rows.execute(
        "INSERT INTO app.provider_inbox (partner_id, workspace_id, provider, endpoint_id, event_key, id, body, status, note,"
        " received_at) VALUES ($1, $2, 'vapi', $3, $4, $3, $5, 'failed', $4, $6)", tenant.partner_id,
        tenant.workspace_id, letter, tenant.mark, msgspec.json.encode({"said": tenant.mark}), now,
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO queue.procrastinate_jobs (id, queue_name, task_name, args, status) VALUES ($1, $2, $2, $3, 'failed')",
        job, "default", msgspec.json.encode({"partner_id": tenant.partner_id}).decode(),
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO app.partner_requests (id, company_name, contact_name, contact_email, requested_at, updated_at)"
        " VALUES ($1, $2, 'Nadia', $3, $4, $4)", request, f"Firm {tenant.mark}", f"{tenant.mark}@firm.test", now,
    )  # fmt: skip
    tenant.known |= {"letter_id": str(letter), "job_id": str(job), "request_id": str(request)}


async def _picture(client: httpx.AsyncClient, color: tuple[int, int, int]) -> str:
    """Upload a logo of one colour, and have the brand show it; return the name it is kept by."""
    drawn = io.BytesIO()
    Image.new("RGB", (64, 32), color).save(drawn, "PNG")
    answer = await client.post("/api/upload/logo", files={"file": ("logo.png", drawn.getvalue(), "image/png")})
    assert answer.is_success, answer.text
    return str(answer.json()["data"]["url"]).rpartition("/")[2]


async def _id(client: httpx.AsyncClient, path: str, body: dict[str, object]) -> str:
    return str((await _sent(client, path, body))["id"])


async def _sent(client: httpx.AsyncClient, path: str, body: dict[str, object]) -> dict[str, object]:
    answer = await client.post(path, json=body)
    assert answer.status_code in {200, 201}, f"{path}: {answer.text}"
    return dict(answer.json()["data"])
