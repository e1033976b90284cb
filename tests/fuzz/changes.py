"""What each change needs before it can be asked for rightly: things that are there, tokens that were mailed, other bodies
than those that are only well formed. See `test_changes_are_logged.py`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.accounts.door import GOOD
from tests.fuzz.ground import CLINIC_API, Ground
from tests.world import ACME, ADAM, BAKERY, MIA, NOA, PASSWORD, STAN, VERA, WIM, Cast

from inspralv.foundation.ids import uuid7
from inspralv.foundation.secrets import token_hash

# Behind a second factor, a key of hardware, a provider's state or a cast of its own: the action that a test of the slice
# looks for, having gone all the way.
ELSEWHERE = {
    "add_passkey": "passkey.created",
    "sign_in_with_passkey": "user.login",
    "confirm_two_factor": "user.two_factor_enabled",
    "turn_two_factor_off": "user.two_factor_disabled",
    "renew_recovery_codes": "user.recovery_codes_created",
    "finish_sign_in": "user.login",
    "confirm_email": "user.joined",
    "answer_email": "user.updated",
    "accept_partner_invitation": "invitation.accepted",
    "adopt_drift": "agent.drift_adopted",
    "end_integration_overlap": "integration.overlap_ended",
    "change_organisation_security": "partner.security_updated",
    "receive_webhook": "conversation.ended",
}
# Whose session ends with it, or gets another token.
ASKERS: dict[str, Cast] = {"delete_account": MIA, "accept_workspace_invitation": NOA, "change_password": ADAM}
_DOMAIN, _TOKEN = "second.acme-example.com", "token-of-the-walk"

BODIES: dict[str, dict[str, Any]] = {
    "reset_second_step_of_user": {"reason": "Called back"},
    "change_profile": {"first_name": "Wilma"},
    "review_request": {"company_name": "Southwind"},
    "review_partner_request": {"company_name": "Southwind"},
    "change_integration": {"name": "Another"},
    "create_partner": {"name": "E", "slug": "eastwind", "admin_email": "e@new.test"},
    "add_domain_of_partner": {"hostname": "third.acme-example.com"},
    "change_partner_role": {"role": "admin"},
    "change_workspace_role": {"role": "admin"},
    "change_partner_workspace_limits": {"max_agents": 99},
    "add_workspace_member": {"email": "bea@new.test", "role": "member"},
    "change_email": {"email": "other@new.test", "password": PASSWORD},
    "change_password": {"current_password": PASSWORD, "password": GOOD},
    "delete_account": {"email": MIA.email, "password": PASSWORD},
    "reset_password": {"token": _TOKEN, "password": GOOD},
    "accept_workspace_invitation": {"token": _TOKEN},
}


def prepare(ground: Ground, name: str) -> dict[str, str]:
    """Make what the change needs; return the path parameters that name it, and those of its query after a `?`."""
    ground.rows.execute(
        "UPDATE app.users SET password_hash = (SELECT password_hash FROM app.users WHERE id = %s) WHERE id = %s",
        [STAN.id, WIM.id],
    )
    return _READY[name](ground) if name in _READY else {}


def _key(ground: Ground) -> dict[str, str]:
    answer = ground.wim.post("/api/account/api-keys", json={"name": "Gone", "scopes": ["workspace.agents:read"]})
    assert answer.is_success, answer.text
    return {"key_id": _newest(ground, "api_keys")}


def _address(ground: Ground) -> dict[str, str]:
    answer = ground.wim.post("/api/account/email", json={"email": "third@new.test", "password": PASSWORD})
    assert answer.is_success, answer.text
    return {}


def _session(ground: Ground) -> dict[str, str]:
    ground.new_session()
    return {"session_id": _newest(ground, "sessions")}


def _passkey(ground: Ground) -> dict[str, str]:
    passkey = str(uuid7(datetime.now(UTC)))
    ground.rows.execute(
        "INSERT INTO app.passkeys (partner_id, id, user_id, name, rp_id, credential_id, public_key, sign_count, backed_up,"
        " created_at) VALUES (%s, %s, %s, 'Before', 'acme.localhost', %s, '', 0, false, now())",
        [ACME, passkey, WIM.id, passkey.encode()],
    )
    return {"passkey_id": passkey}


def _second_steps(ground: Ground) -> dict[str, str]:
    person = ground.new_person()
    ground.rows.execute(
        "INSERT INTO app.two_factors (partner_id, user_id, secret, created_at, confirmed_at) VALUES (%s, %s, '', now(), now())",
        [ACME, person],
    )
    key = uuid7(datetime.now(UTC))
    ground.rows.execute(
        "INSERT INTO app.passkeys (partner_id, id, user_id, name, rp_id, credential_id, public_key, sign_count, backed_up,"
        " created_at) VALUES (%s, %s, %s, 'Lost', 'acme.localhost', %s, '', 0, false, now())",
        [ACME, key, person, key.bytes],
    )
    return {"partner_id": str(ACME), "user_id": str(person)}


def _reset(ground: Ground) -> dict[str, str]:
    ground.rows.execute(
        "INSERT INTO app.password_resets (partner_id, id, email, user_id, token_hash, created_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, now(), now() + interval '1 hour')",
        [ACME, uuid7(datetime.now(UTC)), VERA.email, VERA.id, token_hash(_TOKEN)],
    )
    return {}


def _invitation(ground: Ground) -> dict[str, str]:
    answer = ground.wim.post(f"{CLINIC_API}/invitations", json={"email": NOA.email})
    assert answer.is_success, answer.text
    ground.rows.execute(
        "UPDATE app.workspace_invitations SET token_hash = %s WHERE email = %s", [token_hash(_TOKEN), NOA.email]
    )
    return {}


def _domain(ground: Ground) -> dict[str, str]:
    ground.rows.execute("DELETE FROM app.partner_domains WHERE hostname = %s", [_DOMAIN])
    ground.rows.execute(
        "INSERT INTO app.partner_domains (hostname, partner_id, verification_token, verified_at, created_at)"
        " VALUES (%s, %s, 'seen', now(), now())",
        [_DOMAIN, ACME],
    )
    found = ground.rows.execute("SELECT id FROM app.partner_domains WHERE hostname = %s", [_DOMAIN]).fetchone()
    assert found is not None
    return {"hostname": _DOMAIN, "partner_id": str(ACME), "?domainId": str(found[0])}


def _identity_provider(ground: Ground) -> dict[str, str]:
    ground.rows.execute("DELETE FROM app.identity_providers")
    body = {"label": "Before", "issuer": "https://accounts.google.com", "client_id": "c", "client_secret": "s",
            "domains": ["acme.test"], "auto_join": True, "enabled": False}  # fmt: skip
    answer = ground.olga.post("/api/partner/identity-providers", json=body)
    assert answer.is_success, answer.text
    return {"provider_id": _newest(ground, "identity_providers")}


def _failed_mail(ground: Ground) -> dict[str, str]:
    mail = str(uuid7(datetime.now(UTC)))
    ground.rows.execute(
        "INSERT INTO app.mail_messages (partner_id, id, template, recipient, sender, subject, html, plain, status, created_at)"
        " VALUES (%s, %s, 'mail_test', 'a@new.test', 'b@acme.test', 's', 'h', 'p', 'failed', now())",
        [ACME, mail],
    )
    return {"mail_id": mail}


def _unassigned(ground: Ground) -> dict[str, str]:
    ground.rows.execute("DELETE FROM app.integration_assignments WHERE workspace_id = %s", [BAKERY])
    return {"workspace_id": str(BAKERY)}


def _foreign_key(ground: Ground) -> dict[str, str]:
    """A key that no provider knows stands among those that are asked for their numbers."""
    ground.path("remove_integration", ["integration_id"])
    return {}


def _newest(ground: Ground, table: str) -> str:
    sql = f"SELECT id FROM app.{table} WHERE partner_id = %s ORDER BY created_at DESC LIMIT 1"  # noqa: S608 - our own words
    found = ground.rows.execute(sql, [ACME]).fetchone()
    assert found is not None
    return str(found[0])


_READY: dict[str, Callable[[Ground], dict[str, str]]] = {
    "revoke_api_key": _key,
    "cancel_email": _address,
    "end_session": _session,
    "end_other_sessions": _session,
    "remove_passkey": _passkey,
    "reset_second_step_of_user": _second_steps,
    "rename_passkey": _passkey,
    "reset_password": _reset,
    "accept_workspace_invitation": _invitation,
    "remove_domain": _domain,
    "make_domain_primary": _domain,
    "remove_domain_of_partner": _domain,
    "make_domain_of_partner_primary": _domain,
    "change_identity_provider": _identity_provider,
    "remove_identity_provider": _identity_provider,
    "send_mail_again": _failed_mail,
    "assign_integration": _unassigned,
    "fetch_numbers": _foreign_key,
}
