from collections.abc import Mapping, Sequence
from typing import Literal

from inspralv.providers.contract import Voice
from inspralv.providers.synthflow import wire
from inspralv.providers.synthflow.client import SynthflowClient
from inspralv.providers.synthflow.languages import tags_of
from inspralv.providers.synthflow.options import OPTIONS
from inspralv.providers.synthflow.paging import rows_of

GENDERS: Mapping[str | None, Literal["female", "male"]] = {"female": "female", "male": "male"}


async def voices_of(client: SynthflowClient, account_id: str) -> Sequence[Voice]:
    """All voices of the account. Without a maker the list holds those of the usual one only (contract section 5)."""
    found: dict[str, Voice] = {}
    for maker in OPTIONS.voice_providers:
        asked = {"workspace": account_id, "provider": maker.value}
        async for one in rows_of(client, "/voices", wire.Voices, lambda page: page.voices, asked):
            found[one.voice_id] = Voice(
                provider=one.provider or maker.value,
                id=one.voice_id,
                name=one.name or one.voice_id,
                gender=GENDERS.get(one.gender),
                languages=tags_of(one.languages),
                preview_url=one.preview or None,
            )
    return list(found.values())
