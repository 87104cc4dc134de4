"""Signing in by the clinic's own provider, over HTTP; and every way in which a word of the provider can be none."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import httpx
import pytest
from httpx import AsyncClient, Response
from joserfc.jwk import RSAKey

from streams.adapters.accounts import Role
from streams.adapters.oidc import provider_of
from streams.errors import Misconfigured
from streams.settings import Settings
from tests.console.clinic import Clinic
from tests.console.conftest import text_of
from tests.console.oidc_provider import CLIENT, SECRET, OidcProvider, running_provider
from tests.console.samples import PATIENT


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with running_provider() as one:
        one.claims = {"preferred_username": "noa@clinic.example", "groups": ["staff", "ipt"], "teams": ["T-North"]}
        yield one


@pytest.fixture
def clinic(tmp_path: Path, provider: OidcProvider) -> Clinic:
    return Clinic(
        tmp_path,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_roles={"ipt-leads": "lead", "ipt": "therapist"},
        oidc_teams_claim="teams",
        oidc_teams={"T-North": "north"},
    )


async def come_back(client: AsyncClient, to: str = "/") -> str:
    """To the provider and back: the address that the browser comes back to."""
    sent = await client.get(f"/sign-in/provider?to={to}")
    assert sent.status_code == 302
    async with httpx.AsyncClient() as browser:
        back = urlparse((await browser.get(sent.headers["location"])).headers["location"])
    return f"{back.path}?{back.query}"


async def sign_in(client: AsyncClient, to: str = "/") -> Response:
    return await client.get(await come_back(client, to))


async def test_whom_the_provider_signs_in_is_in_as_what_it_says(clinic: Clinic) -> None:
    client = await clinic.browse("nobody")
    assert "Sign in with the clinic" in (await client.get("/sign-in")).text
    answer = await sign_in(client, "/patients")
    assert (answer.status_code, answer.headers["location"]) == (303, "/patients")
    noa = clinic.console.parts.accounts.find("noa")
    assert noa is not None
    assert (noa.role, noa.teams, noa.by_provider) == (Role.THERAPIST, ("north",), True)
    assert (await client.get("/inbox")).status_code == 200
    assert (await client.get(f"/patients/{PATIENT}")).status_code == 404  # another's
    assert clinic.console.deeds[0].who == noa.id


async def test_what_the_provider_says_later_counts_and_ends_the_sessions_of_before(
    clinic: Clinic, provider: OidcProvider
) -> None:
    before, after = await clinic.browse("nobody"), await clinic.browse("nobody")
    await sign_in(before)
    first = clinic.console.parts.accounts.find("noa")
    provider.claims["groups"] = ["ipt-leads", "ipt"]  # the first that the settings name
    await sign_in(after)
    second = clinic.console.parts.accounts.find("noa")
    assert first is not None
    assert second is not None
    assert (second.id, second.role) == (first.id, Role.LEAD)
    assert (await before.get("/inbox")).status_code == 303
    assert (await after.get(f"/patients/{PATIENT}")).status_code == 200


async def test_it_asks_with_state_nonce_and_a_challenge_and_says_no_password(clinic: Clinic) -> None:
    client = await clinic.browse("nobody")
    sent = urlparse((await client.get("/sign-in/provider")).headers["location"])
    asked = {name: values[0] for name, values in parse_qs(sent.query).items()}
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    assert asked["redirect_uri"] == "http://127.0.0.1:8081/sign-in/back"
    assert SECRET not in sent.query


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another app"},
        {"aud": "another app", "azp": CLIENT},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": NOW - 3600},
        {"exp": None},
        {"sub": None},
    ],
)
async def test_a_word_that_is_not_for_us_or_too_old_signs_nobody_in(
    clinic: Clinic, provider: OidcProvider, claims: dict[str, object]
) -> None:
    provider.claims |= claims
    client = await clinic.browse("nobody")
    assert (await sign_in(client)).status_code == 403
    assert (await client.get("/inbox")).status_code == 303
    assert clinic.console.parts.accounts.find("noa") is None


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_an_unsigned_word_or_one_by_the_public_key_signs_nobody_in(
    clinic: Clinic, provider: OidcProvider, algorithm: str
) -> None:
    provider.algorithm = algorithm
    client = await clinic.browse("nobody")
    assert (await sign_in(client)).status_code == 403
    assert clinic.console.parts.accounts.find("noa") is None


async def test_a_word_by_somebody_elses_key_signs_nobody_in(clinic: Clinic, provider: OidcProvider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "k-1"})
    assert (await sign_in(await clinic.browse("nobody"))).status_code == 403


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"groups": ["staff"]}, "your role is none that the settings give"),
        ({"groups": None}, "your role is none that the settings give"),
        ({"teams": ["T-West"]}, "your care team is none that the rota knows"),
        ({"teams": None}, "your care team is none that the rota knows"),
        ({"preferred_username": "sam"}, "your name is taken"),  # a local account is nobody else's
        ({"preferred_username": "<b>"}, "your name is not 1-64 letters"),
        ({"preferred_username": None}, "your name is not 1-64 letters"),
    ],
)
async def test_whoever_is_not_to_come_in_is_told_why(
    clinic: Clinic, provider: OidcProvider, claims: dict[str, object], told: str
) -> None:
    provider.claims |= claims
    client = await clinic.browse("nobody")
    answer = await sign_in(client)
    assert answer.status_code == 403
    assert told in text_of(answer)
    assert (await client.get("/inbox")).status_code == 303


async def test_somebody_elses_way_back_signs_nobody_in(clinic: Clinic) -> None:
    """A link with a code of the sender's own: without the session that asked, it is worth nothing."""
    sender, victim = await clinic.browse("nobody"), await clinic.browse("nobody")
    back = await come_back(sender)
    await victim.get("/sign-in/provider")
    assert (await victim.get(back)).status_code == 403
    assert (await sender.get(back)).status_code == 303
    assert (await sender.get(back)).status_code == 403  # and once only


async def test_the_way_back_is_walked_once_more_from_a_page_of_ours(clinic: Clinic) -> None:
    client = await clinic.browse("nobody")
    back = await come_back(client)
    answer = await client.get(back, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert "http-equiv" in answer.text
    assert (await client.get(back)).status_code == 303


async def test_a_provider_that_is_away_or_another_is_told_of(clinic: Clinic, provider: OidcProvider) -> None:
    provider.issuer = "https://elsewhere.example"
    assert (await (await clinic.browse("nobody")).get("/sign-in/provider")).status_code == 503


async def test_a_password_is_none_of_an_account_by_the_provider(clinic: Clinic) -> None:
    await sign_in(await clinic.browse("nobody"))
    accounts = clinic.console.parts.accounts
    for password in ("", "noa", "a long enough one"):
        assert str(accounts.sign_in("noa", password, source="x", now=clinic.console.moment)) == "wrong"


def test_half_of_the_settings_is_a_fault() -> None:
    assert provider_of(Settings()) is None
    with pytest.raises(Misconfigured):
        provider_of(Settings(oidc_issuer="https://login.example"))
    with pytest.raises(ValueError, match="oidc_issuer"):
        Settings(oidc_issuer="http://login.example")
