"""Knowledge bases (contract section 10): made of texts, addresses and files, and read by an LLM that names them."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

import msgspec
from msgspec import Struct

from inspralv.providers.retell import wire
from inspralv.providers.retell.client import RetellClient

NAME_LENGTH = 39


class Text(Struct, frozen=True, kw_only=True):
    title: str
    text: str


class File(Struct, frozen=True, kw_only=True):
    name: str
    content: bytes
    media_type: str


class Sources(Struct, frozen=True, kw_only=True):
    texts: Sequence[Text] = ()
    urls: Sequence[str] = ()
    files: Sequence[File] = ()


class Source(Struct, frozen=True, kw_only=True):
    """`type` is document, text or url; `name` is its title, file name or address."""

    source_id: str
    type: str
    title: str | None = None
    filename: str | None = None
    url: str | None = None

    @property
    def name(self) -> str:
        return self.title or self.filename or self.url or ""


class KnowledgeBase(Struct, frozen=True, kw_only=True):
    """Ready once `status` is complete; the sources are listed from then on."""

    knowledge_base_id: str
    knowledge_base_name: str = ""
    status: str = "in_progress"
    knowledge_base_sources: list[Source] | None = None


class RetellKnowledge:
    """Raises the errors of `providers.errors`."""

    def __init__(self, client: RetellClient) -> None:
        self._client = client

    async def list(self) -> Sequence[KnowledgeBase]:
        return wire.decode(await self._client.get("/list-knowledge-bases"), list[KnowledgeBase])

    async def get(self, base_id: str) -> KnowledgeBase:
        return wire.decode(await self._client.get(f"/get-knowledge-base/{base_id}"), KnowledgeBase)

    async def create(self, name: str, sources: Sources) -> KnowledgeBase:
        """`name` has at most `NAME_LENGTH` characters. Raises Lost when it may exist although no answer came."""
        form, kind = form_of(sources, name)
        return wire.decode(await self._client.upload("/create-knowledge-base", form, kind), KnowledgeBase)

    async def add_sources(self, base_id: str, sources: Sources) -> KnowledgeBase:
        form, kind = form_of(sources)
        raw = await self._client.upload(f"/add-knowledge-base-sources/{base_id}", form, kind)
        return wire.decode(raw, KnowledgeBase)

    async def delete_source(self, base_id: str, source_id: str) -> KnowledgeBase:
        path = f"/delete-knowledge-base-source/{base_id}/source/{source_id}"
        return wire.decode(await self._client.delete(path, answers=True), KnowledgeBase)

    async def delete(self, base_id: str) -> None:
        await self._client.delete(f"/delete-knowledge-base/{base_id}")


def form_of(sources: Sources, name: str | None = None) -> tuple[bytes, str]:
    """Return a multipart form and its content type: lists are one part of JSON each, files a part each."""
    boundary = token_hex(16)
    parts: list[bytes] = []

    def add(field: str, content: bytes, more: str = "") -> None:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"{more}\r\n\r\n'
        parts.extend((head.encode(), content, b"\r\n"))

    if name is not None:
        add("knowledge_base_name", name.encode())
    lists: dict[str, Any] = {"knowledge_base_texts": list(sources.texts), "knowledge_base_urls": list(sources.urls)}
    for field, entries in lists.items():
        if entries:
            add(field, msgspec.json.encode(entries))
    for file in sources.files:
        quoted = file.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        add("knowledge_base_files", file.content, f'; filename="{quoted}"\r\nContent-Type: {file.media_type}')
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
