"""Every other service, by the library apprise: chat, SMS and push, a hundred of them behind one URL.

The library tells that a message was not taken, and not why: each is tried again until it is given up. Most of these
services know no key under which they would drop a repeat.
"""

import logging

import apprise

from schemas.alerts import Notification, Severity
from streams.adapters.channel import Channel
from streams.adapters.message import words
from streams.errors import Misconfigured, Unavailable
from streams.settings import Settings

_KINDS = {
    Severity.CRITICAL: apprise.NotifyType.FAILURE,
    Severity.HIGH: apprise.NotifyType.WARNING,
    Severity.WARNING: apprise.NotifyType.WARNING,
    Severity.INFO: apprise.NotifyType.INFO,
}


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
        # It logs the URLs it calls, and they hold keys.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)

    async def send(self, notification: Notification) -> None:
        """Hand it over.

        Raises:
            Unavailable: it was not taken, for whatever reason.
        """
        told = words(notification, self._console)
        body = f"{told.text}\n{told.link}"
        taken = await self._service.async_notify(body, title=told.subject, notify_type=_KINDS[notification.severity])
        if not taken:
            raise Unavailable("the service did not take it")
