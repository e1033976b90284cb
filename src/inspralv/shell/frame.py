"""What the frame around a page shows, and what its templates may see."""

from __future__ import annotations

from typing import Literal

import msgspec

from inspralv.billing.banners import LimitBanner
from inspralv.foundation.language.languages import Language
from inspralv.tenancy.contexts import Viewing


class Doc(msgspec.Struct, frozen=True):
    """What `<html>` and `<head>` need. `brand_css` and `favicon` are addresses, `favicon_type` its media type; `build`
    names the asset build, `policy` a content policy that is wider than the usual one (empty: the usual), `canonical` the
    address that search engines are to know the page by (empty: none), `lang` the language of the page."""

    title: str
    site: str
    theme: str
    brand_css: str
    favicon: str
    build: str
    policy: str = ""
    favicon_type: str = "image/svg+xml"
    lang: Language = "en"
    canonical: str = ""


class Brand(msgspec.Struct, frozen=True):
    """The partner as pages show it. `color` is its hex colour."""

    name: str
    initials: str
    color: str
    logo_url: str | None = None
    support_email: str | None = None
    footer_text: str | None = None
    privacy_url: str | None = None
    terms_url: str | None = None
    help_url: str | None = None


class WorkspaceLink(msgspec.Struct, frozen=True):
    """A workspace to switch to; `role` is the caller's role there, `tone` (0–5) the colour of its mark."""

    slug: str
    name: str
    role: str
    initials: str
    tone: int


class UserCard(msgspec.Struct, frozen=True):
    """The signed-in person."""

    name: str
    email: str
    initials: str


class NavItem(msgspec.Struct, frozen=True):
    """One link of the navigation; `icon` is a Lucide name, `hotkey` a key sequence such as "g a"."""

    label: str
    href: str
    icon: str
    current: bool = False
    hotkey: str = ""
    badge: str = ""


class NavGroup(msgspec.Struct, frozen=True):
    """Links under a heading; an empty label means no heading."""

    label: str
    items: tuple[NavItem, ...]


class Crumb(msgspec.Struct, frozen=True):
    """One step of the breadcrumbs; the last has no address."""

    label: str
    href: str = ""


class Flash(msgspec.Struct, frozen=True):
    """A toast. `kind` is success, error, warning or info."""

    kind: str
    title: str
    text: str = ""


class Shell(msgspec.Struct, frozen=True):
    """Everything the frame around a page needs. `base` is "/w/acme", "/org" or empty; `events_url` and `search_url`
    are the live stream and the palette's search, None where there is none; `new_item` is what the "new" shortcut
    opens, None where nothing can be created; `banners` tell of limits, `viewing` that
    the operator looks as somebody else."""

    base: str
    partner: Brand
    crumbs: tuple[Crumb, ...] = ()
    nav: tuple[NavGroup, ...] = ()
    user: UserCard | None = None
    workspace: WorkspaceLink | None = None
    workspaces: tuple[WorkspaceLink, ...] = ()
    flash: Flash | None = None
    sidebar: Literal["expanded", "collapsed"] = "expanded"
    events_url: str | None = None
    search_url: str | None = None
    new_item: NavItem | None = None
    settings_url: str | None = None
    organisation_url: str | None = None
    can_create_workspace: bool = False
    banners: tuple[LimitBanner, ...] = ()
    is_platform: bool = False
    viewing: Viewing | None = None


class ErrorPage(msgspec.Struct, frozen=True):
    """What went wrong. `request_id` is what support asks for; `home` and `retry` are addresses."""

    status: int
    title: str
    detail: str
    request_id: str = ""
    home: str = "/"


class SearchHit(msgspec.Struct, frozen=True):
    """One record that the palette found."""

    label: str
    detail: str
    href: str
    icon: str


class SearchResults(msgspec.Struct, frozen=True):
    """What the palette shows under "Results"."""

    hits: tuple[SearchHit, ...]


class LandingPage(msgspec.Struct, frozen=True):
    """The page at `/` for somebody who is not signed in. The addresses are those pages that exist on this host."""

    sign_up: str
    sign_in: str
