"""Host names as people type them, and as they are stored and compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from inspralv.foundation.language.texts import _

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}", re.ASCII)
_LONGEST_HOST = 253 - len("_domain-check.")  # the name of the record that proves it is a name of DNS too
_TWO_WAYS = frozenset(
    "ßẞς\u200c\u200d"
)  # browsers keep these letters; the older rules, which Python knows, replace them
# Top levels that no registry gives out and that could lead into a network of one's own (RFC 6761, RFC 9476 and habit).
_RESERVED_TOPS = {
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "alt", "arpa", "invalid",
    "onion",
}  # fmt: skip


def plain_domain(typed: str) -> str:
    """Return a host name as it is stored and compared: small letters, international ones as punycode, no trailing dot.

    Raises ValueError with what is wrong: a port, a path, an IP address, a shared suffix, a name that is none.
    """
    name = typed.strip().rstrip(".")
    if "://" in name or "/" in name or "@" in name:
        raise ValueError(_("Give the host name alone, such as voice.example.com."))
    if ":" in name:
        raise ValueError(_("Leave the port away."))
    if _TWO_WAYS.intersection(name):
        raise ValueError(
            _("This name has letters that are read in two ways. Give it as it is registered, beginning with xn--.")
        )
    try:
        name = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValueError(_("This is not a host name.")) from None
    if _is_address(name):
        raise ValueError(_("Give a name, not an IP address."))
    labels = name.split(".")
    if labels[-1] in _RESERVED_TOPS:
        raise ValueError(_("This name is reserved and cannot be reached from the internet."))
    if len(labels) < 2 or len(name) > _LONGEST_HOST:  # noqa: PLR2004 - a name and its top level
        raise ValueError(_("Give a whole host name, such as voice.example.com."))
    if not all(_LABEL.fullmatch(label) and _is_genuine(label) for label in labels) or not _TOP.fullmatch(labels[-1]):
        raise ValueError(_("This is not a host name."))
    if _suffixes().privatesuffix(name) is None:
        raise ValueError(_("Nobody can own this name alone. Give one below it."))
    return name


def readable(hostname: str) -> str:
    """Return a stored name as people write it."""
    try:
        return hostname.encode("ascii").decode("idna")
    except UnicodeError:
        return hostname


@cache
def _suffixes() -> PublicSuffixList:
    """The list of publicsuffix.org, as the package carries it: what registries and hosts give out below."""
    return PublicSuffixList()


def _is_genuine(label: str) -> bool:
    """Whether a label that claims to be punycode is some: letters, marks and digits, in the one way to write them."""
    if not label.startswith("xn--"):
        return True
    try:
        text = label[4:].encode().decode("punycode")
    except UnicodeError:
        return False
    plain = not text.isascii() and text == unicodedata.normalize("NFKC", text).lower()
    words = all(sign == "-" or unicodedata.category(sign)[0] in "LMN" for sign in text)
    return plain and words and f"xn--{text.encode('punycode').decode()}" == label


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
