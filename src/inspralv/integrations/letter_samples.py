"""The letter of this slice with made-up content, for people who look at the templates."""

from __future__ import annotations

from inspralv.foundation.mail.samples import LetterSample
from inspralv.integrations.letters import KeyLetter

SAMPLES = (
    LetterSample(
        "key_problem", "A provider no longer accepts a key",
        KeyLetter(
            link="https://voice.agency.example/org/integrations", name="Nora", key="Main account",
            provider="The voice provider", reason="Invalid key",
        ),
    ),
)  # fmt: skip
