"""The API of one's own data: a copy of it, and the end of one's account. An API key is not enough: a program that has got
hold of one must neither carry everything away nor delete the person. It says the password as well, and the copy itself is
for browsers alone."""

from __future__ import annotations

from litestar import Response
from litestar.params import JSONBody

from inspralv.accounts.account_answers import DataExportOut
from inspralv.accounts.actions import deleting, exporting
from inspralv.accounts.answers import Told
from inspralv.accounts.own_data_pages import DOWNLOAD
from inspralv.accounts.schemas import AccountDeletion, Identity
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import delete, get, post
from inspralv.tenancy.access import signed_in
from inspralv.tenancy.contexts import SignedInContext
from inspralv.tenancy.session_cookie import SessionPolicy

_TAGS = ["Account"]
_PERSON = signed_in()


@get("/api/account/export", access=_PERSON, tags=_TAGS)
async def read_export(ctx: SignedInContext) -> Data[DataExportOut]:
    """Return what became of the copy of one's data. It is downloaded in a browser."""
    return Data(DataExportOut.of(await exporting.find_own_export(ctx), DOWNLOAD))


@post("/api/account/export", access=_PERSON, status_code=202, raises=(409,), tags=_TAGS)
async def ask_for_export(ctx: SignedInContext, data: JSONBody[Identity]) -> Data[DataExportOut]:
    """Have a copy of one's data made; a mail says when it is ready."""
    return Data(DataExportOut.of(await exporting.ask_for_export(ctx, data.password), DOWNLOAD))


@delete("/api/account", access=_PERSON, raises=(409,), tags=_TAGS)
async def delete_account(ctx: SignedInContext, data: JSONBody[AccountDeletion]) -> Response[Data[Told]]:
    """Delete one's account. Every session ends at once; there is no undo."""
    await deleting.delete_account(ctx, data)
    return Response(Data(Told(_("Your account is deleted."))), cookies=[ctx.services.get(SessionPolicy).withdraw()])


ROUTES = (read_export, ask_for_export, delete_account)
