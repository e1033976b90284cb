"""How a setting's text becomes its value. A reader raises ValueError with the rest of a sentence: “must be …”."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import msgspec

from inspralv.providers.base_urls import BaseUrls

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_SENDER = re.compile(r"([^<>\r\n]+ <)?[^\s<>@]+@[^\s<>@]+(?(1)>)")
_PROVIDER = re.compile(r"\*|[a-z][a-z0-9_]*(:[a-z0-9-]+)?")
_KEY_BYTES = 32
STAND_IN = "stand-in"
_HIGHEST_KEY_NUMBER = 65_535


class Reader(msgspec.Struct, frozen=True):
    """What kind of text it is, in words for the reference page, and the function that reads it."""

    kind: str
    read: Callable[[str], object]


def one_of(*words: str) -> Reader:
    def read_word(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}, not “{text}”")
        return text

    return Reader(" | ".join(f"`{word}`" for word in words), read_word)


def whole(lowest: int, highest: int) -> Reader:
    def read_number(text: str) -> int:
        if not re.fullmatch(r"\d{1,12}", text, re.ASCII) or not lowest <= int(text) <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}, not “{text}”")
        return int(text)

    return Reader(f"whole number, {lowest}–{highest}", read_number)


def is_loopback(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback


def _read_text(text: str) -> str:
    return text.strip()


def _read_folder(text: str) -> Path:
    folder = Path(text).expanduser()
    if not folder.is_absolute():
        raise ValueError("must be an absolute path")
    return folder


def _read_bind_address(text: str) -> str:
    if text != "localhost":
        try:
            ip_address(text)
        except ValueError:
            raise ValueError(f"must be an IP address or localhost, not “{text}”") from None
    return text


def _read_host_name(text: str) -> str:
    if not _HOST.fullmatch(text.lower()):
        raise ValueError("must be a host name without scheme and port")
    return text.lower()


def _split(text: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    # The text may hold a password, so no message repeats it.
    try:
        parts = urlsplit(text)
        is_sound = parts.scheme in schemes and parts.port != 0
    except ValueError:  # brackets or a port that are none
        raise ValueError(f"must be an address like {example}") from None
    if not is_sound:
        raise ValueError(f"must be an address like {example}")
    return parts


def _read_web_url(text: str) -> str:
    example = "https://host[:port][/path]"
    parts = _split(text, ("http", "https"), example)
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"must be an address like {example}")
    return text.rstrip("/")


def _read_provider_urls(text: str) -> BaseUrls:
    by_name: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, url = pair.partition("=")
        if not _PROVIDER.fullmatch(name):
            raise ValueError("must be pairs like name=https://host, separated by commas")
        by_name[name] = "" if url == "vendor" else _read_web_url(url)
    return BaseUrls(by_name)


def _read_database_url(text: str) -> str:
    if not text.strip():
        return ""
    example = "postgresql://user:password@host:5432/database"
    parts = _split(text.strip(), ("postgresql", "postgres"), example)
    if len(parts.path) <= 1:
        raise ValueError(f"must name a database, like {example}")
    return text.strip()


def _read_smtp_url(text: str) -> str:
    if text and not _split(text, ("smtp", "smtps"), "smtp://user:password@host:587").hostname:
        raise ValueError("must name a host, like smtp://user:password@host:587")
    return text


def _read_files_url(text: str) -> str:
    example = "file:///folder or s3://bucket/prefix"
    parts = _split(text, ("file", "s3"), example)
    if (parts.scheme == "file") != (not parts.netloc) or (parts.scheme == "file" and not parts.path.startswith("/")):
        raise ValueError(f"must be an address like {example}")
    return text.rstrip("/")


def _read_secret_key(text: str) -> str:
    if len(text.encode()) < _KEY_BYTES:
        raise ValueError(f"must have at least {_KEY_BYTES} characters")
    return text


def _read_master_keys(text: str) -> Mapping[int, bytes]:
    keys: dict[int, bytes] = {}
    for position, entry in enumerate(text.split(","), start=1):
        number, _, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not re.fullmatch(r"[1-9]\d{0,4}", number, re.ASCII) or len(key) != _KEY_BYTES:
            raise ValueError(f"must be like 1:base64-of-32-bytes, separated by commas; entry {position} is not")
        if int(number) > _HIGHEST_KEY_NUMBER or int(number) in keys:
            raise ValueError(f"must number its keys differently, from 1 to {_HIGHEST_KEY_NUMBER}")
        keys[int(number)] = key
    return keys


def _read_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(entry.strip()) for entry in text.split(",") if entry.strip())
    except ValueError as error:
        raise ValueError(f"must be networks like 10.0.0.0/8, separated by commas: {error}") from None


def _read_name_servers(text: str) -> tuple[tuple[str, int], ...] | None:
    if text.strip() == STAND_IN:
        return None
    return tuple(_name_server(entry.strip()) for entry in text.split(",") if entry.strip())


def _name_server(entry: str) -> tuple[str, int]:
    fault = f"must be IP addresses like 10.0.0.2 or 10.0.0.2:53 or [::1]:53, separated by commas, not “{entry}”"
    try:
        parts = urlsplit(f"//{entry}" if entry.count(":") < 2 or entry.startswith("[") else f"//[{entry}]")  # noqa: PLR2004 - IPv6
        address, port = str(ip_address(parts.hostname or "")), parts.port
    except ValueError:
        raise ValueError(fault) from None
    if parts.path or parts.query or "@" in parts.netloc:
        raise ValueError(fault)
    return address, port or 53


def _read_mail_sender(text: str) -> str:
    if not _SENDER.fullmatch(text):
        raise ValueError("must be a sender like Name <name@example.com>")
    return text


text = Reader("text", _read_text)
folder = Reader("absolute path", _read_folder)
bind_address = Reader("IP address", _read_bind_address)
host_name = Reader("host name", _read_host_name)
web_url = Reader("web address", _read_web_url)
provider_urls = Reader("pairs of name and web address", _read_provider_urls)
database_url = Reader("PostgreSQL address", _read_database_url)
smtp_url = Reader("SMTP address", _read_smtp_url)
files_url = Reader("folder or bucket", _read_files_url)
secret_key = Reader("text of 32 or more", _read_secret_key)
master_keys = Reader("numbered keys", _read_master_keys)
name_servers = Reader(f"IP addresses | `{STAND_IN}`", _read_name_servers)
networks = Reader("networks", _read_networks)
mail_sender = Reader("mail address", _read_mail_sender)
