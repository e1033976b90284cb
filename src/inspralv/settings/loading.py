"""From the environment to the settings, with every fault at once."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from inspralv.settings.readers import is_loopback
from inspralv.settings.table import TABLE
from inspralv.settings.values import Settings


class SettingsFault(Exception):
    """Settings are missing, malformed, or unfit for the mode. `faults` names every one of them."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings, or SettingsFault with every fault that the environment has."""
    values, faults = read_values(environ)
    if faults:
        raise SettingsFault(faults)
    return _build(values)


def read_values(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What could be read, by the setting's name, and every fault."""
    faults = list(_unknown(environ))
    given = {setting.name: environ[setting.name] for setting in TABLE if environ.get(setting.name, "").strip()}
    mode = given.get("INSPRALV_MODE", "demo")
    texts = {setting.name: given.get(setting.name, setting.default_in(mode)) for setting in TABLE}
    values: dict[str, Any] = {}
    for setting in TABLE:
        text = texts[setting.name]
        if text is None:
            faults.append(f"{setting.name} is missing: {setting.about}")
            continue
        if setting.is_secret and mode == "production" and setting.trial and setting.trial in text:
            faults.append(f"{setting.name} is the default for trying, which production refuses.")
            continue
        try:
            values[setting.name] = setting.reader.read(text if setting.name in given else _fill(text, texts))
        except ValueError as error:
            if setting.name in given:  # a default that fails was filled from a faulty setting, named already
                faults.append(f"{setting.name} {error}.")
    faults += _contradictions(values)
    return values, faults


def _fill(template: str, texts: Mapping[str, str | None]) -> str:
    if "{" not in template:
        return template
    return template.format_map({name: text or "" for name, text in texts.items()})


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    known = [setting.name for setting in TABLE]
    for name in sorted(environ):
        if name.startswith("INSPRALV_") and not name.startswith("INSPRALV_TEST_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            yield f"{name} is not a setting" + (f"; is {near[0]} meant?" if near else ".")


def _contradictions(values: Mapping[str, Any]) -> Iterator[str]:
    if values.get("INSPRALV_MODE") == "demo" and not is_loopback(values.get("INSPRALV_HOST", "localhost")):
        yield "INSPRALV_HOST must be a loopback address in demo mode, whose sign-ins everybody knows."
    if values.get("INSPRALV_SMTP_URL") and values.get("INSPRALV_RESEND_API_KEY"):
        yield "INSPRALV_SMTP_URL and INSPRALV_RESEND_API_KEY are both given; mail goes one way."
    if values.get("INSPRALV_MODE") == "production" and values.get("INSPRALV_DNS_SERVERS", ()) is None:
        yield "INSPRALV_DNS_SERVERS is the stand-in, which production refuses: anybody could prove any domain."
    if "INSPRALV_PORT" in values and values["INSPRALV_PORT"] == values.get("INSPRALV_SANDBOX_PORT"):
        yield "INSPRALV_PORT and INSPRALV_SANDBOX_PORT are the same port."
    idle, absolute = values.get("INSPRALV_SESSION_IDLE_MINUTES"), values.get("INSPRALV_SESSION_ABSOLUTE_HOURS")
    if idle and absolute and idle > absolute * 60:
        yield "INSPRALV_SESSION_IDLE_MINUTES is longer than INSPRALV_SESSION_ABSOLUTE_HOURS."


def _build(values: Mapping[str, Any]) -> Settings:
    tree: dict[str, Any] = {}
    for setting in TABLE:
        *groups, leaf = setting.field.split(".")
        branch = tree
        for group in groups:
            branch = branch.setdefault(group, {})
        branch[leaf] = values[setting.name]
    kinds = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    parts = {name: kinds[name](**part) if isinstance(part, dict) else part for name, part in tree.items()}
    return Settings(**cast("Any", parts))
