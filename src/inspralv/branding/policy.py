"""What a brand and the way of its mail may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from inspralv.branding.mail_schemas import MailRow
from inspralv.foundation.errors import FieldError, Forbidden, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.message import header
from inspralv.tenancy.directory import Branding, Partner, has_white_label
from inspralv.tenancy.plans import Feature

PICTURE = re.compile(r"/brand/([0-9a-f]{32}\.png)", re.ASCII)
LINKS = ("privacy_url", "terms_url", "help_url")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|[0-9a-f:.]*:[0-9a-f:.]*", re.ASCII)


def require_white_label(partner: Partner, changed: Iterable[str] = (), pointer: str = "") -> None:
    """Refuse a change of the brand, at the `changed` fields, without white label. Raises Forbidden."""
    if has_white_label(partner):
        return
    words = _(
        "Your own brand and mail need the feature %(value)s, which %(label)s does not have. What is stored is kept.",
        value=Feature.WHITE_LABEL.value,
        label=partner.label,
    )
    raise Forbidden(words, errors=tuple(FieldError(f"{pointer}/{name}", words) for name in changed))


def require_brand(name: str, brand: Branding, pointer: str = "/branding") -> None:
    """Raises Invalid with every fault of a brand."""
    errors = [*_faults_of_name(name), *_faults_of_brand(brand, pointer)]
    if errors:
        raise Invalid("; ".join(error.message for error in errors), errors=tuple(errors))


def picture_name(url: str | None) -> str | None:
    """Return the name of an uploaded picture by its address; None for any other address."""
    match = PICTURE.fullmatch(url or "")
    return match[1] if match else None


def _faults_of_name(name: str) -> Iterator[FieldError]:
    if not name or header(name) != name:
        yield FieldError("/name", _("A name is one line of text."))


def _faults_of_brand(brand: Branding, at: str) -> Iterator[FieldError]:
    if header(brand.company_name) != brand.company_name:
        yield FieldError(f"{at}/company_name", _("A name is one line of text."))
    for name in ("primary_color", "secondary_color"):
        if not _COLOR.fullmatch(getattr(brand, name)):
            yield FieldError(f"{at}/{name}", _("A colour is written as #RRGGBB."))
    if brand.footer_text and header(brand.footer_text) != brand.footer_text:
        yield FieldError(f"{at}/footer_text", _("The footer is one line of text."))
    for name in LINKS:
        url = getattr(brand, name)
        if url and not _is_link(url):
            yield FieldError(
                f"{at}/{name}", _("A link is a whole https address, such as https://agency.example/privacy.")
            )


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _rest = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = url.isprintable() and not re.search(r"[\s\"'<>\\]", url)
    return plain and parts.scheme == "https" and "." in host.strip(".") and "@" not in parts.netloc


def require_mail(row: MailRow, *, has_password: bool, has_key: bool) -> None:
    """Raises Invalid with every fault of mail settings, such as a server without an address."""
    errors = [*_faults_of_sender(row), *_faults_of_way(row, has_password=has_password, has_key=has_key)]
    if errors:
        raise Invalid("; ".join(error.message for error in errors), errors=tuple(errors))


def _faults_of_sender(row: MailRow) -> Iterator[FieldError]:
    if row.sender_name and header(row.sender_name) != row.sender_name:
        yield FieldError("/sender_name", _("A name is one line of text."))
    if row.way != "platform" and not row.sender_address:
        yield FieldError("/sender_address", _("Your own way of sending needs a sender address of yours."))


def _faults_of_way(row: MailRow, *, has_password: bool, has_key: bool) -> Iterator[FieldError]:
    if row.way == "smtp":
        if not row.smtp_host or not _HOST.fullmatch(row.smtp_host):
            yield FieldError("/smtp_host", _("Name the mail server, such as smtp.agency.example."))
        if row.smtp_port is None:
            yield FieldError("/smtp_port", _("Usually 587 with STARTTLS, 465 with TLS."))
        if row.smtp_security == "none" and (row.smtp_user or has_password):
            yield FieldError("/smtp_security", _("A password is never sent unencrypted. Choose STARTTLS or TLS."))
        if has_password and not row.smtp_user:
            yield FieldError("/smtp_user", _("The password needs its user name."))
    if row.way == "resend" and not has_key:
        yield FieldError("/resend_key", _("Enter a key of your account."))


def told(row: MailRow) -> dict[str, Any]:
    """Return what the audit log says of mail settings: of secrets only whether they are there."""
    plain = (
        "way",
        "sender_name",
        "sender_address",
        "smtp_host",
        "smtp_port",
        "smtp_security",
        "smtp_user",
        "resend_hint",
    )
    return {**{name: getattr(row, name) for name in plain}, "smtp_password": row.smtp_password is not None}
