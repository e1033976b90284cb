"""OpenID Connect with one provider: discovery, the exchange of a code, and what its ID token says.

Facts: OpenID Connect Core 1.0 (sections 3.1.3 and 5.1) and Discovery 1.0 (sections 3 and 4), RFC 6749, RFC 7636,
RFC 9207.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import jwt
import msgspec

from inspralv.accounts.schemas import Email, plain_address, plain_name
from inspralv.foundation.outbound.answer import Answer
from inspralv.foundation.outbound.errors import OutboundError
from inspralv.foundation.outbound.guarded import GuardedOutbound

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_DEADLINE = 10.0  # seconds, of each request
_LARGEST = 512 * 1024
_LEEWAY = 60  # seconds that clocks may differ
_LONGEST_SUBJECT = 255  # ASCII characters (OpenID Connect Core 1.0, section 2)
_LOOPBACK = {"127.0.0.1", "localhost"}


class NotThisProvider(Exception):  # noqa: N818 - says what happened
    """The provider cannot be asked or answered wrongly; the text says how, for the owners."""


class BadToken(Exception):  # noqa: N818 - says what happened
    """The provider answered, but its word proves nothing."""


class Discovery(msgspec.Struct, frozen=True):
    """What is used of a discovery document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Client(msgspec.Struct, frozen=True):
    """How we are known there."""

    issuer: str
    client_id: str
    client_secret: str
    return_to: str


class Claims(msgspec.Struct, frozen=True):
    """Who signed in. `email` is in lower case, and empty unless the provider says that it was verified."""

    subject: str
    email: str
    first_name: str
    last_name: str


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str


def is_sound_address(url: str) -> bool:
    """Whether an address may be a provider's: https, or http on this very machine, which only demo and tests let out."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or plain) and not parts.username and not parts.fragment


async def discover(out: GuardedOutbound, issuer: str) -> Discovery:
    """Read the discovery document of an issuer. Raises NotThisProvider."""
    answer = await _ask(out, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration", issuer)
    if not answer.is_success:
        raise NotThisProvider(f"The provider answered {answer.status} instead of its discovery document.")
    try:
        found = msgspec.json.decode(answer.body, type=Discovery)
    except msgspec.MsgspecError:
        raise NotThisProvider("The provider's discovery document lacks what sign-in needs.") from None
    if found.issuer != issuer:
        raise NotThisProvider(f"The provider calls itself {found.issuer[:200]}. Enter exactly that as the issuer.")
    if not all(map(is_sound_address, (found.authorization_endpoint, found.token_endpoint, found.jwks_uri))):
        raise NotThisProvider("The provider's discovery document names addresses that are not https.")
    return found


def authorization_url(found: Discovery, client: Client, state: str, nonce: str, challenge: str) -> str:
    """Return where the browser goes to sign in."""
    asked = urlencode({
        "response_type": "code", "scope": "openid email profile", "client_id": client.client_id,
        "redirect_uri": client.return_to, "state": state, "nonce": nonce, "code_challenge": challenge,
        "code_challenge_method": "S256",
    })  # fmt: skip
    return f"{found.authorization_endpoint}{'&' if '?' in found.authorization_endpoint else '?'}{asked}"


def require_issuer(found: Discovery, named: str | None) -> None:
    """Refuse an answer that names another provider, or none where this one always names itself (RFC 9207, section 2.4):
    its code would be handed to the wrong one. Raises BadToken."""
    if named is None and found.authorization_response_iss_parameter_supported:
        raise BadToken("no issuer")
    if named is not None and named != found.issuer:
        raise BadToken("issuer")


async def redeem(out: GuardedOutbound, found: Discovery, client: Client, code: str, verifier: str) -> str:
    """Exchange a code for an ID token. Raises NotThisProvider, BadToken when the code is refused."""
    fields = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": client.return_to, "code_verifier": verifier,
    }  # fmt: skip
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    if "client_secret_basic" in found.token_endpoint_auth_methods_supported:
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
        headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        fields |= {"client_id": client.client_id, "client_secret": client.client_secret}
    answer = await _ask(out, "POST", found.token_endpoint, client.issuer, headers, urlencode(fields).encode())
    if not answer.is_success:
        raise BadToken(f"the token endpoint answered {answer.status}")
    try:
        return msgspec.json.decode(answer.body, type=_Tokens).id_token
    except msgspec.MsgspecError:
        raise BadToken("no ID token") from None


async def read_claims(out: GuardedOutbound, found: Discovery, client: Client, token: str, nonce: str) -> Claims:
    """Verify an ID token and return who signed in. Raises NotThisProvider, BadToken."""
    answer = await _ask(out, "GET", found.jwks_uri, client.issuer)
    try:
        keys = jwt.PyJWKSet.from_dict(msgspec.json.decode(answer.body, type=dict[str, Any]))
        said = jwt.decode(
            token, _key_for(keys, token).key, algorithms=list(ALGORITHMS), audience=client.client_id, issuer=client.issuer,
            leeway=_LEEWAY, options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )  # fmt: skip
    except (jwt.PyJWTError, msgspec.MsgspecError, ValueError, TypeError) as error:
        raise BadToken(type(error).__name__) from error
    if said.get("nonce") != nonce:
        raise BadToken("nonce")
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if said.get("azp", None if several else client.client_id) != client.client_id:
        raise BadToken("azp")
    return _claims(said, client.issuer)


def _key_for(keys: jwt.PyJWKSet, token: str) -> jwt.PyJWK:
    wanted = jwt.get_unverified_header(token).get("kid")
    fitting = [key for key in keys.keys if wanted is None or key.key_id == wanted]
    if len(fitting) != 1 or fitting[0].public_key_use not in {None, "sig"}:
        raise BadToken("no such key")
    return fitting[0]


def _claims(said: dict[str, Any], issuer: str) -> Claims:
    subject = str(said["sub"])
    if not 0 < len(subject) <= _LONGEST_SUBJECT or not (subject.isascii() and subject.isprintable()):
        raise BadToken("sub")
    email = _email(said.get("email")) if _is_verified(said, issuer) else ""
    return Claims(subject, email, _name(said.get("given_name")), _name(said.get("family_name")))


def _email(given: object) -> str:
    try:
        return plain_address(msgspec.convert(given, Email))
    except msgspec.ValidationError:
        return ""


def _name(given: object) -> str:
    """Return a name on one line, without what cannot be seen or stored."""
    if not isinstance(given, str):
        return ""
    return plain_name("".join(c for c in given if c.isprintable() or c.isspace()))[:100]


def _is_verified(said: dict[str, Any], issuer: str) -> bool:
    """Microsoft Entra has a claim of its own for it: xms_edov, to be added under "Optional claims"."""
    if urlsplit(issuer).hostname == "login.microsoftonline.com" and said.get("xms_edov") in (True, "1", "true"):
        return True
    return said.get("email_verified") is True


async def _ask(
    out: GuardedOutbound, method: str, url: str, issuer: str, headers: dict[str, str] | None = None,
    content: bytes | None = None,
) -> Answer:  # fmt: skip
    parts: dict[str, Any] = {"headers": headers or {"accept": "application/json"}, "max_body": _LARGEST}
    if content is not None:
        parts["content"] = content
    try:
        return await out.request(
            method,
            url,
            deadline=_DEADLINE,
            breaker=f"sign-on {urlsplit(issuer).hostname}",
            idempotent=method == "GET",
            **parts,
        )
    except OutboundError as error:
        raise NotThisProvider("The provider cannot be reached.") from error
