"""Every other service, by the library apprise: chat, SMS and push, a hundred of them behind one URL.

The library tells that a message was not taken; why, stands in its log alone, as `error=` and the HTTP status. Where
that is a final one, nothing is tried again; where there is none, it is. Most of these services know no key under which
they would drop a repeat.
"""

import logging
import re
from http import HTTPStatus
from typing import Any

import apprise

from schemas.alerts import Notification, Severity
from streams.adapters.channel import Channel
from streams.adapters.message import words
from streams.adapters.post import WORTH_REPEATING
from streams.errors import Misconfigured, Rejected, Unavailable
from streams.settings import Settings

_KINDS = {
    Severity.CRITICAL: apprise.NotifyType.FAILURE,
    Severity.HIGH: apprise.NotifyType.WARNING,
    Severity.WARNING: apprise.NotifyType.WARNING,
    Severity.INFO: apprise.NotifyType.INFO,
}

_ANSWERED = re.compile(r"\berror=(\d{3})\b")


def others(settings: Settings) -> "Others | None":
    """The service of the settings; None without a URL.

    Raises:
        Misconfigured: apprise cannot read the URL.
    """
    url = settings.apprise_url.get_secret_value()
    if not url:
        return None
    service = apprise.Apprise()
    if not service.add(url):
        raise Misconfigured("IPT_PULSE_APPRISE_URL is not a URL that apprise knows")
    return Others(service, console=str(settings.console_url))


class Others(Channel):
    """One service."""

    def __init__(self, service: apprise.Apprise, *, console: str) -> None:
        self._service = service
        self._console = console.rstrip("/")
        # It logs the URLs it calls, and they hold keys: nobody but `send` reads that.
        log = logging.getLogger("apprise")
        log.setLevel(logging.WARNING)
        log.propagate = False
        log.addHandler(logging.NullHandler())

    async def send(self, notification: Notification) -> None:
        """Hand it over.

        Raises:
            Unavailable: it was not taken now, or for a reason that nobody told.
            Rejected: the service said never.
        """
        told = words(notification, self._console)
        body = f"{told.text}\n{told.link}"
        answered: set[int] = set()

        def hear(entry: Any, _service: object) -> None:
            answered.update(map(int, _ANSWERED.findall(entry.message)))

        kind = _KINDS[notification.severity]
        if await self._service.async_notify(body, title=told.subject, notify_type=kind, log_callback=hear):
            return
        if answered and all(map(_is_final, answered)):
            raise Rejected("", f"HTTP {min(answered)}")
        raise Unavailable("the service did not take it")


def _is_final(status: int) -> bool:
    refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return refused and status not in WORTH_REPEATING
