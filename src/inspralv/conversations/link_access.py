"""Access by a signed link: whoever shows one of ours that is still good, on the host of its partner."""

from __future__ import annotations

from typing import Any

from inspralv.conversations.recording_links import is_good
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.errors import Forbidden
from inspralv.foundation.language.texts import _
from inspralv.foundation.services import Services
from inspralv.foundation.web.access import Access, Connection
from inspralv.tenancy.access import require_open
from inspralv.tenancy.directory import Directory


class LinkContext(Context):
    """Somebody with a link into one workspace."""


def signed_recording_link() -> Access:
    """The holder of a link to a recording. One that is wrong, of another brand or too old is 403, whether or not there
    is such a recording; so is every link of a partner that is suspended. Path parameters: `workspace_id`, `conversation_id`."""
    return Access("signed_link", _admit)


async def _admit(connection: Connection) -> LinkContext:
    services: Services = connection.app.state.services
    scope: dict[str, Any] = connection.scope  # type: ignore[assignment]
    host = scope.get("inspralv.host", "")
    home = await services.get(Directory).of_host(host)
    require_open(home)
    workspace_id, query = connection.path_params["workspace_id"], connection.query_params
    good = is_good(
        services.sealer, home.id, workspace_id, connection.path_params["conversation_id"], services.clock(),
        until=query.get("until", ""), signature=query.get("signature", ""), download=query.get("download") == "1",
    )  # fmt: skip
    if not good:
        raise Forbidden(_("This link is not good, or no longer. Open the conversation for a new one."))
    origin = Origin(scope.get("inspralv.request_id", ""), scope.get("inspralv.ip"), host=host)
    return LinkContext(services, Scope(home.id, workspace_id), Actor("anonymous"), origin)
