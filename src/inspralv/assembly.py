"""Puts the house together: which slices there are, and what the web server and the worker share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from inspralv.accounts.mailbox import MailboxOpen
from inspralv.accounts.slice import SLICE as ACCOUNTS
from inspralv.admin.access import StaffPolicy, StaffPool
from inspralv.admin.slice import SLICE as ADMIN
from inspralv.agents.slice import SLICE as AGENTS
from inspralv.agents.voices import VoiceLists
from inspralv.analytics.slice import SLICE as ANALYTICS
from inspralv.api_keys.slice import SLICE as API_KEYS
from inspralv.audit.slice import SLICE as AUDIT
from inspralv.billing.slice import SLICE as BILLING
from inspralv.branding.mail_way import OwnWays
from inspralv.branding.slice import SLICE as BRANDING
from inspralv.conversations.slice import SLICE as CONVERSATIONS
from inspralv.domains.slice import SLICE as DOMAINS
from inspralv.domains.zone import Zone
from inspralv.foundation.cache.invalidation import CHANNEL, Caches
from inspralv.foundation.db.dsn import Dsns, for_roles
from inspralv.foundation.db.pool import open_pool
from inspralv.foundation.events.reactions import Reactions
from inspralv.foundation.files import open_store
from inspralv.foundation.live.hub import LiveHub
from inspralv.foundation.live.listener import Listener
from inspralv.foundation.mail.mailer import Mailer
from inspralv.foundation.mail.samples import LetterSamples
from inspralv.foundation.mail.transports import Mailbox, Post, Resend, Smtp, Transport
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.egress import Egress
from inspralv.foundation.outbound.guarded import GuardedOutbound
from inspralv.foundation.outbound.names import NameServers
from inspralv.foundation.secrets import Sealer
from inspralv.foundation.services import Services
from inspralv.foundation.slice import Slice
from inspralv.foundation.web.access import Access, admit_declared
from inspralv.foundation.web.addresses import Addresses
from inspralv.foundation.web.edge import Edge, EdgeConfig
from inspralv.foundation.web.view import Renderer
from inspralv.integrations.slice import SLICE as INTEGRATIONS
from inspralv.onboarding.slice import SLICE as ONBOARDING
from inspralv.people.slice import SLICE as PEOPLE
from inspralv.providers.registry import build_registry
from inspralv.settings import Settings
from inspralv.settings.values import Mail
from inspralv.shell.assets import Assets
from inspralv.shell.errors import answer_error
from inspralv.shell.openapi import api_description
from inspralv.shell.slice import SLICE as SHELL
from inspralv.shell.wiring import build_renderer
from inspralv.telephony.slice import SLICE as TELEPHONY
from inspralv.tenancy.directory import Directory
from inspralv.tenancy.session_cookie import SessionPolicy
from inspralv.tenancy.slice import SLICE as TENANCY

_STAFF_CONNECTIONS = 2  # the operator's console is for few

SLICES: tuple[Slice, ...] = (
    TENANCY,
    ACCOUNTS,
    API_KEYS,
    PEOPLE,
    DOMAINS,
    BRANDING,
    AUDIT,
    BILLING,
    INTEGRATIONS,
    TELEPHONY,
    AGENTS,
    CONVERSATIONS,
    ANALYTICS,
    ONBOARDING,
    ADMIN,
    SHELL,
)


class RouteRow(msgspec.Struct, frozen=True):
    """One line of the route table."""

    method: str
    path: str
    access: str
    permission: str | None
    why: str | None
    handler: str


def list_routes(slices: Sequence[Slice] = SLICES) -> list[RouteRow]:
    """Return every route, sorted by path and method."""
    rows = [
        RouteRow(str(method), path, access.kind, access.permission, access.why, route.opt["handler"])
        for part in slices
        for route in part.routes
        if isinstance(route, HTTPRouteHandler)
        for access in (_access_of(route),)
        for path in sorted(route.paths)
        for method in sorted(route.http_methods)
    ]
    return sorted(rows, key=lambda row: (row.path, row.method))


def _access_of(route: Any) -> Access:
    """Return the declared access. Raises TypeError: a route without one does not start, nor one that is no handler of
    HTTP, which nothing would admit."""
    access = route.opt.get("access") if isinstance(route, HTTPRouteHandler) else None
    if not isinstance(access, Access):
        raise TypeError(f"{route} declares no access")
    return access


def dsns_of(settings: Settings) -> Dsns:
    """Return the database addresses of every role."""
    return for_roles(settings.database.url, settings.secrets.key)


@asynccontextmanager
async def open_services(settings: Settings, *, listen: bool = True) -> AsyncIterator[Services]:
    """Open everything that is shared and close it in reverse order. Raises OSError or asyncpg.PostgresError when the
    database cannot be reached."""
    dsns = dsns_of(settings)
    async with AsyncExitStack() as stack:
        pool = await open_pool(dsns.user, settings.database.pool_size)
        stack.push_async_callback(pool.close)
        staff_pool = await open_pool(dsns.staff, _STAFF_CONNECTIONS)
        stack.push_async_callback(staff_pool.close)
        reactions = Reactions([pair for part in SLICES for pair in part.reactions])
        services = Services(pool, Sealer(settings.secrets.master_keys), reactions)
        directory, hub = Directory(pool), LiveHub()
        caches = Caches(directory.by_host, directory.platform, directory.by_id)
        secure = _is_secure(settings)
        services.put(
            directory,
            hub,
            caches,
            StaffPool(staff_pool),
            StaffPolicy(secure, asks_two_factor=settings.mode not in {"demo", "test"}),
            await stack.enter_async_context(Outbound()),
            await stack.enter_async_context(GuardedOutbound(map(str, settings.web.egress_allow))),
            NameServers(settings.dns_servers),
            _zone(settings),
            open_store(settings.files_url),
            build_registry(settings.providers.base_urls),
            SessionPolicy(
                secure,
                timedelta(minutes=settings.sessions.idle_minutes),
                timedelta(hours=settings.sessions.absolute_hours),
            ),
            _addresses(settings),
        )
        services.put(VoiceLists(services), settings.operator)
        renderer = build_renderer(SLICES, Assets())
        services.put(renderer)
        services.parts[Renderer] = renderer
        own_ways = OwnWays(Egress(allow=map(str, settings.web.egress_allow)), services.get(Outbound))
        services.put(
            Post(_transport(settings.mail, services.get(Outbound)), own_ways.choose),
            Mailer(renderer.engine, settings.mail.sender),
            LetterSamples([letter for part in SLICES for letter in part.letters]),
            MailboxOpen(not settings.is_production),
        )
        if listen:

            def missed() -> None:
                caches.clear()
                hub.look_again()

            listener = Listener(
                dsns.user,
                {CHANNEL: caches.evict, "live": hub.hear_live, "rights": hub.hear_rights},
                missed,
            )
            await listener.start()
            stack.push_async_callback(listener.stop)
        yield services


def _is_secure(settings: Settings) -> bool:
    return settings.web.public_scheme == "https"


def _zone(settings: Settings) -> Zone:
    """Say where partners' names are to lead, and where the stand-in for their name servers is, if it is in use."""
    stand_in = f"http://127.0.0.1:{settings.providers.sandbox_port}/_dns"
    return Zone(settings.domains.target, "" if settings.domains.servers is not None else stand_in)


