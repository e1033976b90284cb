"""The statements of uploaded pictures. The context sees the whole partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from inspralv.branding.pictures import Picture
from inspralv.branding.schemas import PictureKind
from inspralv.foundation.context import Context

_ADD = """
INSERT INTO brand_pictures (partner_id, name, kind, width, height, size_bytes, kept_until, created_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $now)
ON CONFLICT (partner_id, name) DO UPDATE
   SET kept_until = CASE WHEN brand_pictures.kept_until IS NULL THEN NULL
                         ELSE greatest(brand_pictures.kept_until, excluded.kept_until) END
"""
_COUNT_LOOSE = "SELECT count(*) FROM brand_pictures WHERE partner_id = $partner AND kept_until IS NOT NULL"
_USE = "UPDATE brand_pictures SET kept_until = NULL WHERE partner_id = $partner AND name = $1 AND kind = $2"
_LET_GO = "UPDATE brand_pictures SET kept_until = $2 WHERE partner_id = $partner AND name = $1"
_DROP_LOOSE = """
DELETE FROM brand_pictures WHERE partner_id = $partner AND name = $1 AND kept_until IS NOT NULL
"""
_KEPT = "SELECT true FROM brand_pictures WHERE partner_id = $partner AND name = $1"
_TAKE_ENDED = "DELETE FROM brand_pictures WHERE partner_id = $partner AND kept_until < $now RETURNING name"


async def add_picture(ctx: Context, kind: PictureKind, picture: Picture, kept_until: datetime) -> None:
    """Note a picture that nothing shows yet; one that is in use already stays so."""
    await ctx.execute(
        _ADD, picture.name, kind, picture.width, picture.height, len(picture.body), kept_until
    )  # fmt: skip


async def count_loose(ctx: Context) -> int:
    """Return how many pictures are kept that the brand does not show."""
    return int(await ctx.fetch_value(_COUNT_LOOSE))


async def use_picture(ctx: Context, name: str, kind: PictureKind) -> bool:
    """Keep a picture for good; False when there is none of this name and kind."""
    return bool(await ctx.execute(_USE, name, kind))


async def let_go(ctx: Context, name: str, until: datetime) -> None:
    """Keep a picture that the brand no longer shows until a time: mails that were sent still show it."""
    await ctx.execute(_LET_GO, name, until)


async def drop_loose(ctx: Context, name: str) -> bool:
    """Forget a picture that the brand does not show; False when there is none."""
    return bool(await ctx.execute(_DROP_LOOSE, name))


async def take_ended(ctx: Context) -> Sequence[str]:
    """Forget the pictures whose time is over, and return their names."""
    return [str(row[0]) for row in await ctx.records(_TAKE_ENDED)]


async def is_kept(ctx: Context, name: str) -> bool:
    """Whether there is a picture of this name."""
    return bool(await ctx.fetch_value(_KEPT, name))
