"""Signing in by the clinic's own provider: OpenID Connect, authorization code with PKCE, nonce and state, by Authlib.

What the provider says of somebody becomes an account: the role by `oidc_roles`, the care teams by `oidc_teams_claim`,
both from the settings. Somebody for whom they name no role, or no care team that the rota knows, is not let in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from streams.adapters.accounts import Role
from streams.errors import Misconfigured, Rejected, Unavailable
from streams.settings import Settings

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures that are believed. Never `none`, and none by a shared secret."""

LEEWAY_S: Final = 60
"""How far the provider's clock may be from ours."""

ANSWER_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider signed in."""

    subject: str
    name: str
    role: Role
    teams: tuple[str, ...]
    zone: str


class Provider:
    """The provider of `config`."""

    def __init__(self, config: Settings) -> None:
        self._config = config
        self._issuer = config.oidc_issuer
        oauth = OAuth()
        self._client: Any = oauth.register(
            "clinic",
            client_id=config.oidc_client_id,
            client_secret=config.oidc_client_secret.get_secret_value(),
            server_metadata_url=f"{self._issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": config.oidc_scope, "code_challenge_method": "S256", "timeout": ANSWER_S},
        )

    async def begin(self, request: Request, back: str) -> Response:
        """Send the browser to the provider, which sends it to `back`.

        Raises:
            Unavailable: the provider does not answer, or answers something else.
        """
        try:
            await self._known()
            answer: Response = await self._client.authorize_redirect(request, back)
        except (httpx2.HTTPError, OAuthError, ValueError, KeyError, RuntimeError) as error:
            raise Unavailable("the provider does not answer") from error
        return answer

    async def finish(self, request: Request, teams: Collection[str]) -> Person:
        """Whom the provider signed in, once the browser is back.

        Args:
            request: the one that the provider sent the browser with.
            teams: the care teams that there are.

        Raises:
            Rejected: what came is not for us, not from the provider, too old, or of somebody who is not to come in.
            Unavailable: the provider does not answer.
        """
        try:
            await self._known()
            token = await self._client.authorize_access_token(request, claims_options=self._claims, leeway=LEEWAY_S)
        except httpx2.HTTPError as error:
            raise Unavailable("the provider does not answer") from error
        except (OAuthError, JoseError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise Rejected("sign-in", "is not one that the provider just made for us") from error
        if token.get("userinfo") is None:
            raise Rejected("sign-in", "came without a signed word of the provider")
        return person_of(token["userinfo"], self._config, teams)

    @property
    def _claims(self) -> Mapping[str, Any]:
        """Authlib itself looks at the audience only as far as `azp` goes."""
        return {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._config.oidc_client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "nonce": {"essential": True},
        }

    async def _known(self) -> None:
        """What the provider says of itself; of the signatures that it offers, those that are believed."""
        said = await self._client.load_server_metadata()
        offered = said.get("id_token_signing_alg_values_supported") or ALGORITHMS[:1]
        believed = [name for name in offered if name in ALGORITHMS]
        if said.get("issuer") != self._issuer or not believed:
            raise Misconfigured("the provider calls itself something else, or offers no signature that is believed")
        self._client.server_metadata["id_token_signing_alg_values_supported"] = believed


def person_of(claims: Mapping[str, Any], config: Settings, teams: Collection[str]) -> Person:
    """Whom these claims, which were verified, are about.

    Raises:
        Rejected: they name no role, or no care team that there is.
    """
    said = _values(claims.get(config.oidc_roles_claim))
    role = next((role for value, role in config.oidc_roles.items() if value in said), None)
    if role is None:
        raise Rejected("role", "is none that the settings give to any of what the provider says of them")
    mine: tuple[str, ...] = ()
    if config.oidc_teams_claim:
        named = (config.oidc_teams.get(value, value) for value in _values(claims.get(config.oidc_teams_claim)))
        mine = tuple(sorted({team for team in named if team in teams}))
        if not mine:
            raise Rejected("care team", "is none that the rota knows")
    name = str(claims.get(config.oidc_name_claim) or "").partition("@")[0]
    return Person(f"{claims['iss']} {claims['sub']}", name, Role(role), mine, str(claims.get("zoneinfo") or ""))


def _values(claim: object) -> tuple[str, ...]:
    """A claim may hold one value or a list of them."""
    values = claim if isinstance(claim, list | tuple) else (claim,)
    return tuple(str(value) for value in values if value)


def provider_of(config: Settings) -> Provider | None:
    """The provider, if the settings name one.

    Raises:
        Misconfigured: it is named by halves.
    """
    if not config.oidc_issuer:
        return None
    if not config.oidc_client_id or not config.oidc_roles:
        raise Misconfigured("IPT_PULSE_OIDC_ISSUER needs IPT_PULSE_OIDC_CLIENT_ID and IPT_PULSE_OIDC_ROLES beside it")
    return Provider(config)
