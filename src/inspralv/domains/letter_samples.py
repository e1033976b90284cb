"""The letter of this slice with made-up content, for people who look at the templates."""

from __future__ import annotations

from inspralv.domains.letters import LapseLetter
from inspralv.domains.policy import WORDS
from inspralv.foundation.mail.samples import LetterSample

SAMPLES = (
    LetterSample(
        "domain_lapsed", "voice.agency.example does not lead to us any more",
        LapseLetter(
            link="https://northwind.platform.example/org/domains", name="Nora", domain="voice.agency.example",
            reason=WORDS["no_cname"],
        ),
    ),
)  # fmt: skip
