import asyncio
import hashlib
import hmac
from contextlib import suppress

import pytest

from schemas.alerts import Notification
from streams.adapters.webhook import Webhook, webhook
from streams.errors import Misconfigured, Unavailable
from streams.settings import Settings
from tests.fake_pager import FakePager

NOTIFICATION = Notification.model_validate(
    {
        "notification_id": "n1",
        "alert_id": "a1",
        "patient": "p-canary",
        "step": 0,
        "recipient": "on_call",
        "severity": "critical",
        "created_at": "2026-03-02T09:00:00Z",
    },
    strict=False,
)


async def send(pager: FakePager) -> None:
    channel = Webhook(pager.url, b"secret", console="https://console.example/", clock=lambda: 1_700_000_000.9)
    try:
        await channel.send(NOTIFICATION)
    finally:
        await channel.close()


async def test_it_says_which_alert_waits_and_how_urgent_it_is_and_nothing_else() -> None:
    with FakePager() as pager:
        await send(pager)
    [received] = pager.received
    assert received.json == {
        "notification_id": "n1",
        "recipient": "on_call",
        "urgency": "critical",
        "link": "https://console.example/alerts/a1",
    }
    assert "p-canary" not in str(received)


async def test_it_is_signed_over_time_and_body_and_carries_the_id_as_its_key() -> None:
    with FakePager() as pager:
        await send(pager)
    [received] = pager.received
    signed = b"1700000000." + received.body
    assert received.headers["X-Ipt-Pulse-Timestamp"] == "1700000000"
    assert received.headers["X-Ipt-Pulse-Signature"] == f"v1={hmac.new(b'secret', signed, hashlib.sha256).hexdigest()}"
    assert received.key == "n1"


async def test_without_a_url_there_is_none_and_without_a_secret_it_is_refused() -> None:
    assert webhook(Settings(pager_url=None)) is None
    with pytest.raises(Misconfigured, match="PAGER_SECRET"):
        webhook(Settings.model_validate({"pager_url": "http://127.0.0.1:1/"}))


async def test_a_receiver_that_drips_its_answer_does_not_hold_a_page_up() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        with suppress(ConnectionError):
            while True:
                writer.write(b"1\r\nx\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        channel = Webhook(url, b"secret", console="https://console.example/", timeout_s=0.2)
        with pytest.raises(Unavailable):
            await channel.send(NOTIFICATION)
        await channel.close()
