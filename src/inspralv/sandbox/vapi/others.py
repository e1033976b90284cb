"""/phone-number, /file and /credential."""

from __future__ import annotations

from typing import Any

from litestar import delete, get, patch, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.rules import check_phone_number
from inspralv.sandbox.vapi.ground import ApiRequest, account_of, body_of, world_of

Thing = dict[str, Any]


@post("/phone-number")
async def create_phone_number(request: ApiRequest) -> Thing:
    account = account_of(request)
    body = check_phone_number(await body_of(request))
    kept = {k: v for k, v in body.items() if not k.startswith(("twilioAuth", "twilioApi", "numberDesired"))}
    number = body.get("number") or f"+1{body.get('numberDesiredAreaCode', '415')}5550142"
    return world_of(request).store.add("phone_numbers", account, {**kept, "number": number, "status": "active"})


@get("/phone-number")
async def list_phone_numbers(request: ApiRequest) -> list[Thing]:
    return world_of(request).store.list("phone_numbers", account_of(request), dict(request.query_params))


@get("/v2/phone-number")
async def page_phone_numbers(request: ApiRequest) -> Thing:
    account = account_of(request)
    query = dict(request.query_params)
    page, limit = int(query.get("page", "1")), int(query.get("limit", "100"))
    found = [t for t in world_of(request).store.list("phone_numbers", account, {}) if query.get("search", "") in t.get("number", "")]
    rows = found[(page - 1) * limit : page * limit]
    return {"results": rows, "metadata": {"itemsPerPage": limit, "totalItems": len(found), "currentPage": page}}


@get("/phone-number/{number_id:str}")
async def read_phone_number(request: ApiRequest, number_id: FromPath[str]) -> Thing:
    return world_of(request).store.get("phone_numbers", account_of(request), number_id)


@patch("/phone-number/{number_id:str}")
async def change_phone_number(request: ApiRequest, number_id: FromPath[str]) -> Thing:
    account = account_of(request)
    fields = check_phone_number(await body_of(request))
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
    return world_of(request).store.list("files", account_of(request), {k: v for k, v in request.query_params.items() if k != "purpose"})


@get("/file/{file_id:str}")
async def read_file(request: ApiRequest, file_id: FromPath[str]) -> Thing:
    return world_of(request).store.get("files", account_of(request), file_id)


@patch("/file/{file_id:str}")
async def rename_file(request: ApiRequest, file_id: FromPath[str]) -> Thing:
    account = account_of(request)
    return world_of(request).store.change("files", account, file_id, {"name": str((await body_of(request)).get("name", ""))[:40]})


@delete("/file/{file_id:str}", status_code=200)
async def delete_file(request: ApiRequest, file_id: FromPath[str]) -> Thing:
    return world_of(request).store.remove("files", account_of(request), file_id)


@post("/credential")
async def create_credential(request: ApiRequest) -> Thing:
    account = account_of(request)
    body = await body_of(request)
    if body.get("provider") != "custom-credential" or not isinstance(body.get("authenticationPlan"), dict):
        raise ApiError(400, ["authenticationPlan must be an object"])
    return world_of(request).store.add("credentials", account, body)


ROUTES = [
    create_phone_number, list_phone_numbers, page_phone_numbers, read_phone_number, change_phone_number, delete_phone_number,
    create_file, list_files, read_file, rename_file, delete_file, create_credential,
]  # fmt: skip
