"""Domains as staff add them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class PartnerDomain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A host name for a partner. It becomes primary once it is proved, so `is_primary` cannot be true yet."""

    hostname: Annotated[str, Meta(min_length=1, max_length=300)]
    is_primary: bool = False
