"""The permission tables, compared with the matrices the product promises."""

from __future__ import annotations

from inspralv.tenancy.permissions import (
    PARTNER_PERMISSIONS,
    PARTNER_ROLES,
    STAFF_PERMISSIONS,
    WORKSPACE_PERMISSIONS,
    WORKSPACE_ROLES,
    P,
)

# key → roles that hold it, lowest first: v(iewer) m(ember) a(dmin) o(wner)
WORKSPACE = """
workspace.read vmao · workspace.update ao · workspace.delete o · workspace.settings.read vmao · workspace.settings.update ao
workspace.dashboard.read vmao · workspace.dashboard.stats vmao · workspace.agents.read vmao · workspace.agents.create mao
workspace.agents.update mao · workspace.agents.delete ao · workspace.agents.sync mao · workspace.members.read vmao
workspace.members.invite ao · workspace.members.update ao · workspace.members.remove ao · workspace.conversations.read vmao
workspace.conversations.create mao · workspace.conversations.delete ao · workspace.leads.read vmao · workspace.leads.create mao
workspace.leads.update mao · workspace.leads.delete ao · workspace.leads.export ao · workspace.integrations.read vmao
workspace.integrations.create ao · workspace.integrations.update ao · workspace.integrations.delete ao
workspace.telephony.read vmao · workspace.telephony.update ao · workspace.analytics.read vmao · workspace.analytics.export ao
workspace.billing.read vmao · workspace.billing.update ao · workspace.knowledge.read vmao · workspace.knowledge.create mao
workspace.knowledge.update mao · workspace.knowledge.delete ao · workspace.audit.read ao
"""
PARTNER = """
partner.read mao · partner.update ao · partner.delete o · partner.settings.read mao · partner.settings.update ao
partner.dashboard.read mao · partner.stats.read ao · partner.workspaces.read mao · partner.workspaces.create ao
partner.workspaces.update ao · partner.workspaces.delete o
partner.members.read mao · partner.members.invite ao · partner.members.update ao
partner.members.remove ao · partner.branding.read mao · partner.branding.update ao · partner.billing.read mao
partner.billing.update ao · partner.integrations.read ao · partner.integrations.update ao · partner.security.read ao
partner.security.update o
partner.audit.read ao
"""


def _matrix(text: str) -> dict[str, str]:
    return dict(entry.split() for line in text.strip().splitlines() for entry in line.split(" · "))


def test_workspace_matrix() -> None:
    promised = _matrix(WORKSPACE)
    actual = {
        p.value: "".join(role[0] for role in WORKSPACE_ROLES if p in WORKSPACE_PERMISSIONS[role])
        for p in P
        if p.value.startswith("workspace.")
    }
    assert actual == promised


def test_partner_matrix() -> None:
    promised = _matrix(PARTNER)
    actual = {
        p.value: "".join(role[0] for role in PARTNER_ROLES if p in PARTNER_PERMISSIONS[role])
        for p in P
        if p.value.startswith("partner.")
    }
    assert actual == promised


def test_staff_hold_the_platform_and_nothing_else() -> None:
    """Nobody in an organisation holds a right of the platform, and staff hold none of an organisation's."""
    assert {p for p in P if p.value.startswith("platform.")} == STAFF_PERMISSIONS
    held = frozenset[P]().union(*WORKSPACE_PERMISSIONS.values(), *PARTNER_PERMISSIONS.values())
    assert not held & STAFF_PERMISSIONS
    assert held | STAFF_PERMISSIONS == set(P)
