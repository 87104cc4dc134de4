"""When which phone uploads what: mostly at once, now and then late, twice, or all of some days together. Pure.

`clinic` loads the past by it and plays the present.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from streams.simulate.arrival import Trouble, arrive
from streams.simulate.mint import Event

DAY = timedelta(days=1)
TROUBLE = Trouble(late=0.03, doubled=0.05, offline=0.05)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One upload of one phone: `at` is in days since the start of the play."""

    at: float
    patient: str
    events: tuple[Event, ...]


def first_midnight(now: datetime, days: int) -> datetime:
    """Where a play of `days` calendar days begins, today among them, so that its days are those of the calendar."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - (days - 1) * DAY


def split(events: Iterable[Event], start: datetime) -> tuple[list[Event], list[Event]]:
    """What was observed before `start`, and what from then on."""
    past: list[Event] = []
    present: list[Event] = []
    for event in events:
        (past if datetime.fromisoformat(event["time"]) < start else present).append(event)
    return past, present


def timetable(present: Iterable[Event], start: datetime, end: datetime, seed: int) -> list[Delivery]:
    """All uploads of the play in order of time; every event is in at least one, none is after `end`."""
    by_patient: defaultdict[str, list[Event]] = defaultdict(list)
    for event in present:
        by_patient[event["subject"]].append(event)
    uploads: defaultdict[tuple[float, str], list[Event]] = defaultdict(list)
    for number, (patient, events) in enumerate(sorted(by_patient.items())):
        for arrival, event in arrive(events, TROUBLE, seed + number):
            uploads[(min(arrival, end) - start) / DAY, patient].append(event)
    return [Delivery(at, patient, tuple(events)) for (at, patient), events in sorted(uploads.items(), key=_moment)]


def _moment(upload: tuple[tuple[float, str], list[Event]]) -> tuple[float, str]:
    return upload[0]
