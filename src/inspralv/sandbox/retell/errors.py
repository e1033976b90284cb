"""Errors as the emulated API words them (contract, section 1)."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from inspralv.sandbox.errors import ApiError

WRONG_KEY = "API key is missing or invalid."
NO_ASSET = "Cannot find requested asset under given api key."


def answer_error(_request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Render an error in the provider's shape."""
    if isinstance(error, ApiError):
        status, text, headers = error.status, str(error.message), error.headers
    elif isinstance(error, HTTPException):
        status, text, headers = error.status_code, str(error.detail), {}
    else:
        raise error
    return Response({"status": "error", "message": text}, status_code=status, headers=headers)


def missing(status: int = 422) -> ApiError:
    """Not found, as the older endpoints say it; the newer ones answer 404."""
    return ApiError(status, NO_ASSET)
