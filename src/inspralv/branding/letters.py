"""The mail that tries how mail leaves."""

from __future__ import annotations

import msgspec

from inspralv.foundation.mail.samples import LetterSample


class TestLetter(msgspec.Struct, frozen=True):
    """`link` leads to the mail log."""

    link: str
    name: str


SAMPLES = (
    LetterSample("mail_test", "Test mail", TestLetter("https://voice.agency.example/org/mail", "Nora Lind")),
)  # fmt: skip
