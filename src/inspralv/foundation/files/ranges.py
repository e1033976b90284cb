"""Byte ranges of a request (RFC 9110, section 14): what a player asks for when somebody seeks."""

from __future__ import annotations

import re

import msgspec

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class ByteRange(msgspec.Struct, frozen=True):
    """From byte `start` to before byte `end` of a file of `size` bytes."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


class Unsatisfiable(Exception):
    """The range lies outside of the file: status 416."""


def read_range(header: str | None, size: int) -> ByteRange | None:
    """Return the one range that is asked for; None, which means the whole file, for no range, several, or nonsense.
    Raises Unsatisfiable."""
    match = _RANGE.fullmatch((header or "").strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise Unsatisfiable
    return ByteRange(start, end, size)
