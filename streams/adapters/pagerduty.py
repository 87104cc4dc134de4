"""PagerDuty, by its Events API v2: each notification is one event, with its id as the `dedup_key`.

PagerDuty drops a second event under a key whose incident is open, so a repeat after a lost answer pages nobody again.
It goes on reminding of an open incident, which is therefore resolved as soon as somebody sees to the alert.
"""

import httpx
import orjson

from schemas.alerts import Notification, Severity
from streams.adapters.channel import Channel
from streams.adapters.message import words
from streams.adapters.post import TIMEOUT_S, post
from streams.settings import Settings

_SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}
"""PagerDuty's own closed list."""


def pagerduty(settings: Settings) -> "PagerDuty | None":
    """The service of the settings; None without an integration key."""
    key = settings.pagerduty_key.get_secret_value()
    return PagerDuty(str(settings.pagerduty_url), key, console=str(settings.console_url)) if key else None


class PagerDuty(Channel):
    """One service."""

    stays_open = True

    def __init__(self, url: str, routing_key: str, *, console: str, timeout_s: float = TIMEOUT_S) -> None:
        self._url = url
        self._routing_key = routing_key
        self._console = console.rstrip("/")
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(timeout=timeout_s, trust_env=False)

    async def send(self, notification: Notification) -> None:
        """Trigger an event; raises as `post` does."""
        told = words(notification, self._console)
        await self._event(
            "trigger",
            notification,
            client="ipt-pulse",
            client_url=told.link,
            links=[{"href": told.link, "text": "Sign in"}],
            payload={
                "summary": told.subject,
                "source": "ipt-pulse",
                "severity": _SEVERITIES[notification.severity],
                "component": notification.recipient,
            },
        )

    async def withdraw(self, notification: Notification) -> None:
        """Resolve it; raises as `post` does."""
        await self._event("resolve", notification)

    async def _event(self, action: str, notification: Notification, **more: object) -> None:
        event = {"routing_key": self._routing_key, "event_action": action, "dedup_key": notification.notification_id}
        headers = {"Content-Type": "application/json"}
        await post(self._client, self._url, orjson.dumps(event | more), headers, timeout_s=self._timeout_s)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
