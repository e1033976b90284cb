from pathlib import Path
from uuid import UUID

import pytest

from inspralv.foundation.files import ByteRange, FileMissing, FileStore, Unsatisfiable, file_key, open_store, read_range
from inspralv.foundation.outbound import NetworkInsideTransaction, offline

PARTNER, WORKSPACE = UUID(int=1), UUID(int=2)
KEY = file_key(PARTNER, WORKSPACE, "recordings", "call.wav")
BODY = bytes(range(256)) * 5000


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return open_store(f"file://{tmp_path}/a%20folder/files")


async def test_what_is_put_comes_back(store: FileStore, tmp_path: Path) -> None:
    await store.put(KEY, BODY)
    assert await store.get(KEY) == BODY
    assert await store.size(KEY) == len(BODY)
    assert (tmp_path / "a folder/files" / KEY).read_bytes() == BODY
    await store.put(KEY, b"new")
    assert await store.get(KEY) == b"new"


async def test_a_part_comes_back_in_pieces(store: FileStore) -> None:
    await store.put(KEY, BODY)
    assert b"".join([piece async for piece in await store.read(KEY, 10, 1_000_010)]) == BODY[10:1_000_010]
    assert b"".join([piece async for piece in await store.read(KEY, len(BODY) - 3)]) == BODY[-3:]
    assert len([piece async for piece in await store.read(KEY)]) > 1


async def test_a_missing_file_says_so(store: FileStore) -> None:
    assert not await store.exists(KEY)
    for ask in (store.get(KEY), store.size(KEY), store.read(KEY, 1, 2)):
        with pytest.raises(FileMissing):
            await ask
    await store.delete(KEY)


async def test_a_deleted_file_is_gone(store: FileStore) -> None:
    await store.put(KEY, BODY)
    await store.delete(KEY)
    assert not await store.exists(KEY)


async def test_nothing_happens_inside_a_transaction(store: FileStore) -> None:
    mark = offline.enter()
    try:
        for ask in (store.put(KEY, b""), store.get(KEY), store.exists(KEY), store.delete(KEY)):
            with pytest.raises(NetworkInsideTransaction):
                await ask
    finally:
        offline.leave(mark)


@pytest.mark.parametrize("name", ["..", ".hidden", "a/b", "", "A", "a b", "ä", "a\n", "x" * 201])
def test_names_cannot_leave_the_workspace(name: str) -> None:
    with pytest.raises(ValueError, match="not a file name"):
        file_key(PARTNER, WORKSPACE, name)


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [("bytes=0-0", 0, 1), ("bytes=2-5", 2, 6), ("bytes=7-", 7, 10), ("bytes=-3", 7, 10), ("bytes=-99", 0, 10),
     ("bytes=4-400", 4, 10)],
)  # fmt: skip
def test_one_range_is_read(header: str, start: int, end: int) -> None:
    found = read_range(header, 10)
    assert found == ByteRange(start, end, 10)
    assert found.length == end - start
    assert found.content_range == f"bytes {start}-{end - 1}/10"


@pytest.mark.parametrize(
    "header", [None, "", "bytes=-", "bytes=5-2", "bytes=1-2,4-5", "lines=1-2", "bytes=a-b", "bytes=1-2x"]
)
def test_anything_else_means_the_whole_file(header: str | None) -> None:
    assert read_range(header, 10) is None


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_outside_of_the_file_is_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        read_range(header, 10)
