"""Access tokens: EdDSA JWTs from the embedded issuer, and the check that every request's token passes.

The gateway verifies; `ipt-pulse enrol` and `POST /v1/devices` issue.
"""

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import OKPKey
from pydantic import ValidationError

from schemas.model import Message, Slug
from streams.adapters.secret_files import secret_file
from streams.errors import Misconfigured, Rejected

# RFC 9864 renames the algorithm; issuers and phones in the field still write the old name.
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)

WRITE = "events:write"
"""May send the events of its own subject."""

IMPORT = "events:import"
"""May send anyone's events, and mark them as history."""

ISSUER = "ipt-pulse"
AUDIENCE = "ipt-pulse-gateway"
ALGORITHM = "EdDSA"
TOKEN_LIMIT = 4_096
CACHED_TOKENS = 10_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What one token allows: `id` names the device or the operator's token, `subject` the patient or operator."""

    id: str
    subject: str
    scope: str
    expires: datetime

    def allows(self, scope: str) -> bool:
        """Whether `scope` is among those granted."""
        return scope in self.scope.split()


class _Claims(Message):
    iss: str
    aud: str
    sub: Slug
    jti: Slug
    scope: str
    exp: int
    iat: int


class Tokens:
    """Signs and verifies with one key."""

    def __init__(self, keys: Path) -> None:
        """Use the issuer's key in the folder `keys`; it is made on first use.

        Raises:
            Misconfigured: the key cannot be read, or is none.
        """
        pem = secret_file(keys / "issuer.pem", lambda: OKPKey.generate_key("Ed25519").as_pem(private=True))
        try:
            self._key = OKPKey.import_key(pem)
        except ValueError as error:
            raise Misconfigured(f"{keys / 'issuer.pem'} holds no Ed25519 key") from error
        self._verified: dict[str, Grant] = {}

    def issue(self, grant: Grant, now: datetime) -> str:
        """A token for `grant`."""
        claims = _Claims(
            iss=ISSUER,
            aud=AUDIENCE,
            sub=grant.subject,
            jti=grant.id,
            scope=grant.scope,
            exp=int(grant.expires.timestamp()),
            iat=int(now.timestamp()),
        )
        return jwt.encode({"alg": ALGORITHM}, claims.model_dump(), self._key, algorithms=[ALGORITHM])

    def verify(self, token: str, now: datetime) -> Grant:
        """What `token` allows. Whether it was revoked is another question (`Devices.is_revoked`).

        Raises:
            Rejected: it is forged, expired, or meant for somebody else.
        """
        grant = self._verified.get(token) or self._remember(token)
        if grant.expires <= now:
            self._verified.pop(token, None)
            raise Rejected("token", "expired")
        return grant

    def _remember(self, token: str) -> Grant:
        """Verify the signature once; a phone that sends often costs little."""
        grant = self._checked(token)
        if len(self._verified) >= CACHED_TOKENS:
            self._verified.pop(next(iter(self._verified)))
        self._verified[token] = grant
        return grant

    def _checked(self, token: str) -> Grant:
        if len(token) > TOKEN_LIMIT:
            raise Rejected("token", "too long")
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            claims = _Claims.model_validate(decoded.claims)
            expires = datetime.fromtimestamp(claims.exp, UTC)
        except (JoseError, ValidationError, ValueError, TypeError, KeyError, OverflowError, OSError) as error:
            raise Rejected("token", "not one of ours") from error
        if claims.iss != ISSUER or claims.aud != AUDIENCE:
            raise Rejected("token", "meant for somebody else")
        return Grant(claims.jti, claims.sub, claims.scope, expires)
