"""The channels that notifications leave by. A new channel is a file, a line in `CHANNELS`, and the contract suite.

The notify agent sends through them. None of them hears anything clinical: a `Notification` holds nothing of the kind.
"""

from collections.abc import Callable
from typing import Protocol

from schemas.alerts import Notification
from streams.adapters.webhook import Webhook, webhook
from streams.settings import Settings


class Channel(Protocol):
    """One way out."""

    async def send(self, notification: Notification) -> None:
        """Hand it over; a repeat of the same notification must not tell anyone a second time.

        Raises:
            Unavailable: not now; worth another attempt.
            Rejected: never.
        """

    async def close(self) -> None:
        """Let go of connections."""


class Inbox:
    """The console's inbox. It reads the alerts themselves, so a notification is there before it is sent."""

    async def send(self, notification: Notification) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to close."""


INBOX = "inbox"

CHANNELS: dict[str, Callable[[Settings], Inbox | Webhook | None]] = {
    INBOX: lambda _: Inbox(),
    "webhook": webhook,
}


def open_channels(settings: Settings) -> dict[str, Channel]:
    """Every channel that the settings say enough about; the inbox is always there.

    Raises:
        Misconfigured: a channel is set up half.
    """
    opened = {name: build(settings) for name, build in CHANNELS.items()}
    return {name: channel for name, channel in opened.items() if channel is not None}
