"""Knowledge bases: made from a form, indexed as soon as somebody asks."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import delete, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.ground import ApiRequest, account_of, world_of
from inspralv.sandbox.retell.store import Thing, new_id, shown

_LONGEST_NAME = 39
_MOST_FILES = 25
_STORAGE = "https://storage.retell.invalid"  # nothing is kept of a source but its name


@post("/create-knowledge-base")
async def create_base(request: ApiRequest) -> Thing:
    account, world = account_of(request), world_of(request)
    form = await request.form()
    name = form.get("knowledge_base_name")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise ApiError(400, "knowledge_base_name must be less than 40 characters")
    base_id = new_id("knowledge_base")
    sources = await _sources(form)
    fields = {"knowledge_base_id": base_id, "knowledge_base_name": name, "status": "in_progress", "_sources": sources}
    sizes = {"max_chunk_size": 2000, "min_chunk_size": 400, "enable_auto_refresh": False}
    return _told(world.store.add("knowledge_bases", account, base_id, fields | sizes))


@get("/get-knowledge-base/{base_id:str}")
async def read_base(request: ApiRequest, base_id: FromPath[str]) -> Thing:
    return _indexed(world_of(request).store.get("knowledge_bases", account_of(request), base_id))


@get("/list-knowledge-bases")
async def list_bases(request: ApiRequest) -> list[Thing]:
    return [_told(one) for one in world_of(request).store.list("knowledge_bases", account_of(request))]


@delete("/delete-knowledge-base/{base_id:str}")
async def delete_base(request: ApiRequest, base_id: FromPath[str]) -> None:
    world_of(request).store.remove("knowledge_bases", account_of(request), base_id)


@post("/add-knowledge-base-sources/{base_id:str}")
async def add_sources(request: ApiRequest, base_id: FromPath[str]) -> Thing:
    world = world_of(request)
    base = world.store.get("knowledge_bases", account_of(request), base_id)
    base["_sources"] += await _sources(await request.form())
    base["status"] = "in_progress"
    world.store.save()
    return _told(base)


@delete("/delete-knowledge-base-source/{base_id:str}/source/{source_id:str}", status_code=200)
async def delete_source(request: ApiRequest, base_id: FromPath[str], source_id: FromPath[str]) -> Thing:
    store = world_of(request).store
    base = store.get("knowledge_bases", account_of(request), base_id)
    left = [one for one in base["_sources"] if one["source_id"] != source_id]
    if len(left) == len(base["_sources"]):
        raise ApiError(422, "Cannot find requested asset under given api key.")
    base["_sources"] = left
    store.save()
    return _told(base)


def _told(base: Thing) -> Thing:
    """The sources are told once they are indexed."""
    told = shown(base)
    return told | {"knowledge_base_sources": base["_sources"]} if base["status"] == "complete" else told


def _indexed(base: Thing) -> Thing:
    told = _told(base)
    base["status"] = "complete"  # by the next time somebody asks
    return told


async def _sources(form: Any) -> list[Thing]:
    sources: list[Thing] = []
    for text in _listed(form, "knowledge_base_texts"):
        source_id = new_id("source")
        url = f"{_STORAGE}/{source_id}.txt"
        sources.append({"type": "text", "source_id": source_id, "title": str(text["title"]), "content_url": url})
    addresses = _listed(form, "knowledge_base_urls")
    sources += [{"type": "url", "source_id": new_id("source"), "url": str(address)} for address in addresses]
    files = [one for one in form.getall("knowledge_base_files", []) if isinstance(one, UploadFile)]
    if len(files) > _MOST_FILES:
        raise ApiError(400, "knowledge_base_files: 25 files at most")
    for file in files:
        source_id, size = new_id("source"), len(await file.read())
        url = f"{_STORAGE}/{source_id}"
        described = {"filename": file.filename, "file_url": url, "file_size": size}
        sources.append({"type": "document", "source_id": source_id, **described})
    return sources


def _listed(form: Any, name: str) -> list[Any]:
    """A list is one part of the form, as JSON. Raises ApiError(400)."""
    text = form.get(name)
    if text is None:
        return []
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, TypeError):
        raise ApiError(400, f"{name} must be a JSON array") from None
    if not isinstance(found, list):
        raise ApiError(400, f"{name} must be a JSON array")
    return found


ROUTES = [create_base, read_base, list_bases, delete_base, add_sources, delete_source]
