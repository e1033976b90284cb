"""Signed links to recordings: whoever has one hears one recording, for a while, on one brand's host, and nothing else."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from inspralv.foundation.secrets import Sealer

LISTENING: Final = timedelta(minutes=30)
HANDED_OUT: Final = timedelta(days=7)
"""How long the link in an after-call message is good for: long enough to fetch the recording after an outage."""


def recording_link(  # noqa: PLR0913 - what the link is bound to
    sealer: Sealer, partner_id: UUID, workspace_id: UUID, conversation_id: UUID, until: datetime, *,
    download: bool = False,
) -> str:  # fmt: skip
    """Return the path of a recording that is good until then."""
    seconds = int(until.timestamp())
    words = _words(partner_id, workspace_id, conversation_id, seconds, download=download)
    mark = base64.urlsafe_b64encode(sealer.sign(words)).rstrip(b"=").decode()
    query = {"until": str(seconds), **({"download": "1"} if download else {}), "signature": mark}
    return f"/recordings/{workspace_id}/{conversation_id}?{urlencode(query)}"


def is_good(  # noqa: PLR0913 - what the link is bound to
    sealer: Sealer, partner_id: UUID, workspace_id: UUID, conversation_id: UUID, now: datetime, *, until: str,
    signature: str, download: bool,
) -> bool:  # fmt: skip
    """Whether this link is ours and still good."""
    if not until.isascii() or not until.isdecimal() or len(until) > 12:  # noqa: PLR2004 - seconds
        return False
    try:
        mark = base64.b64decode(signature + "=" * (-len(signature) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    words = _words(partner_id, workspace_id, conversation_id, int(until), download=download)
    return sealer.is_signed(words, mark) and now.timestamp() < int(until)


def _words(partner_id: UUID, workspace_id: UUID, conversation_id: UUID, until: int, *, download: bool) -> bytes:
    return f"recording/{partner_id}/{workspace_id}/{conversation_id}/{until}/{int(download)}".encode()
