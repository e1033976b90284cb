"""The front end's built files: addresses from Vite's manifest, bodies compressed by the build, held in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

DIST = Path(__file__).resolve().parent / "static" / "dist"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
_ENCODINGS = {"br": ".br", "gzip": ".gz"}  # best first
_FONT = "geist-latin-wght-normal"


class AssetsMissing(FileNotFoundError):
    """The front end has not been built."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"The front end is not built: {folder} has no manifest. Run `make web`.")


@dataclass(frozen=True, slots=True)
class Asset:
    """One built file. `bodies` maps a content coding to the body in it; "" is the plain body."""

    media_type: str
    bodies: dict[str, bytes]

    def encoded(self, accept_encoding: str) -> tuple[str, bytes]:
        """Return the best coding that an Accept-Encoding header allows ("" for none), and the body in it."""
        allowed = {
            name.strip().lower()
            for name, _, quality in (part.partition(";") for part in accept_encoding.split(","))
            if quality.replace(" ", "") not in {"q=0", "q=0.0"}
        }
        coding = next((name for name in _ENCODINGS if name in allowed and name in self.bodies), "")
        return coding, self.bodies[coding]


class Assets:
    """Every built file. Raises AssetsMissing when there is no build."""

    def __init__(self, root: Path = DIST) -> None:
        manifest = root / "manifest.json"
        if not manifest.exists():
            raise AssetsMissing(root)
        entries = json.loads(manifest.read_text())
        self._names: dict[str, str] = {source: entry["file"] for source, entry in entries.items()}
        self.files = {path.name: _load(path) for path in root.iterdir() if path.suffix in _TYPES}
        self.build = self._names["src/app.ts"].split(".")[1]

    def url(self, entry: str) -> str:
        """Return the address of a source file's build, such as "src/app.ts". Raises KeyError for an unknown one."""
        return f"/assets/{self._names[entry]}"

    def font(self) -> str:
        """Return the address of the font to preload."""
        return next(f"/assets/{name}" for name in self.files if name.startswith(_FONT))


def _load(path: Path) -> Asset:
    bodies = {"": path.read_bytes()}
    for coding, suffix in _ENCODINGS.items():
        packed = path.with_name(path.name + suffix)
        if packed.exists():
            bodies[coding] = packed.read_bytes()
    return Asset(_TYPES[path.suffix], bodies)
