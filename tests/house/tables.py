"""The three kinds of tables. A table that is on none of the lists fails the catalogue test."""

DIRECTORY = {"partners", "partner_domains", "hook_endpoints", "super_admin"}
LOCAL = {
    "partner_requests",
    "staff_sessions",
    "staff_two_factors",
    "staff_pending_sign_ins",
    "rate_limits",
    "schema_version",
}
PARTNER_LEVEL = {
    "users",
    "sessions",
    "sign_ups",
    "password_resets",
    "partner_members",
    "partner_invitations",
    "workspaces",
    "integrations",
    "integration_former_keys",
    "audit_log",
    "audit_chain",
    "audit_heads",
    "mail_messages",
    "sip_trunks",
    "phone_numbers",
    "call_polls",
    "two_factors",
    "recovery_codes",
    "passkeys",
    "passkey_challenges",
    "pending_sign_ins",
    "address_changes",
    "known_devices",
}
WORKSPACE_LEVEL = {
    "workspace_members",
    "workspace_invitations",
    "integration_assignments",
    "ai_agents",
    "agent_versions",
    "agent_publications",
    "agent_remotes",
    "provider_inbox",
    "conversations",
    "conversation_keys",
    "conversation_transcripts",
    "conversation_events",
    "usage_daily",
    "activities",
    "signing_secrets",
}
TENANT = PARTNER_LEVEL | WORKSPACE_LEVEL
PARTITIONED = {"conversations", "conversation_transcripts", "conversation_events", "audit_log"}

# SECURITY DEFINER functions, each reviewed: the tenant is an argument that is checked in the body, or none is touched.
DEFINERS = {
    "resolve_access",
    "count_attempt",
    "forget_attempts",
    "sweep_attempts",
    "defer_jobs",
    "open_hook_endpoint",
    "close_hook_endpoint",
    "list_partner_ids",
    "ensure_partitions",
    "are_names_free",
    "list_staff_addresses",
    "owes_two_factor",
    "set_require_two_factor",
}
