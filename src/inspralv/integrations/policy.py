"""What may be kept as an integration, and which may be removed."""

from __future__ import annotations

from collections.abc import Mapping

from inspralv.foundation.errors import FieldError, Invalid, Refusal
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.validation import find_errors
from inspralv.integrations.credentials import SECRETS, CredentialField, Keys, credential_fields, raw_credentials
from inspralv.integrations.schemas import Config, Integration, plain_values
from inspralv.providers.contract import VoiceProvider
from inspralv.providers.registry import ProviderRegistry

_SHOWN = 3  # names of workspaces


def require_provider(registry: ProviderRegistry, name: str) -> VoiceProvider:
    """Return the provider. Raises Invalid when this installation does not have it."""
    if name not in registry:
        offered = ", ".join(sorted(registry))
        raise Invalid(
            f"provider: Choose one of {offered}.",
            errors=(FieldError("/provider", _("Choose one of %(offered)s.", offered=offered)),),
        )
    return registry[name]


def require_credentials(provider: VoiceProvider, keys: Keys, config: Config) -> None:
    """Refuse what cannot be credentials of the provider, before anybody is asked. Raises Invalid."""
    fields = {field.name: field for field in credential_fields(provider.credentials)}
    errors = [
        FieldError(_ours(error.pointer, fields), _words(error.message), error.code)
        for error in find_errors(raw_credentials(provider, keys, plain_values(config)), provider.credentials)
    ]
    given: dict[str, str | None] = {**keys, **plain_values(config)}
    foreign = [name for name, value in given.items() if value and name not in fields]
    errors += [
        FieldError(_pointer(name), _("%(label)s has no such field.", label=provider.label), "unknown")
        for name in foreign
    ]
    if errors:
        raise Invalid(f"{errors[0].pointer.strip('/')}: {errors[0].message}", errors=tuple(errors))


def _ours(pointer: str, fields: Mapping[str, CredentialField]) -> str:
    return _pointer(pointer.strip("/")) if pointer.strip("/") in fields else pointer


def _pointer(name: str) -> str:
    """Where our own body and forms have a field of the credentials."""
    return f"/default_{name}" if name in SECRETS else f"/config/{name}"


def require_unused(integration: Integration) -> None:
    """Refuse to remove an integration that workspaces use. Raises Refusal."""
    names = [workspace.name for workspace in integration.assigned_workspaces]
    if names:
        shown = ", ".join(names[:_SHOWN])
        if len(names) > _SHOWN:
            shown = _("%(names)s and %(count)s more", names=shown, count=len(names) - _SHOWN)
        raise Refusal(
            _("“%(name)s” is used by %(shown)s. Take it away from them first.", name=integration.name, shown=shown)
        )


def _words(message: str) -> str:
    return (
        _("A key has no blanks and only plain characters.")
        if message == _("This does not have the expected form.")
        else message
    )
