"""A small OpenID provider on loopback, which signs anybody in and says of them what a test tells it to."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

from joserfc import jws
from joserfc.jwk import RSAKey

CLIENT, SECRET = "ipt-pulse", "between the two of us"


@dataclass
class OidcProvider:
    """What it says of whoever signs in, and what it does wrong."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """Beside the usual ones; None takes one away."""
    algorithm: str = "RS256"
    offers: tuple[str, ...] = ("RS256", "none", "HS256")
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k-1"}))
    signs_with: Any = None
    """A key that it does not publish."""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """What each code was asked for with."""
    redeemed: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": list(self.offers),
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.asked.get(form["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        proven = asked is not None and asked["code_challenge"] == challenge.rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if not proven or form["code"] in self.redeemed or authorization not in {f"Basic {basic}", f"Basic {plain}"}:
            return 400, {"error": "invalid_grant"}
        self.redeemed.append(form["code"])
        assert asked is not None
        return 200, {"access_token": "of no use", "token_type": "Bearer", "id_token": self._signed(asked["nonce"])}

    def _signed(self, nonce: str) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "sub": "42", "exp": now + 300, "iat": now, "nonce": nonce}
        said = {name: value for name, value in (usual | self.claims).items() if value is not None}
        body = json.dumps(said).encode()
        header = {"alg": self.algorithm, "kid": "k-1"}
        if self.algorithm in {"none", "HS256"}:  # the latter by the public key, taken for a shared secret
            start = b".".join(_base64(part) for part in (json.dumps(header).encode(), body))
            mac = hmac.new(self.key.as_pem(private=False), start, "sha256").digest()
            return (start + b"." + (_base64(mac) if self.algorithm == "HS256" else b"")).decode()
        return jws.serialize_compact(header, body, self.signs_with or self.key, algorithms=[self.algorithm])


def _base64(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


@contextmanager
def running_provider() -> Iterator[OidcProvider]:
    """One that listens on a free port."""
    provider = OidcProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlparse(self.path)
            if asked.path == "/authorize":
                where = provider.authorize({name: values[0] for name, values in parse_qs(asked.query).items()})
                self.send_response(302)
                self.send_header("Location", where)
                self.end_headers()
            elif asked.path == "/keys":
                self._tell(200, {"keys": [provider.key.as_dict(private=False, use="sig")]})
            else:
                self._tell(200, provider.document())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._tell(*provider.token(form, self.headers.get("Authorization", "")))

        def _tell(self, status: int, told: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
