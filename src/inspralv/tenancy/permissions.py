"""Every right and who has it: one page. Names as in the permission matrices people see."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

WorkspaceRole = Literal["viewer", "member", "admin", "owner"]
PartnerRole = Literal["member", "admin", "owner"]

WORKSPACE_ROLES: tuple[WorkspaceRole, ...] = ("viewer", "member", "admin", "owner")
PARTNER_ROLES: tuple[PartnerRole, ...] = ("member", "admin", "owner")


class P(StrEnum):
    """A permission. The part before the first dot is its scope."""

    WORKSPACE_READ = "workspace.read"
    WORKSPACE_UPDATE = "workspace.update"
    WORKSPACE_DELETE = "workspace.delete"
    SETTINGS_READ = "workspace.settings.read"
    SETTINGS_UPDATE = "workspace.settings.update"
    DASHBOARD_READ = "workspace.dashboard.read"
    DASHBOARD_STATS = "workspace.dashboard.stats"
    AGENTS_READ = "workspace.agents.read"
    AGENTS_CREATE = "workspace.agents.create"
    AGENTS_UPDATE = "workspace.agents.update"
    AGENTS_DELETE = "workspace.agents.delete"
    AGENTS_SYNC = "workspace.agents.sync"
    MEMBERS_READ = "workspace.members.read"
    MEMBERS_INVITE = "workspace.members.invite"
    MEMBERS_UPDATE = "workspace.members.update"
    MEMBERS_REMOVE = "workspace.members.remove"
    CONVERSATIONS_READ = "workspace.conversations.read"
    CONVERSATIONS_CREATE = "workspace.conversations.create"
    CONVERSATIONS_DELETE = "workspace.conversations.delete"
    LEADS_READ = "workspace.leads.read"
    LEADS_CREATE = "workspace.leads.create"
    LEADS_UPDATE = "workspace.leads.update"
    LEADS_DELETE = "workspace.leads.delete"
    LEADS_EXPORT = "workspace.leads.export"
    INTEGRATIONS_READ = "workspace.integrations.read"
    INTEGRATIONS_CREATE = "workspace.integrations.create"
    INTEGRATIONS_UPDATE = "workspace.integrations.update"
    INTEGRATIONS_DELETE = "workspace.integrations.delete"
    TELEPHONY_READ = "workspace.telephony.read"
    TELEPHONY_UPDATE = "workspace.telephony.update"
    ANALYTICS_READ = "workspace.analytics.read"
    ANALYTICS_EXPORT = "workspace.analytics.export"
    BILLING_READ = "workspace.billing.read"
    BILLING_UPDATE = "workspace.billing.update"
    KNOWLEDGE_READ = "workspace.knowledge.read"
    KNOWLEDGE_CREATE = "workspace.knowledge.create"
    KNOWLEDGE_UPDATE = "workspace.knowledge.update"
    KNOWLEDGE_DELETE = "workspace.knowledge.delete"
    AUDIT_READ = "workspace.audit.read"

    PARTNER_READ = "partner.read"
    PARTNER_UPDATE = "partner.update"
    PARTNER_DELETE = "partner.delete"
    PARTNER_SETTINGS_READ = "partner.settings.read"
    PARTNER_SETTINGS_UPDATE = "partner.settings.update"
    PARTNER_DASHBOARD_READ = "partner.dashboard.read"
    PARTNER_STATS_READ = "partner.stats.read"
    PARTNER_WORKSPACES_READ = "partner.workspaces.read"
    PARTNER_WORKSPACES_CREATE = "partner.workspaces.create"
    PARTNER_WORKSPACES_UPDATE = "partner.workspaces.update"
    PARTNER_WORKSPACES_DELETE = "partner.workspaces.delete"
    PARTNER_MEMBERS_READ = "partner.members.read"
    PARTNER_MEMBERS_INVITE = "partner.members.invite"
    PARTNER_MEMBERS_UPDATE = "partner.members.update"
    PARTNER_MEMBERS_REMOVE = "partner.members.remove"
    PARTNER_BRANDING_READ = "partner.branding.read"
    PARTNER_BRANDING_UPDATE = "partner.branding.update"
    PARTNER_BILLING_READ = "partner.billing.read"
    PARTNER_BILLING_UPDATE = "partner.billing.update"
    PARTNER_SECURITY_READ = "partner.security.read"
    PARTNER_SECURITY_UPDATE = "partner.security.update"
    PARTNER_AUDIT_READ = "partner.audit.read"
    PARTNER_INTEGRATIONS_READ = "partner.integrations.read"
    PARTNER_INTEGRATIONS_UPDATE = "partner.integrations.update"

    PLATFORM_READ = "platform.read"
    PLATFORM_UPDATE = "platform.update"

    @property
    def reads(self) -> bool:
        """Whether the right only allows looking."""
        return self.value.endswith((".read", ".stats"))


_READS = {
    P.WORKSPACE_READ, P.SETTINGS_READ, P.DASHBOARD_READ, P.DASHBOARD_STATS, P.AGENTS_READ, P.MEMBERS_READ,
    P.CONVERSATIONS_READ, P.LEADS_READ, P.INTEGRATIONS_READ, P.TELEPHONY_READ, P.ANALYTICS_READ, P.BILLING_READ,
    P.KNOWLEDGE_READ,
}  # fmt: skip
_MEMBER = _READS | {
    P.AGENTS_CREATE, P.AGENTS_UPDATE, P.AGENTS_SYNC, P.CONVERSATIONS_CREATE, P.LEADS_CREATE, P.LEADS_UPDATE,
    P.KNOWLEDGE_CREATE, P.KNOWLEDGE_UPDATE,
}  # fmt: skip
_ADMIN = _MEMBER | {
    P.WORKSPACE_UPDATE, P.SETTINGS_UPDATE, P.AGENTS_DELETE, P.MEMBERS_INVITE, P.MEMBERS_UPDATE, P.MEMBERS_REMOVE,
    P.CONVERSATIONS_DELETE, P.LEADS_DELETE, P.LEADS_EXPORT, P.INTEGRATIONS_CREATE, P.INTEGRATIONS_UPDATE,
    P.INTEGRATIONS_DELETE, P.TELEPHONY_UPDATE, P.ANALYTICS_EXPORT, P.BILLING_UPDATE, P.KNOWLEDGE_DELETE,
    P.AUDIT_READ,
}  # fmt: skip

WORKSPACE_PERMISSIONS: dict[WorkspaceRole, frozenset[P]] = {
    "viewer": frozenset(_READS),
    "member": frozenset(_MEMBER),
    "admin": frozenset(_ADMIN),
    "owner": frozenset(_ADMIN | {P.WORKSPACE_DELETE}),
}

_PARTNER_MEMBER = {
    P.PARTNER_READ, P.PARTNER_SETTINGS_READ, P.PARTNER_DASHBOARD_READ, P.PARTNER_WORKSPACES_READ, P.PARTNER_MEMBERS_READ,
    P.PARTNER_BRANDING_READ, P.PARTNER_BILLING_READ,
}  # fmt: skip
_PARTNER_ADMIN = _PARTNER_MEMBER | {
    P.PARTNER_UPDATE, P.PARTNER_SETTINGS_UPDATE, P.PARTNER_STATS_READ, P.PARTNER_WORKSPACES_CREATE,
    P.PARTNER_WORKSPACES_UPDATE,
    P.PARTNER_MEMBERS_INVITE, P.PARTNER_MEMBERS_UPDATE, P.PARTNER_MEMBERS_REMOVE, P.PARTNER_BRANDING_UPDATE,
    P.PARTNER_BILLING_UPDATE, P.PARTNER_INTEGRATIONS_READ, P.PARTNER_INTEGRATIONS_UPDATE, P.PARTNER_AUDIT_READ,
    P.PARTNER_SECURITY_READ,
}  # fmt: skip

PARTNER_PERMISSIONS: dict[PartnerRole, frozenset[P]] = {
    "member": frozenset(_PARTNER_MEMBER),
    "admin": frozenset(_PARTNER_ADMIN),
    "owner": frozenset(_PARTNER_ADMIN | {P.PARTNER_DELETE, P.PARTNER_WORKSPACES_DELETE, P.PARTNER_SECURITY_UPDATE}),
}

STAFF_PERMISSIONS: frozenset[P] = frozenset({P.PLATFORM_READ, P.PLATFORM_UPDATE})
NOBODY: frozenset[P] = frozenset()
