"""Uploaded pictures, drawn anew: what is stored holds the pixels of the upload and nothing else of it.

Metadata, colour profiles, trailing bytes and whatever else a file may carry stay behind. SVG is refused: it is a
document that can hold scripts.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import msgspec
from PIL import Image, ImageOps

from inspralv.branding.schemas import PictureKind
from inspralv.foundation.errors import FieldError, Invalid, TooLarge
from inspralv.foundation.language.texts import N_, _

LARGEST = 5 * 1024 * 1024  # bytes of an upload
UPLOAD_BODY = LARGEST + 64 * 1024  # what a multipart body needs around its file
MOST_PIXELS = 20_000_000
SMALLEST = 16  # pixels, each way
BOXES: dict[PictureKind, tuple[int, int]] = {"logo": (640, 200), "favicon": (192, 192)}
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "ICO")
_UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, OverflowError, EOFError, MemoryError,
               struct.error, zlib.error)  # fmt: skip
# Above twice this, the library itself refuses: that is for pictures inside of others, whose size no head tells.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2


class Picture(msgspec.Struct, frozen=True):
    """A picture as it is stored: PNG. `name` is made of its content, so one address means one picture for ever."""

    name: str
    body: bytes
    width: int
    height: int


class Bounds(msgspec.Struct, frozen=True):
    """How large a picture is stored: pixels each way and, unless that is 0, bytes."""

    box: tuple[int, int]
    most_bytes: int = 0


def redraw(kind: PictureKind, upload: bytes, bounds: Bounds | None = None) -> Picture:
    """Return an uploaded picture as it is stored, by default in the box of its kind. It is CPU work: call it in a thread.
    Raises TooLarge, and Invalid for what is no still picture of a known format, or too small, or too big to be
    unpacked."""
    bounds = bounds or Bounds(BOXES[kind])
    if len(upload) > LARGEST:
        raise TooLarge(_("A picture has at most 5 MB."))
    if not upload:
        raise _refused(_("Choose a picture first."))
    if _is_svg(upload):
        raise _refused(_("SVG files can hold scripts, so they are not taken. Save it as PNG or WebP."))
    try:
        with Image.open(io.BytesIO(upload), formats=_FORMATS) as opened:
            _require_sound(opened)
            opened.draft("RGB", (bounds.box[0] * 2, bounds.box[1] * 2))
            drawn = _fitted(kind, ImageOps.exif_transpose(opened).convert("RGBA"), bounds.box)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refused(_TOO_MANY) from None
    except _UNREADABLE:
        raise _refused(_("This is no PNG, JPEG, WebP, GIF or ICO picture, or it is damaged.")) from None
    body = _encoded(drawn)
    while bounds.most_bytes and len(body) > bounds.most_bytes:
        drawn = drawn.resize((drawn.width * 3 // 4, drawn.height * 3 // 4), Image.Resampling.LANCZOS)
        body = _encoded(drawn)
    digest = hashlib.sha256(kind.encode() + body).hexdigest()[:32]
    return Picture(f"{digest}.png", body, drawn.width, drawn.height)


_TOO_MANY = N_("The picture has too many pixels. Make it smaller, at most 4,000 each way.")


def _is_svg(upload: bytes) -> bool:
    head = upload[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"\x1f\x8b")) or (head[:1] == b"<" and b"<svg" in head)


def _require_sound(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise _refused(_TOO_MANY)
    if min(width, height) < SMALLEST:
        raise _refused(
            _("The picture is too small. It needs at least %(smallest)s pixels each way.", smallest=SMALLEST)
        )
    if getattr(opened, "is_animated", False) and opened.format != "ICO":
        raise _refused(_("Moving pictures are not taken. Save a still one."))


def _fitted(kind: PictureKind, drawn: Image.Image, box: tuple[int, int]) -> Image.Image:
    """Logos shrink into their box; icons are drawn in the middle of a square."""
    drawn.thumbnail(box, Image.Resampling.LANCZOS)
    size = drawn.size if kind == "logo" else (max(drawn.size),) * 2
    clean = Image.new("RGBA", size, (0, 0, 0, 0))
    clean.paste(drawn, ((size[0] - drawn.width) // 2, (size[1] - drawn.height) // 2))
    return clean


def _encoded(drawn: Image.Image) -> bytes:
    opaque = drawn.getchannel("A").getextrema() == (255, 255)
    out = io.BytesIO()
    (drawn.convert("RGB") if opaque else drawn).save(out, "PNG", optimize=True)
    return out.getvalue()


def _refused(message: str) -> Invalid:
    return Invalid(message, errors=(FieldError("/file", message, "picture"),))
