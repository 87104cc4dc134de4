"""The on-call pager: a signed HTTP POST that says which alert waits and how urgent it is, and nothing else.

The receiver checks `X-Ipt-Pulse-Signature`: `v1=` and the HMAC-SHA256, in hex, of the timestamp header, a full stop and
the body, under the shared secret; and that the timestamp is near, so that what was recorded cannot be played again.
`Idempotency-Key` is the notification's id; a second POST under it must page nobody.
"""

import hmac
import time
from collections.abc import Callable

import httpx
import orjson

from schemas.alerts import Notification
from streams.adapters.channel import Channel
from streams.adapters.message import words
from streams.adapters.post import TIMEOUT_S, post
from streams.errors import Misconfigured
from streams.settings import Settings


def webhook(settings: Settings) -> "Webhook | None":
    """The webhook of the settings; None without a URL.

    Raises:
        Misconfigured: there is a URL and no secret to sign with.
    """
    if settings.pager_url is None:
        return None
    secret = settings.pager_secret.get_secret_value()
    if not secret:
        raise Misconfigured("IPT_PULSE_PAGER_URL is set, but IPT_PULSE_PAGER_SECRET, which signs what is sent, is not")
    return Webhook(str(settings.pager_url), secret.encode(), console=str(settings.console_url))


class Webhook(Channel):
    """One pager's URL."""

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        console: str,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url = url
        self._secret = secret
        self._console = console.rstrip("/")
        self._clock = clock
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(timeout=timeout_s, trust_env=False)

    async def send(self, notification: Notification) -> None:
        """POST it; raises as `post` does."""
        body = self._body(notification)
        headers = self._headers(notification, body)
        await post(self._client, self._url, body, headers, timeout_s=self._timeout_s)

    def _body(self, notification: Notification) -> bytes:
        told = {
            "notification_id": notification.notification_id,
            "recipient": notification.recipient,
            "urgency": notification.severity,
            "link": words(notification, self._console).link,
        }
        return orjson.dumps(told | {"test": True} if notification.test else told)

    def _headers(self, notification: Notification, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock()))
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": notification.notification_id,
            "X-Ipt-Pulse-Timestamp": timestamp,
            "X-Ipt-Pulse-Signature": f"v1={sign(self._secret, timestamp, body)}",
        }

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The signature of one message, in hex."""
    return hmac.digest(secret, timestamp.encode() + b"." + body, "sha256").hex()
