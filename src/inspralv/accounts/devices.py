"""What a browser says of itself, in words people know, and whether two sign-ins come from the same device."""

from __future__ import annotations

import hashlib
import re
from ipaddress import ip_address, ip_network

from inspralv.foundation.language.languages import SOURCE, speaking
from inspralv.foundation.language.texts import Text

_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
_AS_IT_IS = "%(name)s"  # the names of programs and systems are the same everywhere
_PHONES = {"iPhone", "Android"}
_PRODUCT = re.compile(r"[\w.-]{1,40}")
_BITS = {4: 24, 6: 48}  # what usually stays of an address when a connection gets a new one


def device(user_agent: str | None) -> Text:
    """Return for instance "Firefox on Windows", the first word of a program that is no browser, or "Unknown device"."""
    agent = user_agent or ""
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return Text("%(browser)s on %(system)s", browser=browser, system=system)
    product = _PRODUCT.match(agent)
    name = browser or system or (product[0] if product else "")
    return Text(_AS_IT_IS, name=name) if name else Text("Unknown device")


def device_label(user_agent: str | None) -> str:
    """Return a device in the language that is spoken."""
    return str(device(user_agent))


def is_phone(label: str) -> bool:
    """Whether the label is that of a phone."""
    return any(label.endswith(name) for name in _PHONES)


def device_mark(user_agent: str | None, ip: str | None) -> bytes:
    """Return what recognises a device: its label and its network. A new version of the browser is the same device."""
    with speaking(SOURCE):  # the same device in whatever language
        return hashlib.sha256(f"{device_label(user_agent)} {_network(ip)}".encode()).digest()


def _network(ip: str | None) -> str:
    try:
        address = ip_address(ip or "")
    except ValueError:
        return ip or ""
    return str(ip_network(f"{address}/{_BITS[address.version]}", strict=False))
