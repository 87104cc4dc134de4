"""What would become of a record that was set aside if it went back in: told before anything is done.

It is read as the analysis reads it. What would only be set aside again stays where it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.events import AnyEvent
from schemas.set_aside import REPLAYED, Kind, Why
from streams.adapters.topic import Outgoing
from streams.agents.reading import read_record
from streams.cli.rejected.filed import Filed
from streams.cli.rejected.repair import Repair, decoded
from streams.core.state import HORIZON
from streams.errors import Rejected
from streams.topics import EVENTS

LATE = timedelta(microseconds=HORIZON)

_NO_EVENT = {
    Kind.CALL: "the event itself was refused at the gateway; this is but its call for help",
    Kind.FIT: "it is no event",
}
_KNOWN = {
    Kind.DISPLACED: "other content stands under its identity: only under a new id could it count",
    Kind.REFUSED: "it is known, and counts when what it follows from arrives: repaired, it needs a new id",
}
"""What analysis has heard of under this identity: the same again would change nothing."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one record: `outgoing` goes into `patient.events`; without it, it stays for the `reason`."""

    filed: Filed
    outgoing: Outgoing | None
    reason: str
    late: bool = False
    """More than 14 days old: if anything newer was heard of the patient, it becomes a point and is not analysed."""


def fate(one: Filed, repair: Repair, now: datetime) -> Fate:
    """What would become of `one`, repaired, now."""
    kind = one.tag.why.kind
    if kind in _NO_EVENT:
        return Fate(one, None, _NO_EVENT[kind])
    try:
        value = repair.change(one)
    except Rejected as error:
        return Fate(one, None, str(error))
    event = read_record(_subject(value) if repair.says_whose else one.key, value, received=now)
    if isinstance(event, Why):
        return Fate(one, None, f"{event.field}: {event.reason}" if event.field else event.reason)
    if kind in _KNOWN and _identity(event) == _identity(read_record(one.key, one.value, received=now)):
        return Fate(one, None, _KNOWN[kind])
    headers = ((REPLAYED, str(one.place).encode()),)
    outgoing = Outgoing(EVENTS, event.subject.encode(), value, headers=headers)
    return Fate(one, outgoing, "", late=event.time < now - LATE)


def _subject(value: bytes | None) -> bytes | None:
    try:
        return str(decoded(value)["subject"]).encode()
    except (Rejected, KeyError, TypeError):
        return None


def _identity(event: AnyEvent | Why) -> tuple[str, str, str] | None:
    return None if isinstance(event, Why) else (event.subject, event.source, event.id)
