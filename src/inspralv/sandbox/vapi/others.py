"""/phone-number and /file."""

from __future__ import annotations

import re
from typing import Any

from litestar import delete, get, patch, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.options import Account
from inspralv.sandbox.rules import check_name, check_phone_number
from inspralv.sandbox.store import Store
from inspralv.sandbox.vapi.ground import ApiRequest, account_of, body_of, world_of

Thing = dict[str, Any]
_MOST = 1000


@post("/phone-number")
async def create_phone_number(request: ApiRequest) -> Thing:
    account = account_of(request)
    body = check_phone_number(await body_of(request), new=True)
    store = world_of(request).store
    kept = _without_secrets(body)
    if body["provider"] == "byo-phone-number":
        _require_trunk(store, account, body)
    if body["provider"] == "vapi" and not body.get("sipUri"):
        taken = {line.get("number") for line in store.list("phone_numbers", account, {})}
        kept |= {"number": _free_number(str(body.get("numberDesiredAreaCode") or "415"), taken)}
    return store.add(
        "phone_numbers", account, {**kept, "status": "activating" if body["provider"] == "vapi" else "active"}
    )


@get("/phone-number")
async def list_phone_numbers(request: ApiRequest) -> list[Thing]:
    return world_of(request).store.list("phone_numbers", account_of(request), dict(request.query_params))


@get("/v2/phone-number")
async def page_phone_numbers(request: ApiRequest) -> Thing:
    account = account_of(request)
    query = dict(request.query_params)
    page, limit = _count(query, "page", 1), _count(query, "limit", 100)
    found = [
        t
        for t in world_of(request).store.list("phone_numbers", account, {})
        if query.get("search", "") in t.get("number", "")
    ]
    rows = found[(page - 1) * limit : page * limit]
    return {"results": rows, "metadata": {"itemsPerPage": limit, "totalItems": len(found), "currentPage": page}}


@get("/phone-number/{number_id:str}")
async def read_phone_number(request: ApiRequest, number_id: FromPath[str]) -> Thing:
    line = world_of(request).store.get("phone_numbers", account_of(request), number_id)
    return {**line, "status": "active"}  # a bought number is ready as soon as somebody asks for it


@patch("/phone-number/{number_id:str}")
async def change_phone_number(request: ApiRequest, number_id: FromPath[str]) -> Thing:
    account = account_of(request)
    fields = _without_secrets(check_phone_number(await body_of(request)))
    return world_of(request).store.change("phone_numbers", account, number_id, fields)


@delete("/phone-number/{number_id:str}", status_code=200)
async def delete_phone_number(request: ApiRequest, number_id: FromPath[str]) -> Thing:
    return world_of(request).store.remove("phone_numbers", account_of(request), number_id)


@post("/file")
async def create_file(request: ApiRequest) -> Thing:
    account = account_of(request)
    form = await request.form()
    file = form.get("file")
    if file is None or not hasattr(file, "filename"):
        raise ApiError(400, "file is required")
    body = await file.read()
    return world_of(request).store.add(
        "files", account,
        {"object": "file", "status": "done", "name": file.filename[:40], "originalName": file.filename, "bytes": len(body),
         "mimetype": file.content_type, "purpose": form.get("purpose", "assistant")},
    )  # fmt: skip


@get("/file")
async def list_files(request: ApiRequest) -> list[Thing]:
    return world_of(request).store.list(
        "files", account_of(request), {k: v for k, v in request.query_params.items() if k != "purpose"}
    )


@get("/file/{file_id:str}")
async def read_file(request: ApiRequest, file_id: FromPath[str]) -> Thing:
    return world_of(request).store.get("files", account_of(request), file_id)


@patch("/file/{file_id:str}")
async def rename_file(request: ApiRequest, file_id: FromPath[str]) -> Thing:
    account = account_of(request)
    return world_of(request).store.change("files", account, file_id, check_name(await body_of(request)))


@delete("/file/{file_id:str}", status_code=200)
async def delete_file(request: ApiRequest, file_id: FromPath[str]) -> Thing:
    return world_of(request).store.remove("files", account_of(request), file_id)


def _without_secrets(line: Thing) -> Thing:
    """A line keeps neither its carrier's secrets nor what was only wished for."""
    return {k: v for k, v in line.items() if not k.startswith(("twilioAuth", "twilioApi", "numberDesired"))}


def _require_trunk(store: Store, account: Account, body: Thing) -> None:
    """A number of one's own needs a trunk of the account, and can be there once. Raises ApiError(400)."""
    credential = store.find("credentials", body["credentialId"])
    if credential is None or credential["orgId"] != account.org_id or credential["provider"] != "byo-sip-trunk":
        raise ApiError(400, f"Couldn't Find Credential {body['credentialId']}")
    if body.get("number") in {line.get("number") for line in store.list("phone_numbers", account, {})}:
        raise ApiError(400, ["number is already in use in this organization"])


def _free_number(area: str, taken: set[str | None]) -> str:
    """Return the area's first number, of those that fiction may use, that the account does not have."""
    if not re.fullmatch(r"[2-9]\d\d", area):
        raise ApiError(400, ["numberDesiredAreaCode must be a valid US area code"])
    for last in range(100, 200):
        if (number := f"+1{area}5550{last}") not in taken:
            return number
    raise ApiError(400, "There is no number left in this area code")


def _count(query: dict[str, str], name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise ApiError(400, [f"{name} must not be less than 1"])
    return int(text)


ROUTES = [
    create_phone_number, list_phone_numbers, page_phone_numbers, read_phone_number, change_phone_number, delete_phone_number,
    create_file, list_files, read_file, rename_file, delete_file,
]  # fmt: skip
