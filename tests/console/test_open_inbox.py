"""The benchmark's open inbox reads the console's own pages: it signs in, hears of changes, closes what it sees."""

import asyncio
from collections.abc import Callable
from time import perf_counter

import pytest
from httpx import ASGITransport

from schemas.alerts import ActionKind, AlertStatus
from streams.cli.bench.inbox import RECONNECT_S, Inbox
from streams.console.pages import inbox as page
from streams.errors import Unavailable
from tests.console.conftest import PASSWORD, Console
from tests.console.samples import alert

FIRST, SECOND = (alert(number) for number in (1, 2))


def opened(console: Console, password: str = PASSWORD) -> Inbox:
    return Inbox("http://console", "dana", password, ASGITransport(console.app))


async def until(found: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not found():  # noqa: ASYNC110 - what it waits for rings no bell
            await asyncio.sleep(0.02)


async def test_what_comes_while_it_is_open_is_shown_and_closed_once(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "LIVE_FOR_RINGS", 0)  # a stream that ends, and is opened again
    begun = perf_counter()
    async with opened(console) as inbox:
        console.holds(FIRST)
        await until(lambda: console.actions.sent)
        console.holds(FIRST.model_copy(update={"status": AlertStatus.CLOSED, "version": 2}), SECOND)
        await until(lambda: SECOND.alert_id in inbox.shown and len(console.actions.sent) > 1)
    assert begun < inbox.shown[FIRST.alert_id] < inbox.shown[SECOND.alert_id]
    done = [(one.alert_id, one.kind) for one in console.actions.sent]
    assert set(done) == {(one.alert_id, ActionKind.CLOSE) for one in (FIRST, SECOND)}
    assert inbox._reconnect_s < RECONNECT_S, "the stream says how soon to come back"


async def test_a_wrong_password_is_told(console: Console) -> None:
    with pytest.raises(Unavailable, match="does not let the benchmark in"):
        async with opened(console, "not the right one"):
            pass
