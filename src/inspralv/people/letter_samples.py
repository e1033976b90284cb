"""Letters of this slice with made-up content, for people who look at the templates."""

from __future__ import annotations

from datetime import UTC, datetime

from inspralv.foundation.mail.samples import LetterSample
from inspralv.people.letters import InvitationLetter

_HOST = "https://voice.agency.example"
_END = datetime(2026, 3, 11, tzinfo=UTC)

SAMPLES = (
    LetterSample(
        "workspace_invitation", "Jonas Weber invites you to Bright Clinic",
        InvitationLetter(
            link=f"{_HOST}/accept-workspace-invitation?token=sample", place="Bright Clinic", inviter="Jonas Weber",
            role="Member", message="Have a look at the calls of last week.\nThank you!", expires_at=_END,
        ),
    ),
    LetterSample(
        "partner_invitation", "Jonas Weber invites you to the agency",
        InvitationLetter(
            link=f"{_HOST}/accept-partner-invitation?token=sample", place="Northwind Voice", inviter="Jonas Weber",
            role="Admin", message="", expires_at=_END, workspaces=("Bright Clinic", "Corner Bakery"),
        ),
    ),
)  # fmt: skip
