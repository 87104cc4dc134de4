"""The clocks of an alert: when it began, when what says so arrived, and since when somebody here could act on it.

An alert waits since it was first raised in this system, whatever its rule: `Finding.raised_at` may lie days before
that, if reports came late. Used by the store, which lists what waits longest on top, and by the pages.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.alerts import Alert

LATE = timedelta(minutes=1)
"""What arrives within it is not worth a word."""


@dataclass(frozen=True, slots=True)
class LateArrival:
    """An answer that was on its way for longer than `LATE`."""

    given: datetime
    arrived: datetime

    @property
    def after(self) -> timedelta:
        """How long it was on its way."""
        return self.arrived - self.given


def known_since(alert: Alert) -> datetime:
    """When the alert was first raised here, which is the first line of its history."""
    return alert.history[0].at if alert.history else alert.raised_at


def late_arrival(alert: Alert) -> LateArrival | None:
    """When an answer was given and when it arrived, if that was late; safety rules alone look at one answer."""
    if not isinstance(alert.since, datetime) or alert.raised_at - alert.since <= LATE:
        return None
    return LateArrival(given=alert.since, arrived=alert.raised_at)
