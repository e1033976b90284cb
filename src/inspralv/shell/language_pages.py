"""Choosing a language where nobody is signed in: the browser keeps it."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.response import Redirect

from inspralv.accounts.redirects import path_in
from inspralv.accounts.schemas import LanguageChoice
from inspralv.foundation.errors import Invalid
from inspralv.foundation.web.forms import FormBody
from inspralv.foundation.web.routing import post
from inspralv.foundation.web.validation import validate
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.session_cookie import SessionPolicy
from inspralv.tenancy.speaking import language_cookie


@post("/language", access=public("a language is chosen before anybody is signed in"))
async def choose_language(ctx: PublicContext, request: Request[Any, Any, Any], data: FormBody) -> Redirect:
    """Keep the choice, and show the page again."""
    choice = validate(dict(data), LanguageChoice).language
    if choice is None:
        raise Invalid
    back = path_in(request.headers.get("referer", "")) or "/"
    cookie = language_cookie(ctx.services.get(SessionPolicy), choice)
    return Redirect(back, status_code=303, cookies=[cookie])
