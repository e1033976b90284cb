"""A browser's way with a form: what it reads of a page, and how it sends it."""

from __future__ import annotations

import re
from html import unescape


def fields_of(page: str, form_id: str = "agent-form") -> dict[str, str]:
    """What a browser would send back of a form, unchanged. As the standard says, a line end that directly follows the
    tag of a text area is not part of its text, and line ends are sent as CR LF."""
    form = page[page.index(f'id="{form_id}"') :].split("</form>", 1)[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'\b{a}="([^"]*)"', tag) for a in ("name", "value"))
        kind = re.search(r'type="([^"]*)"', tag)
        if name and not (kind and kind[1] in {"checkbox", "radio"} and " checked" not in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        text = unescape(body).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")
        found[name] = text.replace("\n", "\r\n")
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        options = re.findall(r'<option(?: value="([^"]*)")?([^>]*)>([^<]*)', body)
        value, _, label = next((one for one in options if "selected" in one[1]), options[0])
        found[name] = unescape(value or (label if 'value="' not in body else ""))
    return found


def part_of(page: str, part_id: str) -> str:
    """The section with an id."""
    return page[page.index(f'id="{part_id}"') :].split("</section></section>", 1)[0]


def options_of(page: str, name: str) -> dict[str, str]:
    """A list's values with their labels."""
    body = re.search(rf'<select[^>]*name="{re.escape(name)}"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert body, f"there is no list {name}"
    return {unescape(v): unescape(label) for v, label in re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)', body[1])}
