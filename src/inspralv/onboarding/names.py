"""Which names a partner can have: subdomains of the platform, and host names of its own."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import ip_address

LEAST, MOST = 3, 50
_RESERVED = """
    www app api admin super-admin superadmin dashboard portal login signup auth oauth sso mail email smtp ftp cdn
    assets static media images files docs help support status blog news dev staging test demo beta alpha sandbox
    localhost local internal private public webhook webhooks ws wss socket graphql rest platform partner partners
    workspace workspaces org organization account accounts billing payment payments subscribe pricing inspralv
"""
# What registries and hosts hand out below these names belongs to others; no agency owns one alone.
_SHARED = """
    co.uk org.uk ac.uk gov.uk com.au net.au org.au co.nz co.jp co.kr co.in com.br com.mx com.tr com.cn com.sg com.hk
    co.za com.ar com.co github.io gitlab.io herokuapp.com vercel.app netlify.app pages.dev workers.dev web.app
    firebaseapp.com azurewebsites.net cloudfront.net amazonaws.com onrender.com fly.dev ngrok.io ngrok.app
"""
RESERVED, SHARED_SUFFIXES = frozenset(_RESERVED.split()), frozenset(_SHARED.split())
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}", re.ASCII)
_LONGEST_HOST = 253


def subdomain_fault(name: str) -> str:
    """Return what is wrong with a subdomain; empty for nothing. Whether it is free is another question."""
    if not LEAST <= len(name) <= MOST:
        return f"Use {LEAST} to {MOST} characters."
    if not _SUBDOMAIN.fullmatch(name):
        return "Use small letters, digits and hyphens; begin and end with a letter or digit."
    if "--" in name:
        return "Two hyphens in a row are not possible."
    return "This name is reserved." if name in RESERVED else ""


def suggested_subdomain(company: str) -> str:
    """Return a subdomain made of a company's name; "agency" when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", company).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MOST].strip("-")
    return words if not subdomain_fault(words) else "agency"


def plain_domain(typed: str) -> str:
    """Return a host name as it is stored and compared: small letters, international ones as punycode, no trailing dot.

    Raises ValueError with what is wrong: a port, a path, an IP address, a shared suffix, a name that is none.
    """
    name = typed.strip().rstrip(".").lower()
    if "://" in name or "/" in name or "@" in name:
        raise ValueError("Give the host name alone, such as voice.example.com.")
    if ":" in name:
        raise ValueError("Leave the port away.")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("This is not a host name.") from None
    if _is_address(name):
        raise ValueError("Give a name, not an IP address.")
    labels = name.split(".")
    if len(labels) < 2 or len(name) > _LONGEST_HOST:  # noqa: PLR2004 - a name and its top level
        raise ValueError("Give a whole host name, such as voice.example.com.")
    if not all(_LABEL.fullmatch(label) for label in labels) or not _TOP.fullmatch(labels[-1]):
        raise ValueError("This is not a host name.")
    if name in SHARED_SUFFIXES:
        raise ValueError("Nobody can own this name alone. Give one below it.")
    return name


def is_below(domain: str, platform_host: str) -> bool:
    """Whether a host name is the platform's own, or below it."""
    return domain == platform_host or domain.endswith(f".{platform_host}")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
