"""Where partners' domains have to point, and who plays DNS."""

from __future__ import annotations

import msgspec


class Zone(msgspec.Struct, frozen=True):
    """`target` is the name for CNAME records. `stand_in` is where the records of the stand-in DNS server are set, empty
    when the real DNS is asked."""

    target: str
    stand_in: str = ""
