from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient

from streams.adapters.accounts import TRIES_FROM_ONE_ADDRESS, Role
from streams.adapters.sessions import IDLE, LASTS
from streams.console.app import SESSION_COOKIE
from streams.console.pages.sign_in import own_path
from tests.console.conftest import PASSWORD, Console, submit, text_of

Browse = Callable[..., Awaitable[AsyncClient]]


async def sign_in(client: AsyncClient, password: str = PASSWORD, *, name: str = "dana", to: str = "/") -> int:
    answer = await submit(client, "/sign-in", "/sign-in", name=name, password=password, to=to)
    return answer.status_code


async def test_whoever_is_not_signed_in_is_asked_to_and_then_gets_where_they_wanted(browse: Browse) -> None:
    client = await browse()
    asked = await client.get("/alerts/abc?x=1")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?to=/alerts/abc%3Fx%3D1")
    signed_in = await submit(
        client, asked.headers["location"], "/sign-in", name="dana", password=PASSWORD, to="/alerts/abc?x=1"
    )
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/alerts/abc?x=1")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "", "/\t/evil"])
def test_nobody_is_sent_elsewhere(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"


async def test_a_wrong_password_is_refused_and_many_lock(browse: Browse) -> None:
    client = await browse()
    for _ in range(TRIES_FROM_ONE_ADDRESS):
        assert await sign_in(client, "not the password") == 401
    assert await sign_in(client) == 429
    assert (await client.get("/inbox")).status_code == 303


async def test_the_cookie_is_for_our_own_pages_alone(browse: Browse) -> None:
    client = await browse()
    cookie = (await client.get("/sign-in")).headers["set-cookie"].lower()
    assert cookie.startswith(SESSION_COOKIE)
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_changed_cookie_signs_nobody_in(browse: Browse) -> None:
    client = await browse(Role.LEAD)
    cookie = client.cookies[SESSION_COOKIE]
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, "A" + cookie[1:], domain="console.local")
    assert (await client.get("/inbox")).status_code == 303


async def test_a_session_ends_after_its_time_however_busy(console: Console, browse: Browse) -> None:
    client = await browse(Role.LEAD)
    began = console.moment
    while console.moment + IDLE / 2 < began + LASTS:
        console.moment += IDLE / 2
        assert (await client.get("/inbox")).status_code == 200
    console.moment = began + LASTS
    assert (await client.get("/inbox")).status_code == 303


async def test_a_session_in_which_nobody_asks_for_anything_ends_sooner(console: Console, browse: Browse) -> None:
    client = await browse(Role.LEAD)
    console.moment += IDLE / 2
    assert (await client.get("/inbox/list")).status_code == 200  # what the open page does by itself
    console.moment += IDLE / 2
    assert (await client.get("/inbox/list")).status_code == 401
    assert (await client.get("/inbox")).status_code == 303


async def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(browse: Browse) -> None:
    client, thief = await browse(Role.LEAD), await browse()
    thief.cookies.set(SESSION_COOKIE, client.cookies[SESSION_COOKIE], domain="console.local")
    assert (await thief.get("/inbox")).status_code == 200
    await submit(client, "/inbox", "/sign-out")
    assert (await thief.get("/inbox")).status_code == 303


async def test_a_session_of_before_the_sign_in_is_not_the_one_after_it(browse: Browse) -> None:
    """Somebody who planted a cookie in the browser beforehand is not signed in with it."""
    client, planter = await browse(), await browse()
    await client.get("/sign-in")
    planter.cookies.set(SESSION_COOKIE, client.cookies[SESSION_COOKIE], domain="console.local")
    assert await sign_in(client) == 303
    assert (await client.get("/inbox")).status_code == 200
    assert (await planter.get("/inbox")).status_code == 303


async def test_a_removed_account_is_out_at_once(console: Console, browse: Browse) -> None:
    client = await browse(Role.LEAD)
    console.parts.accounts.remove("lee")
    assert (await client.get("/inbox")).status_code == 303
    console.parts.accounts.add("lee", Role.LEAD, PASSWORD)
    assert (await client.get("/inbox")).status_code == 303


async def test_signing_out_ends_the_session(browse: Browse) -> None:
    client = await browse(Role.LEAD)
    assert (await submit(client, "/inbox", "/sign-out")).status_code == 303
    assert (await client.get("/inbox")).status_code == 303


async def test_the_token_of_before_the_sign_in_is_worth_nothing_after_it(browse: Browse) -> None:
    client = await browse()
    before = await client.get("/sign-in")
    token = before.text.split('name="csrf" value="')[1].split('"')[0]
    assert await sign_in(client) == 303
    assert (await client.post("/sign-out", data={"csrf": token})).status_code == 403


async def test_a_link_in_a_message_asks_once_more_for_the_cookie_that_it_cannot_bring(browse: Browse) -> None:
    client = await browse()
    answer = await client.get("/alerts/abc", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert 'content="0; url=/alerts/abc"' in answer.text


async def test_the_page_says_what_was_wrong(browse: Browse) -> None:
    client = await browse()
    answer = await submit(client, "/sign-in", "/sign-in", name="dana", password="wrong wrong wrong")  # noqa: S106
    assert "Name or password is wrong." in text_of(answer)
