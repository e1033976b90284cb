"""Draws views: chooses the frame's data by the kind of context, adds brand and navigation, renders the template."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request

from inspralv.billing.banners import limit_banners
from inspralv.branding.tokens import brand_tokens
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Refusal
from inspralv.foundation.language.languages import spoken
from inspralv.foundation.language.texts import _, said
from inspralv.foundation.live.part import LivePart
from inspralv.foundation.slice import NavEntry
from inspralv.foundation.web.formats import initials
from inspralv.foundation.web.templates import TemplateEngine
from inspralv.foundation.web.view import Renderer, View
from inspralv.shell.assets import Assets
from inspralv.shell.frame import Brand, Crumb, Doc, ErrorPage, Flash, NavGroup, NavItem, Shell, UserCard, WorkspaceLink
from inspralv.shell.listed import canonical
from inspralv.tenancy.contexts import AccountContext, PartnerContext, PublicContext, SignedInContext, WorkspaceContext
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.permissions import P
from inspralv.tenancy.view_access import shown_viewing

_THEMES = {"light", "dark"}
_TONES = 6
_FRAMES = {"/org": "organisation", "/account": "account"}


class ShellRenderer(Renderer):
    """The one renderer of the house."""

    def __init__(
        self, engine: TemplateEngine, assets: Assets, nav: Sequence[NavEntry], live_parts: Sequence[LivePart]
    ) -> None:
        self.engine = engine
        self.assets = assets
        self._nav = sorted(nav, key=lambda entry: entry.order)
        self.live_parts = live_parts

    def render(self, ctx: Context, request: Request[Any, Any, Any], view: View) -> str:
        assert isinstance(ctx, PublicContext)
        doc = self._doc(request, ctx.partner, view.title, view.headers.get("content-security-policy", ""))
        doc = msgspec.structs.replace(doc, canonical=canonical(ctx, request.url.path))
        shell = self._shell(ctx, request, view)
        return self.engine.render(view.template, vm=view.model, doc=doc, shell=shell)

    def error_page(self, request: Request[Any, Any, Any], partner: Partner, refusal: Refusal) -> str:
        """Return a whole page, in the partner's brand."""
        page = ErrorPage(
            refusal.status,
            said(refusal.title),
            said(refusal.plainly or refusal.detail),
            str(request.scope.get("inspralv.request_id", "")),
        )
        doc = self._doc(request, partner, refusal.title)
        shell = Shell(base="", partner=brand_of(partner), viewing=shown_viewing(request))
        return self.engine.render("pages/error.html", vm=page, doc=doc, shell=shell)

    def error_toast(self, refusal: Refusal) -> str:
        """Return a toast for an action that was refused."""
        title = said(refusal.title) if refusal.detail != refusal.title else _("That did not work")
        flash = Flash("error", title, said(refusal.detail))
        return self.engine.render("partials/toast.html", vm=flash)

    def _doc(self, request: Request[Any, Any, Any], partner: Partner, title: str, policy: str = "") -> Doc:
        theme = request.cookies.get("theme", "system")
        color = partner.branding.primary_color
        return Doc(
            title=said(title),
            site=partner.label,
            theme=theme if theme in _THEMES else "system",
            brand_css=f"/brand/{brand_tokens(color).etag}.{color.lstrip('#')}.css",
            favicon=partner.branding.favicon_url or f"/favicon.svg?c={color.lstrip('#')}",
            favicon_type="image/png" if partner.branding.favicon_url else "image/svg+xml",
            build=self.assets.build,
            lang=spoken(),
            policy=sha256(policy.encode()).hexdigest()[:8] if policy else "",
        )

    def _shell(self, ctx: PublicContext, request: Request[Any, Any, Any], view: View) -> Shell:
        caller = ctx if isinstance(ctx, SignedInContext) else None
        here = ctx if isinstance(ctx, WorkspaceContext) else None
        base = f"/w/{here.workspace.slug}" if here else _base_of(ctx)
        return Shell(
            base=base,
            partner=brand_of(ctx.partner),
            crumbs=tuple(Crumb(said(label), href) for label, href in _crumbs(ctx, view)),
            nav=self._groups(caller, base, request.url.path) if caller and base else (),
            user=UserCard(caller.me.name, caller.me.email, initials(caller.me.name)) if caller else None,
            workspace=_link(here.workspace.slug, here.workspace.name, here.role) if here else None,
            workspaces=tuple(_link(w.slug, w.name, w.role) for w in caller.workspaces) if caller else (),
            flash=Flash(view.flash[0], said(view.flash[1]), said(view.flash[2])) if view.flash else None,
            sidebar="collapsed" if request.cookies.get("sidebar") == "collapsed" else "expanded",
            events_url=f"{base}/events?since={ctx.now.timestamp():.3f}" if here or base == "/org" else None,
            search_url=f"{base}/search" if here else None,
            new_item=NavItem(_("New agent"), f"{base}/agents/new", "plus")
            if here and here.may(P.AGENTS_CREATE)
            else None,
            settings_url=f"{base}/settings" if here else None,
            organisation_url="/org" if caller and caller.may(P.PARTNER_MEMBERS_UPDATE) else None,
            can_create_workspace=bool(caller and caller.may(P.PARTNER_WORKSPACES_CREATE)),
            banners=tuple(limit_banners(ctx)),
            is_platform=ctx.partner.is_platform,
            viewing=shown_viewing(request),
        )

    def _groups(self, caller: SignedInContext, base: str, path: str) -> tuple[NavGroup, ...]:
        frame = _FRAMES.get(base, "workspace")
        groups: dict[str, list[NavItem]] = {}
        for entry in self._nav:
            if entry.frame == frame and (not entry.permission or caller.may(P(entry.permission))):
                href = base + entry.path
                current = path == href or (bool(entry.path) and path.startswith(f"{href}/"))
                item = NavItem(entry.label, href, entry.icon, current, entry.hotkey)
                groups.setdefault(entry.group, []).append(item)
        return tuple(NavGroup(label, tuple(items)) for label, items in groups.items())


def _base_of(ctx: PublicContext) -> str:
    if isinstance(ctx, PartnerContext):
        return "/org"
    return "/account" if isinstance(ctx, AccountContext) else ""


def _crumbs(ctx: PublicContext, view: View) -> list[tuple[str, str]]:
    if isinstance(ctx, WorkspaceContext):
        first = (ctx.workspace.name, f"/w/{ctx.workspace.slug}/dashboard")
    else:
        first = (ctx.partner.label, "/select-workspace")
    return [first, *(view.crumbs or [(view.title, "")])]


def brand_of(partner: Partner) -> Brand:
    """Return what templates show of a partner."""
    b = partner.branding
    return Brand(
        partner.label, initials(partner.label), b.primary_color, b.logo_url, b.support_email, b.footer_text,
        b.privacy_url, b.terms_url, b.help_url,
    )  # fmt: skip


def _link(slug: str, name: str, role: str) -> WorkspaceLink:
    return WorkspaceLink(slug, name, role, initials(name), sum(name.encode()) % _TONES)
