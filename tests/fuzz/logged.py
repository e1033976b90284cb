"""What each changing operation of the API writes into the log when it is asked once, rightly: the action, the fields
before, and the fields after. A field stands before and after when it changed, after alone when it is new, before alone when
it is gone. See `test_changes_are_logged.py`."""

from __future__ import annotations

from typing import Final

LOGGED: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "delete_account": (("user.deleted", "role", ""),),
    "change_profile": (("user.updated", "first_name last_name", "first_name last_name"),),
    "create_api_key": (("api_key.created", "", "expires_at name scopes workspace"),),
    "revoke_api_key": (("api_key.revoked", "name", ""),),
    "cancel_email": (("user.email_change_stopped", "email", ""),),
    "change_email": (("user.email_change_requested", "", "email"),),
    "ask_for_export": (("user.data_requested", "", ""),),
    "change_language": (("user.updated", "language", "language"),),
    "remove_passkey": (("passkey.deleted", "name", ""),),
    "rename_passkey": (("passkey.updated", "name", "name"),),
    "change_password": (("user.updated", "", "password"),),
    "end_other_sessions": (("user.sessions_ended", "", "ended"),),
    "end_session": (("user.sessions_ended", "", "ended"),),
    "reset_password": (("user.updated", "", "password"),),
    "sign_in": (("user.login", "", "method"),),
    "sign_out": (("user.logout", "", ""),),
    "change_partner": (
        ("settings.updated", "company_name footer_text primary_color", "company_name footer_text primary_color"),
    ),
    "create_partner_request": (("partner_request.created", "", "company domain logo subdomain"),),
    "review_request": (("partner_request.updated", "company_name", "company_name"),),
    "provision_request": (
        ("member.joined", "", "email role user_id"),
        ("partner.created", "", "host name owner plan_tier slug"),
        ("partner_request.approved", "status", "partner_id status"),
        ("user.invited", "", "email role"),
        ("workspace.created", "", "name slug"),
    ),
    "add_domain": (("domain.added", "", "hostname"),),
    "remove_domain": (("domain.removed", "hostname", ""),),
    "make_domain_primary": (("domain.made_primary", "hostname", "hostname"),),
    "add_identity_provider": (("identity_provider.created", "", "auto_join client_id domains enabled issuer label"),),
    "remove_identity_provider": (("identity_provider.deleted", "issuer label", ""),),
    "change_identity_provider": (("identity_provider.updated", "label", "label"),),
    "add_integration": (("integration.created", "", "config name provider secret_hint"),),
    "remove_integration": (("integration.deleted", "name provider", ""),),
    "change_integration": (("integration.updated", "name", "name"),),
    "set_default_integration": (("integration.updated", "is_default", "is_default"),),
    "test_integration": (("integration.key_accepted", "key_status", "key_status"),),
    "invite_to_partner": (("invitation.created", "", "email role to"),),
    "cancel_partner_invitation": (("invitation.revoked", "email role", ""),),
    "send_partner_invitation_again": (("invitation.resent", "expires_at", "email expires_at"),),
    "change_mail_settings": (
        ("partner.mail_changed", "sender_name smtp_host smtp_port", "sender_name smtp_host smtp_port"),
    ),
    "send_mail_again": (("mail.sent_again", "status", "recipient status"),),
    "remove_partner_member": (("member.removed", "email from role user_id", ""),),
    "change_partner_role": (("member.role_changed", "role", "email role"),),
    "transfer_partner_ownership": (
        ("member.role_changed", "role", "email role"),
        ("ownership.transferred", "email owner", "email owner"),
    ),
    "add_number": (("phone_number.added", "", "friendly_name integration_id phone_number provider sip_trunk_id"),),
    "fetch_numbers": (
        ("integration.key_refused", "", "key_error key_status"),
        ("phone_number.found", "", "phone_number provider"),
        ("phone_number.gone", "state", "state"),
    ),
    "release_number": (("phone_number.release_requested", "phone_number", ""),),
    "change_number": (("phone_number.changed", "description friendly_name", "description friendly_name"),),
    "import_number_again": (("phone_number.import_requested", "", ""),),
    "add_trunk": (
        (
            "sip_trunk.added",
            "",
            (
                "description is_active name outbound_caller_id outbound_proxy register registration_expiry sip_port sip_realm"
                " sip_server sip_transport sip_username"
            ),
        ),
    ),
    "remove_trunk": (("sip_trunk.removed", "name sip_server", ""),),
    "change_trunk": (("sip_trunk.changed", "name sip_port", "name sip_port"),),
    "assign_integration": (("integration.assigned", "", "name provider"),),
    "unassign_integration": (("integration.unassigned", "provider", ""),),
    "change_workspace_limits": (
        (
            "workspace.limits_changed",
            "max_agents max_minutes_per_month max_users",
            "max_agents max_minutes_per_month max_users",
        ),
    ),
    "delete_partner_request": (
        (
            "partner_request.deleted",
            (
                "branding business_description company_name contact_email contact_name custom_domain desired_subdomain"
                " expected_users phone selected_plan use_case"
            ),
            "",
        ),
    ),
    "review_partner_request": (("partner_request.updated", "company_name", "company_name"),),
    "provision_partner": (
        ("member.joined", "", "email role user_id"),
        ("partner.created", "", "host name owner plan_tier slug"),
        ("partner_request.approved", "status", "partner_id status"),
        ("user.invited", "", "email role"),
        ("workspace.created", "", "name slug"),
    ),
    "create_partner": (
        ("member.joined", "", "email role user_id"),
        ("partner.created", "", "host name owner plan_tier slug"),
        ("partner.updated", "", "created_by features resource_limits"),
        ("user.invited", "", "email role"),
        ("workspace.created", "", "name slug"),
    ),
    "delete_partner": (("partner.deleted", "name slug", ""),),
    "update_partner": (("partner.updated", "name", "name"),),
    "remove_domain_of_partner": (("domain.removed", "hostname", ""),),
    "add_domain_of_partner": (("domain.added", "", "hostname"),),
    "make_domain_of_partner_primary": (("domain.made_primary", "hostname", "hostname"),),
    "restore_partner": (("partner.restored", "status", "status"),),
    "reset_second_step_of_user": (
        ("user.second_steps_reset", "passkeys two_factor", "email passkeys reason two_factor"),
    ),
    "suspend_partner": (("partner.suspended", "status", "status"),),
    "change_partner_workspace_limits": (("workspace.limits_changed", "max_agents", "max_agents"),),
    "repeat_delivery": (("delivery.repeated", "status", "status"),),
    "create_agent": (
        (
            "agent.created",
            "",
            "config description is_active model_provider name provider transcriber_provider voice_provider",
        ),
    ),
    "delete_agent": (("agent.deleted", "name provider", ""),),
    "revise_agent": (("agent.updated", "config description name", "config description name"),),
    "deactivate_agent": (("agent.deactivated", "is_active", "is_active"),),
    "activate_agent": (("agent.activated", "is_active", "is_active"),),
    "overwrite_drift": (("agent.drift_overwritten", "", "fields"),),
    "start_outbound_call": (("conversation.started", "", "agent_id direction"),),
    "restore_agent": (("agent.restored", "deleted_at", "name"),),
    "sync_agent": (("agent.sync_requested", "", ""),),
    "start_test_call": (("conversation.started", "", "agent_id direction"),),
    "restore_version": (
        ("agent.version_restored", "config description name", "config description name restored_from"),
    ),
    "delete_conversation": (("conversation.deleted", "agent_id created_at direction status", ""),),
    "change_conversation": (("conversation.follow_up_changed", "followed_up has_note", "followed_up has_note"),),
    "hang_up": (
        ("conversation.ended", "", "direction duration_seconds status"),
        ("conversation.hung_up", "status", ""),
    ),
    "invite_to_workspace": (("member.invited", "", "email role to"),),
    "cancel_workspace_invitation": (("invitation.revoked", "email role", ""),),
    "send_workspace_invitation_again": (("invitation.resent", "expires_at", "email expires_at"),),
    "add_workspace_member": (("member.invited", "", "email role to"),),
    "remove_workspace_member": (("member.removed", "email from role user_id", ""),),
    "change_workspace_role": (("member.role_changed", "role", "email role"),),
    "transfer_workspace_ownership": (
        ("member.role_changed", "role", "email role"),
        ("ownership.transferred", "email owner", "email owner"),
    ),
    "set_retention": (
        ("workspace.retention_changed", "recording_days transcript_days", "recording_days transcript_days"),
    ),
    "delete_workspace": (("workspace.deleted", "name slug", ""),),
    "change_settings": (("workspace.updated", "description name timezone", "description name timezone"),),
    "replace_signing_secret": (("signing_secret.replaced", "", "replaced"),),
    "change_number_binding": (
        (
            "phone_number.binding_changed",
            "fallback_agent_id fallback_kind hours inbound_agent_id",
            "fallback_agent_id fallback_kind hours inbound_agent_id",
        ),
        ("phone_number.changed", "friendly_name", "friendly_name"),
    ),
    "bind_number_again": (("phone_number.binding_requested", "", ""),),
    "accept_workspace_invitation": (
        ("invitation.accepted", "status", "email status"),
        ("member.joined", "", "email role to user_id"),
    ),
    "create_workspace": (
        ("member.joined", "", "email role user_id"),
        ("workspace.created", "", "name resource_limits slug"),
    ),
}