def _addresses(settings: Settings) -> Addresses:
    web = settings.web
    port = web.port if not settings.is_production else 443 if _is_secure(settings) else 80
    return Addresses(web.public_scheme, port, web.platform_host, settings.providers.webhook_base_url)


def _transport(mail: Mail, outbound: Outbound) -> Transport:
    """Choose how mail leaves: a mail server, Resend, or the mailbox that needs neither."""
    if mail.smtp_url:
        return Smtp(mail.smtp_url)
    return Resend(mail.resend_api_key, outbound) if mail.resend_api_key else Mailbox()


def build_app(settings: Settings, slices: Sequence[Slice] = SLICES) -> Any:
    """Return the ASGI application. It opens its services when the server starts it. Raises TypeError for a route that no
    access admits."""
    for part in slices:
        for route in part.routes:
            _access_of(route)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with open_services(settings) as services:
            app.state.services = services
            app.state.settings = settings
            yield

    app = Litestar(
        route_handlers=[route for part in slices for route in part.routes],
        before_request=admit_declared,
        lifespan=[lifespan],
        exception_handlers={Exception: answer_error},
        openapi_config=api_description(),
        request_max_body_size=1_000_000,
        logging_config=None,
    )
    edge = EdgeConfig(_is_secure(settings), settings.web.platform_host, settings.web.trusted_proxies)
    return Edge(app, edge, answer_error)
