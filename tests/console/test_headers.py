import re
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient

from streams.adapters.accounts import Role
from tests.console.conftest import Console
from tests.console.samples import PATIENT, alert, fallen_mood, view

Browse = Callable[..., Awaitable[AsyncClient]]

PAGES = ["/sign-in", "/inbox", f"/alerts/{2:032x}", "/patients", f"/patients/{PATIENT}", "/nowhere", "/system"]


@pytest.mark.parametrize("address", PAGES)
async def test_pages_load_nothing_inline_and_nothing_from_elsewhere(
    console: Console, browse: Browse, address: str
) -> None:
    console.holds(alert(1), fallen_mood(2), view())
    answer = await (await browse(Role.THERAPIST)).get(address)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["img-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*src=\"/static/)|<style|\sstyle=|\son[a-z]+=|javascript:", answer.text)
    assert not re.search(r"(?:src|href|srcset|action)=\"(?:https?:|//|data:)", answer.text)


async def test_our_own_files_may_be_kept_by_browsers(browse: Browse) -> None:
    client = await browse()
    for name, kind in (("console.css", "text/css"), ("live.js", "javascript"), ("icon.svg", "image/svg+xml")):
        answer = await client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]
        assert answer.headers["cache-control"] == "no-cache"


async def test_a_picture_can_do_nothing_but_show_itself(console: Console, browse: Browse) -> None:
    console.holds(view())
    client = await browse(Role.THERAPIST)
    answer = await client.get(f"/patients/{PATIENT}/mood.svg?theme=dark&size=desk")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
