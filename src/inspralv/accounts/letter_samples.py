"""Letters of this slice with made-up content, for people who look at the templates."""

from __future__ import annotations

from datetime import UTC, datetime

from inspralv.accounts.devices import device
from inspralv.accounts.letters import AddressLetter, DataLetter, Letter, SecurityLetter
from inspralv.foundation.mail.samples import LetterSample

_HOST = "https://voice.agency.example"

SAMPLES = (
    LetterSample("confirm_email", "Confirm your address", Letter(f"{_HOST}/confirm-email?token=sample")),
    LetterSample("already_registered", "You have an account", Letter(f"{_HOST}/login", "Nora Lind")),
    LetterSample("reset_password", "Set a new password", Letter(f"{_HOST}/reset-password?token=sample", "Nora Lind")),
    LetterSample("address_taken", "This address has an account", Letter(f"{_HOST}/login")),
    LetterSample(
        "change_address_old", "Your e-mail address is to change",
        AddressLetter(f"{_HOST}/confirm-address?token=sample", "Nora", "nora@client.example", "nora.lind@client.example"),
    ),
    LetterSample(
        "change_address_new", "Confirm your new address",
        AddressLetter(f"{_HOST}/confirm-address?token=sample", "", "", "nora.lind@client.example"),
    ),
    LetterSample(
        "data_ready", "Your data is ready", DataLetter(f"{_HOST}/account#your-data", "Nora", datetime(2026, 3, 11, 9, 30, tzinfo=UTC))
    ),
    LetterSample("account_deleted", "Your account is deleted", Letter(f"{_HOST}/", "Nora")),
    LetterSample(
        "security_notice", "New sign-in to your account",
        SecurityLetter(
            link=f"{_HOST}/account/sessions", name="Nora", news="new_sign_in", device=device("Firefox/145.0 Windows"),
            ip="203.0.113.7", at=datetime(2026, 3, 4, 9, 30, tzinfo=UTC), forgot=f"{_HOST}/forgot-password",
        ),
    ),
)  # fmt: skip
