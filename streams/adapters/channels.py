"""The channels that notifications leave by. A new channel is a file, a line in `CHANNELS`, and the contract suite.

The notify agent sends through them. None of them hears anything clinical: a `Notification` holds nothing of the kind.
"""

from collections.abc import Callable

from schemas.alerts import Notification
from streams.adapters.channel import Channel
from streams.adapters.mail import Addresses, mail
from streams.adapters.pagerduty import pagerduty
from streams.adapters.webhook import webhook
from streams.settings import Settings


class Inbox(Channel):
    """The console's inbox. It reads the alerts themselves, so a notification is there before it is sent."""

    async def send(self, notification: Notification) -> None:
        """Nothing to do."""


def _others(settings: Settings) -> Channel | None:
    if not settings.apprise_url.get_secret_value():
        return None
    from streams.adapters.others import others  # noqa: PLC0415 -- slow to import, and alerting has to be back in seconds

    return others(settings)


INBOX = "inbox"

CHANNELS: dict[str, Callable[[Settings, Addresses], Channel | None]] = {
    INBOX: lambda _settings, _addresses: Inbox(),
    "webhook": lambda settings, _addresses: webhook(settings),
    "pagerduty": lambda settings, _addresses: pagerduty(settings),
    "email": mail,
    "apprise": lambda settings, _addresses: _others(settings),
}


def open_channels(settings: Settings, addresses: Addresses) -> dict[str, Channel]:
    """Every channel that the settings say enough about; the inbox is always there.

    Raises:
        Misconfigured: a channel is set up half.
    """
    opened = {name: build(settings, addresses) for name, build in CHANNELS.items()}
    return {name: channel for name, channel in opened.items() if channel is not None}
