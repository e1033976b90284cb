"""Every operation that takes a JSON body, with one that it accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.accounts.door import GOOD
from tests.fuzz.ground import CLINIC_API, KEYS, TELEPHONY
from tests.world import ACME, BAKERY, CLINIC, OLGA, PASSWORD, WIM, Cast

_AGENT, _CALL, _KEY = (f"{CLINIC_API}/agents/{{agent_id}}", f"{CLINIC_API}/conversations/{{conversation_id}}",
                       f"{KEYS}/{{integration_id}}")  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """A path with the names of known things, who may call it, and a body that is right; an empty one may be as well."""

    name: str
    method: str
    path: str
    good: dict[str, Any]
    who: Cast | None = None
    needs_nothing: bool = False
    at_platform: bool = False
    """On the platform's own host; with nobody named, the operator."""


_CONFIG = {"system_prompt": "Be kind.", "language": "en-US", "voice_settings": {"speed": 1.0}}
_INVITED = {"email": "ann@new.test", "role": "member", "message": "m"}
_APPLICATION = {
    "company_name": "Northwind", "contact_name": "Nadia", "contact_email": "n@new.test",
    "business_description": "We answer calls.", "use_case": "Booking appointments.", "desired_subdomain": "northwind",
}  # fmt: skip
OPERATIONS = (
    Operation("create_agent", "POST", f"{CLINIC_API}/agents",
              {"name": "A", "provider": "vapi", "description": "d", "config": _CONFIG, "is_active": True}, WIM),
    Operation("revise_agent", "PATCH", _AGENT, {"name": "A", "description": "d", "config": _CONFIG}, WIM),
    Operation("restore_version", "POST", f"{_AGENT}/versions/{{number}}/restore", {"note": "n"}, WIM,
              needs_nothing=True),
    Operation("start_outbound_call", "POST", f"{_AGENT}/outbound-call",
              {"customerNumber": "+14155550123", "customerName": "Ann", "variables": {"first_name": "Ann"}}, WIM),
    Operation("set_retention", "PUT", f"{CLINIC_API}/retention", {"recording_days": 30, "transcript_days": 90}, WIM,
              needs_nothing=True),
    Operation("change_conversation", "PATCH", _CALL, {"follow_up_note": "n", "followed_up": True}, WIM),
    Operation("change_settings", "PATCH", f"{CLINIC_API}/settings",
              {"name": "C", "description": "d", "timezone": "UTC"}, WIM),
    Operation("create_workspace", "POST", "/api/workspaces",
              {"name": "W", "slug": "w", "description": "d", "resource_limits": {"max_agents": 5}}, OLGA),
    Operation("add_integration", "POST", KEYS,
              {"provider": "vapi", "name": "K", "default_secret_key": "s", "default_public_key": "p",
               "config": {"shared_outbound_phone_number": "+14155550100"}, "is_default": False}, OLGA),
    Operation("change_integration", "PATCH", _KEY, {"name": "K", "default_secret_key": "s", "is_active": True}, OLGA),
    Operation("assign_integration", "POST", f"/api/partner/workspaces/{CLINIC}/integrations",
              {"provider": "vapi", "partner_integration_id": "{integration_id}"}, OLGA),
    Operation("change_workspace_limits", "PATCH", f"/api/partner/workspaces/{BAKERY}/limits",
              {"max_agents": 100, "max_users": 100, "max_minutes_per_month": 60}, OLGA),
    Operation("add_trunk", "POST", f"{TELEPHONY}/sip-trunks",
              {"name": "T", "sip_server": "sip.example.com", "sip_port": 5061, "sip_username": "u", "sip_password": "p",
               "register": False, "description": "d"}, OLGA),
    Operation("change_trunk", "PATCH", f"{TELEPHONY}/sip-trunks/{{trunk_id}}", {"name": "T", "sip_port": 5061}, OLGA),
    Operation("add_number", "POST", f"{TELEPHONY}/phone-numbers",
              {"phone_number": "+14155560999", "integration_id": "{integration_id}", "sip_trunk_id": "{trunk_id}"}, OLGA),
    Operation("change_number", "PATCH", f"{TELEPHONY}/phone-numbers/{{number_id}}",
              {"friendly_name": "N", "description": "d", "supports_inbound": True}, OLGA),
    Operation("change_number_binding", "PATCH", f"{CLINIC_API}/telephony/phone-numbers/{{number_id}}",
              {"friendly_name": "N", "inbound_agent_id": "{agent_id}",
               "hours": {"timezone": "UTC", "mon": [{"start": "09:00", "end": "17:00"}]},
               "fallback": {"kind": "agent", "agent_id": "{agent_id}"}}, WIM),
    Operation("change_partner", "PATCH", "/api/partner",
              {"name": "Acme Voice", "branding": {"company_name": "Acme", "primary_color": "#0f766e", "footer_text": "F"}},
              OLGA, needs_nothing=True),
    Operation("change_mail_settings", "PATCH", "/api/partner/mail",
              {"sender_name": "Desk", "smtp_host": "mail.example.com", "smtp_port": 587, "smtp_security": "starttls"},
              OLGA, needs_nothing=True),
    Operation("sign_up", "POST", "/api/auth/signup",
              {"email": "ann@new.test", "password": GOOD, "firstName": "Ann", "isInvitation": False}),
    Operation("confirm_email", "POST", "/api/auth/confirm-email", {"token": "t", "password": GOOD}),
    Operation("sign_in", "POST", "/api/auth/signin", {"email": WIM.email, "password": PASSWORD, "redirect": "/docs"}),
    Operation("change_profile", "PATCH", "/api/account", {"first_name": "Wim", "last_name": "Test"}, WIM),
    Operation("change_password", "POST", "/api/account/password",
              {"current_password": "not-the-one", "password": GOOD}, WIM),
    Operation("change_email", "POST", "/api/account/email", {"email": "w@new.test", "password": "not-the-one"}, WIM),
    Operation("ask_for_export", "POST", "/api/account/export", {"password": "not-the-one"}, WIM, needs_nothing=True),
    Operation("delete_account", "DELETE", "/api/account", {"email": WIM.email, "password": "not-the-one"}, WIM),
    Operation("answer_email", "POST", "/api/auth/confirm-address", {"token": "t", "answer": "confirm"}),
    Operation("finish_sign_in", "POST", "/api/auth/two-factor", {"code": "123456"}),
    Operation("sign_in_with_passkey", "POST", "/api/auth/passkey",
              {"id": "a", "client_data": "a", "authenticator_data": "a", "signature": "a", "redirect": "/docs"}),
    Operation("begin_two_factor", "POST", "/api/account/two-factor", {"password": "not-the-one"}, WIM),
    Operation("confirm_two_factor", "POST", "/api/account/two-factor/confirmation", {"code": "123456"}, WIM),
    Operation("turn_two_factor_off", "POST", "/api/account/two-factor/removal", {"password": "not-the-one"}, WIM),
    Operation("renew_recovery_codes", "POST", "/api/account/recovery-codes", {"password": "not-the-one"}, WIM),
    Operation("change_language", "PUT", "/api/account/language", {"language": "de"}, WIM),
    Operation("ask_for_passkey", "POST", "/api/account/passkeys/options", {"password": "not-the-one"}, WIM),
    Operation("add_passkey", "POST", "/api/account/passkeys",
              {"name": "K", "id": "a", "client_data": "a", "attestation": "a", "transports": ["usb"]}, WIM),
    Operation("rename_passkey", "PATCH", "/api/account/passkeys/{passkey_id}", {"name": "K"}, WIM),
    Operation("change_organisation_security", "PUT", "/api/partner/security", {"require_two_factor": False}, OLGA),
    Operation("add_identity_provider", "POST", "/api/partner/identity-providers",
              {"label": "Google", "issuer": "https://accounts.google.com", "client_id": "c", "client_secret": "s",
               "domains": ["acme.test"], "auto_join": True, "enabled": False}, OLGA),
    Operation("change_identity_provider", "PATCH", "/api/partner/identity-providers/{provider_id}",
              {"label": "P", "domains": ["acme.test"]}, OLGA),
    Operation("create_api_key", "POST", "/api/account/api-keys", {"name": "K", "scopes": ["workspace.agents:read"]}, WIM),
    Operation("add_workspace_member", "POST", f"{CLINIC_API}/members", _INVITED, WIM),
    Operation("invite_to_workspace", "POST", f"{CLINIC_API}/invitations", _INVITED, WIM),
    Operation("invite_to_partner", "POST", "/api/partner/invitations", _INVITED, OLGA),
    Operation("change_workspace_role", "PATCH", f"{CLINIC_API}/members/{{member_id}}", {"role": "member"}, WIM),
    Operation("change_partner_role", "PATCH", "/api/partner/team/{member_id}", {"role": "member"}, OLGA),
    Operation("accept_workspace_invitation", "POST", "/api/workspace-invitations/accept", {"token": "t"}, WIM),
    Operation("accept_partner_invitation", "POST", "/api/partner-invitations/accept", {"token": "t"}, WIM),
    Operation("add_domain", "POST", "/api/partner/domains", {"hostname": "voice.acme-example.com"}, OLGA),
    Operation("create_partner_request", "POST", "/api/partner-requests", _APPLICATION, at_platform=True),
    Operation("create_partner", "POST", "/api/super-admin/partners",
              {"name": "N", "slug": "northwind", "hostname": "northwind.localhost", "admin_email": "n@new.test"},
              at_platform=True),
    Operation("update_partner", "PATCH", "/api/super-admin/partners/{partner_id}", {"name": "N"}, at_platform=True),
    Operation("add_domain_of_partner", "POST", "/api/super-admin/partners/{partner_id}/domains",
              {"hostname": "voice.acme-example.com"}, at_platform=True),
    Operation("change_partner_workspace_limits", "PATCH", f"/api/super-admin/partners/{ACME}/workspaces/{BAKERY}/limits",
              {"max_agents": 100, "max_users": 100, "max_minutes_per_month": 60}, at_platform=True),
    Operation("reset_second_step_of_user", "POST", f"/api/super-admin/users/{ACME}/{WIM.id}/second-step-reset",
              {"reason": "Known by voice"}, at_platform=True),
    Operation("review_partner_request", "PATCH", "/api/super-admin/partner-requests/{request_id}",
              {"company_name": "Northwind"}, at_platform=True),
    Operation("review_request", "PATCH", "/api/partner-requests/{request_id}", {"company_name": "Northwind"},
              at_platform=True),
    Operation("forgot_password", "POST", "/api/auth/forgot-password", {"email": WIM.email}),
    Operation("reset_password", "POST", "/api/auth/reset-password", {"token": "t", "password": GOOD}),
)  # fmt: skip
