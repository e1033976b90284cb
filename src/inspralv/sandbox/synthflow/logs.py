"""/logs: which webhooks went out, and what was answered."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.synthflow.ground import ApiRequest, answer, count, workspace_of, world_of
from inspralv.sandbox.synthflow.store import Thing

_ITEM = (
    "request_timestamp", "webhook_log_id", "model_id", "status", "webhook_url", "response_status_code", "http_method",
)  # fmt: skip
_DETAIL = {"http_method"}


@get("/logs")
async def list_logs(request: ApiRequest) -> Thing:
    account, query = workspace_of(request, "workspace_id"), request.query_params
    number, size = count(request, "page_number", 1), count(request, "page_size", 20)
    rows = [
        log
        for log in world_of(request).store.logs
        if log["workspace_id"] == account.id
        and query.get("webhook_type") in {None, log["webhook_type"]}
        and query.get("call_id") in {None, log["call_id"]}
        and query.get("assistant_id") in {None, log["model_id"]}
        and query.get("status") in {None, log["status"]}
    ]
    page = rows[(number - 1) * size : number * size]
    items = [{name: log[name] for name in _ITEM} for log in page]
    return answer({"items": items, "total": len(rows), "page_size": size, "page_number": number})


@get("/logs/{log_id:str}")
async def read_log(request: ApiRequest, log_id: FromPath[str]) -> Thing:
    account = workspace_of(request, "workspace_id")
    for log in world_of(request).store.logs:
        if log["webhook_log_id"] == log_id and log["workspace_id"] == account.id:
            return answer({name: value for name, value in log.items() if name not in _DETAIL})
    raise ApiError(404, "Webhook log not found.")


ROUTES = [list_logs, read_log]
