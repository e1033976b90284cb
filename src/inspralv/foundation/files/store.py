"""The file store: a folder of this machine, or a bucket that speaks S3. Both know the same few verbs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store

from inspralv.foundation.outbound.offline import refuse_inside_transaction

CHUNK = 256 * 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}", re.ASCII)


class FileMissing(Exception):
    """There is no file of this key (any more)."""


def file_key(partner_id: UUID, workspace_id: UUID, *names: str) -> str:
    """Return the key of a workspace's file: partner, workspace, then the given names. Raises ValueError for a name with
    anything but small letters, digits, dots, dashes and underscores."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a file name: {name!r}")
    return "/".join((str(partner_id), str(workspace_id), *names))


def partner_file_key(partner_id: UUID, *names: str) -> str:
    """Return the key of a file of the whole partner. Raises ValueError as `file_key` does."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a file name: {name!r}")
    return "/".join((str(partner_id), *names))


def open_store(url: str) -> FileStore:
    """Open `file:///folder` (made when missing) or `s3://bucket/prefix` (keys and region from the usual AWS_
    variables). Raises OSError when the folder cannot be made."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return FileStore(S3Store.from_url(url))
    folder = Path(unquote(parts.path))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileStore(LocalStore(prefix=folder))


class FileStore:
    """Keeps files by key. A bucket is on the network, so nothing here may be done inside a transaction."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, key: str, body: bytes) -> None:
        """Keep a file, whole or not at all; one that is there already is replaced."""
        refuse_inside_transaction(f"put {key}")
        await obstore.put_async(self._store, key, body)

    async def size(self, key: str) -> int:
        """Return the number of bytes. Raises FileMissing."""
        refuse_inside_transaction(f"size {key}")
        try:
            return int((await obstore.head_async(self._store, key))["size"])
        except FileNotFoundError:
            raise FileMissing(key) from None

    async def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        try:
            await self.size(key)
        except FileMissing:
            return False
        return True

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Open a file from byte `start` to before byte `end`, and return its pieces. Raises FileMissing at once."""
        refuse_inside_transaction(f"read {key}")
        options = {} if start == 0 and end is None else {"range": {"offset": start} if end is None else (start, end)}
        try:
            found = await obstore.get_async(self._store, key, options=options)  # type: ignore[arg-type]
        except FileNotFoundError:
            raise FileMissing(key) from None
        return _pieces(found)

    async def get(self, key: str) -> bytes:
        """Return a whole file. Raises FileMissing."""
        return b"".join([piece async for piece in await self.read(key)])

    async def delete(self, key: str) -> None:
        """Remove a file, if it is there."""
        refuse_inside_transaction(f"delete {key}")
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return

    async def delete_below(self, folder: str) -> int:
        """Remove every file whose key begins with a folder; return how many there were."""
        refuse_inside_transaction(f"delete below {folder}")
        found = await obstore.list(self._store, f"{folder}/").collect_async()
        for one in found:
            await self.delete(one["path"])
        return len(found)


async def _pieces(found: obstore.GetResult) -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=CHUNK):
        yield bytes(piece)
