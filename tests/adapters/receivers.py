"""What stands at the other end of each channel, and how it fails: one receiver for HTTP, one for SMTP."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from socket import SO_LINGER, SOL_SOCKET

import orjson
from aiosmtpd.smtp import SMTP, Envelope, Session

from schemas.alerts import Notification
from streams.adapters.channel import Channel
from streams.adapters.mail import Mail
from streams.adapters.others import others
from streams.adapters.pagerduty import PagerDuty
from streams.adapters.webhook import Webhook
from streams.settings import EmailSecurity, Settings

CONSOLE = "https://console.example/"
KEY = "0123456789abcdef0123456789abcdef"
PATIENCE_S = 0.4
NOTIFICATION = Notification.model_validate_json(
    '{"notification_id":"n1","alert_id":"a1","patient":"p-canary","step":0,"recipient":"ada","role":"on_call",'
    '"severity":"critical","created_at":"2026-03-02T09:00:00Z"}'
)


class Fault(StrEnum):
    """What a receiver does instead of answering that all is well."""

    BUSY = "busy"
    BROKEN = "broken"
    SILENT = "silent after it took the message"
    RESET = "connection reset"
    REFUSED = "refused"


PASSING = [Fault.BUSY, Fault.BROKEN, Fault.SILENT, Fault.RESET]


@dataclass
class Receiver:
    """Fails as it is told, one message after the other, and takes all that come after."""

    faults: list[Fault] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    """Key and all that was received, of each message that was taken."""

    def next(self) -> Fault | None:
        return self.faults.pop(0) if self.faults else None


@dataclass
class Way:
    """A channel and its receiver."""

    channel: Channel
    receiver: Receiver
    server: asyncio.Server


HttpAnswer = Callable[[dict[str, str], bytes], tuple[int, str]]
"""What a receiver that works makes of headers and body: status, and the key that it knows the message by."""


@asynccontextmanager
async def http(receiver: Receiver, answer: HttpAnswer) -> AsyncIterator[tuple[str, asyncio.Server]]:
    """A server on loopback, with its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _serve(reader, writer)
        finally:
            writer.close()

    async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = await reader.readexactly(int(headers["content-length"]))
        match receiver.next():
            case Fault.RESET:
                writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
                return
            case Fault.BUSY:
                status, more = 429, "Retry-After: 1\r\n"
            case Fault.BROKEN:
                status, more = 503, ""
            case Fault.REFUSED:
                status, more = 400, ""
            case fault:
                (status, key), more = answer(headers, body), ""
                receiver.taken.append((key, f"{headers}{body.decode()}"))
                if fault is Fault.SILENT:
                    await asyncio.sleep(2 * PATIENCE_S)
                    return
        writer.write(f"HTTP/1.1 {status} .\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", server


def documented_pagerduty(_headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """PagerDuty's Events API v2 as it is documented: what it requires of an event, and its limits."""
    event = orjson.loads(body)
    assert len(event["routing_key"]) == 32
    assert event["event_action"] in {"trigger", "acknowledge", "resolve"}
    assert len(event["dedup_key"]) <= 255
    if event["event_action"] != "trigger":
        return 202, event["dedup_key"]
    payload = event["payload"]
    assert 0 < len(payload["summary"]) <= 1024
    assert payload["source"]
    assert payload["severity"] in {"critical", "error", "warning", "info"}
    assert all(link.keys() == {"href", "text"} for link in event["links"])
    return 202, event["dedup_key"]


@asynccontextmanager
async def webhook_way(receiver: Receiver) -> AsyncIterator[Way]:
    async with http(receiver, lambda headers, _body: (202, headers["idempotency-key"])) as (url, server):
        channel = Webhook(url, b"secret", console=CONSOLE, timeout_s=PATIENCE_S)
        yield Way(channel, receiver, server)
        await channel.close()


@asynccontextmanager
async def pagerduty_way(receiver: Receiver) -> AsyncIterator[Way]:
    async with http(receiver, documented_pagerduty) as (url, server):
        channel = PagerDuty(url, KEY, console=CONSOLE, timeout_s=PATIENCE_S)
        yield Way(channel, receiver, server)
        await channel.close()


@asynccontextmanager
async def apprise_way(receiver: Receiver) -> AsyncIterator[Way]:
    async with http(receiver, lambda _headers, _body: (200, "")) as (url, server):
        target = url.replace("http:", "json:").rstrip("/") + f"/?cto={PATIENCE_S}&rto={PATIENCE_S}"
        channel = others(Settings.model_validate({"apprise_url": target, "console_url": CONSOLE}))
        assert channel is not None
        yield Way(channel, receiver, server)
        await channel.close()


class _Mailbox:
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's
        match self._receiver.next():
            case Fault.RESET:
                server.transport.abort()
                return "250 never arrives"
            case Fault.BUSY:
                return "451 busy"
            case Fault.BROKEN:
                return "421 going down"
            case Fault.REFUSED:
                return "554 refused"
            case fault:
                text = (envelope.content or b"").decode() if isinstance(envelope.content, bytes) else ""
                lines = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("Message-ID")]
                self._receiver.taken.append((lines[0], f"{envelope.rcpt_tos}{text}"))
                if fault is Fault.SILENT:
                    await asyncio.sleep(2 * PATIENCE_S)
                return "250 taken"


def mail_settings(port: int) -> Settings:
    return Settings.model_validate(
        {
            "email_host": "127.0.0.1",
            "email_port": port,
            "email_from": "ipt-pulse@clinic.example",
            "email_security": EmailSecurity.NONE,
            "console_url": CONSOLE,
        }
    )


@asynccontextmanager
async def email_way(receiver: Receiver) -> AsyncIterator[Way]:
    loop, mailbox = asyncio.get_running_loop(), _Mailbox(receiver)
    async with await loop.create_server(lambda: SMTP(mailbox, hostname="mail.example"), "127.0.0.1", 0) as server:
        settings = mail_settings(server.sockets[0].getsockname()[1])
        channel = Mail(settings, lambda: {"ada": "ada@clinic.example"}, timeout_s=PATIENCE_S)
        yield Way(channel, receiver, server)


WAYS = {"webhook": webhook_way, "pagerduty": pagerduty_way, "email": email_way, "apprise": apprise_way}
