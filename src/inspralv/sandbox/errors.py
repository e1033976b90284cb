"""Errors as the emulated API words them (Vapi contract, section 9)."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

_NAMES = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_TOO_MANY = 429  # answered without a name
WRONG_KEY = "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa."


class ApiError(Exception):
    """An answer other than 2xx. `message` is a string, or a list of strings for a validation failure."""

    def __init__(self, status: int, message: str | list[str], headers: dict[str, str] | None = None) -> None:
        super().__init__(str(message))
        self.status = status
        self.message = message
        self.headers = headers or {}


def answer_error(_request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Render an error in the provider's shape."""
    if isinstance(error, ApiError):
        status, message, headers = error.status, error.message, error.headers
    elif isinstance(error, HTTPException):
        status, message, headers = error.status_code, str(error.detail), {}
    else:
        raise error
    body: dict[str, Any] = {"message": message, "error": _NAMES.get(status, "Error"), "statusCode": status}
    if status == _TOO_MANY:
        del body["error"]
    return Response(body, status_code=status, headers=headers)
