"""How an alert stands, in one sentence: who has it and until when, or why nobody has.

Read from the alert and its history, where lapses, escalations and refusals are lines. Used by the inbox and the pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from schemas.alerts import Alert, AlertEntry, AlertStatus, Outcome
from streams.console.words import OUTCOMES

LAPSED = "acknowledgement lapsed"
REOPENED = "reopened: new evidence"
ESCALATED = "escalated"
WAITS = ("held back", "waits for working hours")
"""How the lines of the history begin that the alerting core writes."""

KEPT = 60
"""Lines of its history that an alert keeps: the first and the newest."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The sentence, the moment at its end, and whether somebody holds the alert."""

    says: str
    at: datetime | None = None
    held: bool = False


def standing(alert: Alert, reader: str) -> tuple[Standing, ...]:
    """How it stands, for the eyes of `reader`; what led there comes after, the newest first."""
    return (_now(alert, reader), *_before(alert, reader))


def shortened(alert: Alert) -> bool:
    """Whether lines are left out between the first of its history and the newest."""
    return len(alert.history) >= KEPT


def _now(alert: Alert, reader: str) -> Standing:
    return _BY_STATUS.get(alert.status, _waiting)(alert, reader)


def _taken(alert: Alert, reader: str) -> Standing:
    taken = "You have taken it on" if alert.holder == reader else f"Taken on by {alert.holder}"
    return Standing(f"{taken} until" if alert.until else taken, alert.until, held=True)


def _handed(alert: Alert, reader: str) -> Standing:
    handed = _last(alert, "handed over")
    by = "" if handed is None else f" by {_name(handed.who, reader)}"
    return Standing(f"Handed over to {_name(alert.holder or '', reader)}{by}, not taken on yet")


def _closed(alert: Alert, _reader: str) -> Standing:
    ended = "" if alert.outcome is None else f": {OUTCOMES[alert.outcome].lower()}"
    closed = _last(alert, "closed")
    return Standing(f"Closed{ended}") if closed is None else Standing(f"Closed{ended}, by {closed.who} at", closed.at)


def _waiting(alert: Alert, reader: str) -> Standing:
    if alert.outcome is Outcome.UNREACHABLE:
        return Standing(f"Nobody was reached so far, and it goes on{_to(alert, reader)}")
    if alert.status is AlertStatus.ESCALATED:
        return Standing(f"Escalated{_to(alert, reader)}, not taken on yet")
    newest = alert.history[-1] if alert.history else None
    if newest is not None and newest.what.startswith(WAITS):
        return Standing(f"{newest.what.capitalize()}, so nobody was told yet")
    told = _last(alert, "notified")
    if told is None:
        return Standing("New, not taken on yet")
    return Standing(f"Notified {_name(told.to or told.who, reader)}, not taken on yet")


def _before(alert: Alert, reader: str) -> tuple[Standing, ...]:
    """The lapse or the reopening that the alert waits since."""
    if alert.status in {AlertStatus.ACKNOWLEDGED, AlertStatus.CLOSED}:
        return ()
    for entry in reversed(alert.history):
        if entry.refused or entry.what.startswith(("acknowledged", "closed")):
            continue
        if entry.what == LAPSED:
            whose = "Your acknowledgement" if entry.to == reader else f"The acknowledgement of {entry.to}"
            return (Standing(f"{whose} lapsed at", entry.at),)
        if entry.what == REOPENED:
            return (Standing("Opened again by new evidence at", entry.at),)
    return ()


def _to(alert: Alert, reader: str) -> str:
    climbed = _last(alert, ESCALATED)
    return "" if climbed is None or climbed.to is None else f" to {_name(climbed.to, reader)}"


def _last(alert: Alert, what: str) -> AlertEntry | None:
    return next((one for one in reversed(alert.history) if one.what.startswith(what) and not one.refused), None)


def _name(who: str, reader: str) -> str:
    return "you" if who == reader else who.replace("_", " ")


_BY_STATUS: dict[AlertStatus, Callable[[Alert, str], Standing]] = {
    AlertStatus.ACKNOWLEDGED: _taken,
    AlertStatus.HANDED_OVER: _handed,
    AlertStatus.CLOSED: _closed,
}
