"""Errors as the emulated API words them (contract, section 9)."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from inspralv.sandbox.errors import ApiError

_DETAILED = {400, 404}  # the others have been seen with a plain text


def answer_error(_request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Render an error in the provider's shape."""
    if isinstance(error, ApiError):
        status, text, headers = error.status, str(error.message), error.headers
    elif isinstance(error, HTTPException):
        return Response({"detail": str(error.detail)}, status_code=error.status_code)
    else:
        raise error
    detail: Any = text
    if status in _DETAILED:
        detail = {"status": "error", "description": text, "request_id": uuid.uuid4().hex, "category": "important"}
    return Response({"detail": detail}, status_code=status, headers=headers)
