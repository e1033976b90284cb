"""Which partner is this? Host name → partner and brand, cached on every process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from inspralv.foundation.cache.cache import Cache
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.errors import Unavailable
from inspralv.foundation.language.languages import Language
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.addresses import hostname
from inspralv.tenancy.plans import Feature, has_feature

TOPIC = "partners"


class Branding(msgspec.Struct, frozen=True):
    """What a partner shows of itself, or has stored to show. Colours are #RRGGBB, pictures are paths on the partner's host,
    links are https; `language` is that of pages and mails for whoever has chosen none."""

    company_name: str = ""
    primary_color: str = "#7c3aed"
    secondary_color: str = "#64748b"
    logo_url: str | None = None
    favicon_url: str | None = None
    support_email: str | None = None
    footer_text: str | None = None
    privacy_url: str | None = None
    terms_url: str | None = None
    help_url: str | None = None
    language: Language | None = None


class LimitNotice(msgspec.Struct, frozen=True):
    """A limit that is nearly or fully used, of the partner or of one workspace. `level` is 80, 100, or 0 when there is
    room again; `announced` the highest level that was mailed in `month` (`2026-03`)."""

    limit: str
    workspace_id: str | None
    level: int
    most: int
    announced: int
    month: str


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A partner as every request knows it. `host` is its primary host name, for links in mails; `branding` is what is
    shown of it, which without white label is less than what is stored."""

    id: UUID
    slug: str
    name: str
    is_platform: bool
    branding: Branding
    plan_tier: str
    features: dict[str, Any]
    resource_limits: dict[str, Any]
    onboarding_status: str
    host: str | None
    limit_notices: tuple[LimitNotice, ...] = ()

    @property
    def label(self) -> str:
        """The name people see."""
        return self.branding.company_name or self.name


_COLUMNS = """
p.id, p.slug, p.name, p.is_platform, p.branding, p.plan_tier, p.features, p.resource_limits, p.onboarding_status, p.limit_notices,
(SELECT d.hostname FROM app.partner_domains d WHERE d.partner_id = p.id AND d.verified_at IS NOT NULL
  ORDER BY d.is_primary DESC, d.created_at LIMIT 1) AS host
"""
_BY_HOST = f"""
SELECT {_COLUMNS}, d.reached_at IS NULL AS is_new FROM app.partners p JOIN app.partner_domains d ON d.partner_id = p.id
 WHERE d.hostname = $1 AND d.verified_at IS NOT NULL AND p.deleted_at IS NULL
"""  # noqa: S608 - constant columns
_MAY_HAVE_CERTIFICATE = """
SELECT d.certificate_at IS NULL AS is_new FROM app.partner_domains d JOIN app.partners p ON p.id = d.partner_id
 WHERE d.hostname = $1 AND d.verified_at IS NOT NULL AND p.deleted_at IS NULL
"""
_PLATFORM = f"SELECT {_COLUMNS} FROM app.partners p WHERE p.is_platform AND p.deleted_at IS NULL"  # noqa: S608
_BY_ID = f"SELECT {_COLUMNS} FROM app.partners p WHERE p.id = $1 AND p.deleted_at IS NULL"  # noqa: S608


class PartnerGone(LookupError):
    """The partner is not there any more. Jobs that meet it try again for a while, since a deletion can be undone."""


class Directory:
    """Partners by host name and by id. An unknown host belongs to the platform partner; it is asked for each time, so
    that made-up names push no real ones out of the cache."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.by_host: Cache[str, Partner] = Cache(TOPIC, timedelta(minutes=10), self._load_by_host)
        self.platform: Cache[None, Partner] = Cache(TOPIC, timedelta(minutes=10), self._load_platform)
        self.by_id: Cache[UUID, Partner] = Cache(TOPIC, timedelta(minutes=10), self._load_by_id)

    async def of_host(self, host: str) -> Partner:
        """Return the partner of a host name (a port and a trailing dot do not count). Raises Unavailable when the
        database holds no platform partner yet."""
        try:
            return await self.by_host.get(hostname(host))
        except LookupError:
            return await self.platform.get(None)

    async def may_have_certificate(self, host: str) -> bool:
        """Say whether the proxy may get a certificate for a host name: it leads to a partner. Never cached, so that a
        right that was lost is lost at once."""
        name = hostname(host.lower())
        row = await self._pool.fetchrow(_MAY_HAVE_CERTIFICATE, name)
        if row is not None and row["is_new"]:
            await self._pool.execute("SELECT app.note_domain_certificate($1)", name)
        return row is not None

    async def _load_by_host(self, host: str) -> Partner:
        row = await self._pool.fetchrow(_BY_HOST, host)
        if row is None:
            raise LookupError(f"no partner at {host}")
        if row["is_new"]:
            await self._pool.execute("SELECT app.note_domain_reached($1)", host)
        return _as_shown(to_struct(Partner, row))

    async def _load_platform(self, _key: None) -> Partner:
        row = await self._pool.fetchrow(_PLATFORM)
        if row is None:
            raise Unavailable(_("The platform has not been set up yet."))
        return _as_shown(to_struct(Partner, row))

    async def _load_by_id(self, partner_id: UUID) -> Partner:
        row = await self._pool.fetchrow(_BY_ID, partner_id)
        if row is None:
            raise PartnerGone("The partner was deleted.")
        return _as_shown(to_struct(Partner, row))


def has_white_label(partner: Partner) -> bool:
    """Whether the partner's own brand is shown and its own mail used. The platform always has its own."""
    return partner.is_platform or has_feature(partner, Feature.WHITE_LABEL)


def _as_shown(partner: Partner) -> Partner:
    """Without white label a partner shows its name and its support address, in the usual colours and its language."""
    if has_white_label(partner):
        return partner
    stored = partner.branding
    plain = Branding(company_name=stored.company_name, support_email=stored.support_email, language=stored.language)
    return msgspec.structs.replace(partner, branding=plain)
