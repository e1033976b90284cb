"""Writes docs/reference/settings.md from the table of settings; a test compares the two."""

from pathlib import Path

from inspralv.settings.table import TABLE, Setting

FILE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "settings.md"

HEAD = """\
# Settings

Read once at start from the environment and checked as a whole: every fault is named in one message, and nothing is
started. A variable that begins with `INSPRALV_` and is not in this list is a fault too. `{NAME}` in a default stands
for the value of another setting.

This page is made by `python scripts/write_reference.py` from `src/inspralv/settings/table.py`.

| Setting | Value | Default | Default in production | What it is for |
|---|---|---|---|---|
"""


def settings_page() -> str:
    return HEAD + "".join(f"{_row(setting)}\n" for setting in TABLE)


def _row(setting: Setting) -> str:
    kind = setting.reader.kind.replace("|", "\\|") + (", secret" if setting.is_secret else "")
    usual, production = setting.default_in("demo"), setting.default_in("production")
    words = [_default(setting, usual), "the same" if usual == production else _default(setting, production)]
    return f"| `{setting.name}` | {kind} | {words[0]} | {words[1]} | {setting.about} |"


def _default(setting: Setting, text: str | None) -> str:
    if setting.default_words:
        return setting.default_words
    if text is None:
        return "**must be given**"
    if setting.is_secret and text:
        return "one for trying"
    return f"`{text}`" if text else "empty"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(settings_page())
