"""A provider of identities that speaks OpenID Connect over real HTTP, and misbehaves when asked to."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "agency-desk", "s3cret/of:the=agency"
_KEY, _OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))


class Provider:
    """`claims` override what ID tokens say (None leaves a claim out); `signed` is "right", "other", "none" or "shared".
    `said` stands for an ID token, `keys` for the set of keys. `vouches` puts the issuer into answers (RFC 9207)."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.behave()

    def behave(self) -> None:
        self.claims: dict[str, Any] = {}
        self.signed, self.names_itself, self.down = "right", self.issuer, False
        self.codes: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []
        self.asked: list[str] = []
        self.vouches, self.leads_to = False, ""
        self.said: str | None = None
        self.keys: Any = None

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.names_itself,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "authorization_response_iss_parameter_supported": self.vouches,
        }

    def jwks(self) -> Any:
        if self.keys is not None:
            return self.keys
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key()))
        return {"keys": [key | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Sign in whoever comes, and return where the browser goes back to; or pass them on to another provider."""
        if self.leads_to:
            return f"{self.leads_to}/authorize?{urlencode(asked)}"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"]} | ({"iss": self.issuer} if self.vouches else {})
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, str] | None:
        """Exchange a code once: RFC 6749, section 4.1.3, and RFC 7636, section 4.6."""
        asked = self.codes.pop(form["code"], None)
        pair = b64decode(authorization.removeprefix("Basic ")).decode().split(":", 1)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        faults = {
            "code": asked is None,
            "client": [unquote_plus(part) for part in pair] != [CLIENT, SECRET],
            "verifier": asked is not None
            and urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"],
            "redirect": asked is not None and form["redirect_uri"] != asked["redirect_uri"],
        }
        self.refused += [name for name, wrong in faults.items() if wrong]
        if asked is None or any(faults.values()):
            return None
        return {"id_token": self._id_token(asked["nonce"]) if self.said is None else self.said}

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        said = {
            "iss": self.issuer, "aud": CLIENT, "sub": "person-1", "iat": now, "exp": now + 300, "nonce": nonce,
            "email": "mia@acme.test", "email_verified": True, "given_name": "Mia", "family_name": "Quill",
        }  # fmt: skip
        said = {name: value for name, value in (said | self.claims).items() if value is not None}
        if self.signed == "none":
            return jwt.encode(said, None, algorithm="none", headers={"kid": "one"})
        if self.signed == "shared":  # the public key taken for a shared secret
            return jwt.encode(said, "x" * 32, algorithm="HS256", headers={"kid": "one"})
        return jwt.encode(
            said, _KEY if self.signed == "right" else _OTHER_KEY, algorithm="RS256", headers={"kid": "one"}
        )


@contextmanager
def serve_provider() -> Iterator[Provider]:
    """Serve a provider on a port of its own for the length of a block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            provider.asked.append(url.path)
            if provider.down:
                self._say(503, {})
            elif url.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(url.query).items()}
                self.send_response(302)
                self.send_header("location", provider.authorize(asked))
                self.send_header("content-length", "0")
                self.end_headers()
            else:
                self._say(200, provider.jwks() if url.path == "/jwks" else provider.discovery())

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            given = provider.token(form, self.headers.get("authorization", ""))
            self._say(200 if given else 400, given or {"error": "invalid_grant"})

        def _say(self, status: int, body: Any) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
