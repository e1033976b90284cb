"""Which subdomains of the platform a partner can have."""

from __future__ import annotations

import re
import unicodedata

from inspralv.foundation.language.texts import _

LEAST, MOST = 3, 50
_RESERVED = """
    www app api admin super-admin superadmin dashboard portal login signup auth oauth sso mail email smtp ftp cdn
    assets static media images files docs help support status blog news dev staging test demo beta alpha sandbox
    localhost local internal private public webhook webhooks ws wss socket graphql rest platform partner partners
    workspace workspaces org organization account accounts billing payment payments subscribe pricing inspralv
"""
RESERVED = frozenset(_RESERVED.split())
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)


def subdomain_fault(name: str) -> str:
    """Return what is wrong with a subdomain; empty for nothing. Whether it is free is another question."""
    if not LEAST <= len(name) <= MOST:
        return _("Use %(least)s to %(most)s characters.", least=LEAST, most=MOST)
    if not _SUBDOMAIN.fullmatch(name):
        return _("Use small letters, digits and hyphens; begin and end with a letter or digit.")
    if "--" in name:
        return _("Two hyphens in a row are not possible.")
    return _("This name is reserved.") if name in RESERVED else ""


def suggested_subdomain(company: str) -> str:
    """Return a subdomain made of a company's name; "agency" when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", company).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MOST].strip("-")
    return words if not subdomain_fault(words) else "agency"
