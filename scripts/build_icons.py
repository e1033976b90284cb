"""Writes src/inspralv/shell/icons.json: the Lucide icons that templates and code name, and no other.

In templates every quoted word inside {{ }} and {% %} counts that is an icon's name; in code, the words of NavEntry(…),
of icon=… and of anything whose own name has "icon" in it. Needs web/node_modules (make web).
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "inspralv"
LUCIDE = ROOT / "web" / "node_modules" / "lucide-static" / "icon-nodes.json"
TARGET = PACKAGE / "shell" / "icons.json"
TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
WORD = re.compile(r"""["']([a-z][a-z0-9-]*)["']""")
ASKED_FOR = re.compile(r"""\bicon\(\s*["']([^"']+)["']""")


def in_templates() -> Iterator[str]:
    for path in PACKAGE.glob("**/templates/**/*.html"):
        for tag in TAG.findall(path.read_text()):
            yield from WORD.findall(tag)


def in_code() -> Iterator[str]:
    for path in PACKAGE.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            yield from _named_by(node)


def _named_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id="NavEntry")) | ast.keyword(arg="icon"):
            yield from _words(node)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield from _words(node) if "icon" in name.lower() else ()
        case _:
            return


def _words(node: ast.AST) -> Iterator[str]:
    yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def drawing(parts: list[tuple[str, dict[str, str]]]) -> str:
    return "".join(
        f"<{tag} " + " ".join(f'{key}="{value}"' for key, value in attributes.items() if key != "key") + "/>"
        for tag, attributes in parts
    )


def main() -> int:
    lucide = json.loads(LUCIDE.read_text())
    asked = {n for path in PACKAGE.glob("**/templates/**/*.html") for n in ASKED_FOR.findall(path.read_text())}
    if unknown := sorted(asked - lucide.keys()):
        print(f"Lucide has no icon called {', '.join(unknown)}", file=sys.stderr)
        return 1
    used = {*in_templates(), *in_code()} & lucide.keys()
    TARGET.write_text(json.dumps({name: drawing(lucide[name]) for name in sorted(used)}, indent=0) + "\n")
    print(f"{len(used)} icons")
    return 0


if __name__ == "__main__":
    sys.exit(main())
