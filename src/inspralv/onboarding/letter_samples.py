"""Letters of this slice with made-up content, for people who look at the templates."""

from __future__ import annotations

from inspralv.foundation.mail.samples import LetterSample
from inspralv.onboarding.letters import ApprovedLetter, RejectedLetter, RequestLetter

_HOST = "https://northwind.platform.example"

SAMPLES = (
    LetterSample(
        "partner_request", "Northwind Voice wants to become a partner",
        RequestLetter(
            link="https://platform.example/super-admin/partner-requests/1", company="Northwind Voice",
            contact="Nora Lind", email="nora@northwind.example", subdomain="northwind", domain="voice.northwind.example",
        ),
    ),
    LetterSample(
        "partner_approved", "Northwind Voice is ready",
        ApprovedLetter(
            link=f"{_HOST}/reset-password?token=sample", name="Nora Lind", company="Northwind Voice", address=_HOST,
            email="nora@northwind.example",
        ),
    ),
    LetterSample(
        "partner_rejected", "Your request for Northwind Voice",
        RejectedLetter(
            link="https://platform.example/", name="Nora Lind", company="Northwind Voice",
            reason="We do not work in your country yet.",
        ),
    ),
)  # fmt: skip
