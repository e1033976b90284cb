"""Defaults of settings that take more than a word to say."""

import hashlib
import os
from pathlib import Path

import platformdirs

# Known to everybody who reads this file; production refuses both.
TRIAL_SECRET_KEY = "for-trying-only-and-refused-in-production-mode"  # noqa: S105
TRIAL_MASTER_KEYS = "1:Zm9yIHRyeWluZyBvbmx5OiByZWZ1c2VkIGluIHByb2Q="


def data_dir() -> str:
    """The data folder of this user and this checkout.

    Root's is below /var/lib, since the database then runs as another user, who may not enter root's home.
    A user whose home cannot be written (a service account, a container) keeps the data in the checkout.
    """
    checkout = _checkout()
    if os.name == "posix" and os.geteuid() == 0:
        base = Path("/var/lib/inspralv")
    else:
        base = Path(platformdirs.user_data_dir("inspralv", appauthor=False))
        if checkout and not _may_create(base):
            return str(checkout / ".local" / "data")
    if checkout is None:
        return str(base)
    mark = hashlib.sha256(os.fsencode(checkout)).hexdigest()[:8]
    return str(base / f"{checkout.name}-{mark}")


def _checkout() -> Path | None:
    folder = Path(__file__).resolve().parents[3]
    return folder if (folder / "pyproject.toml").is_file() else None


def _may_create(folder: Path) -> bool:
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
