"""Who PostgreSQL runs as: the caller, or another user when the caller is root, whom PostgreSQL refuses to serve."""

import os
import pwd
import stat
from pathlib import Path
from typing import Any

import msgspec

from inspralv.foundation.db.embedded_faults import UnreachableFolder


class PostgresUser(msgspec.Struct, frozen=True):
    uid: int
    gid: int
    name: str

    def as_arguments(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make the child run as this user; empty when that is the caller."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def take_over(self, file: Path | int) -> None:
        """Makes this user the owner of a file or folder that root made for it."""
        if os.geteuid() == 0:
            os.chown(file, self.uid, self.gid)

    def may_reach(self, file: Path) -> bool:
        """Whether this user may enter every folder above `file`."""
        return self.uid == os.geteuid() or all(self._may_enter(folder) for folder in file.resolve().parents)

    def _may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def choose_user(home: Path) -> PostgresUser:
    """The user for the server of `home`, which is created and handed over to it, closed to others (mode 0700).

    Root hands over to whom the data already belongs, else to `postgres` or `nobody`. Raises UnreachableFolder.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        user = _owner_or_substitute(home)
        user.take_over(home)
        if stat.S_IMODE(home.stat().st_mode) != stat.S_IRWXU:
            home.chmod(stat.S_IRWXU)
    except OSError as error:
        raise UnreachableFolder(f"{home} cannot be used for the database: {error.strerror}.") from error
    if not user.may_reach(home / "data"):
        raise UnreachableFolder(
            f"{home} cannot be used for the database: started by root, PostgreSQL runs as “{user.name}”, "
            "who may not enter that folder. Choose one outside of root's home."
        )
    return user


def _owner_or_substitute(home: Path) -> PostgresUser:
    me = os.geteuid()
    if me != 0:
        return PostgresUser(uid=me, gid=os.getegid(), name=str(me))
    owner = home.stat().st_uid
    if owner != 0 and (home / "data").exists():
        entry = home.stat()
        return PostgresUser(uid=owner, gid=entry.st_gid, name=str(owner))
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry_of_substitute = known.get("postgres") or known["nobody"]
    return PostgresUser(
        uid=entry_of_substitute.pw_uid, gid=entry_of_substitute.pw_gid, name=entry_of_substitute.pw_name
    )
