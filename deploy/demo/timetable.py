"""When which phone uploads what: mostly at once, now and then late, twice, or all of some days together. Pure.

The clinic's system uploads at once. `clinic` loads the past by it and plays the present.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from streams.simulate.arrival import Trouble, arrive
from streams.simulate.mint import Event, Timed, from_clinic

DAY = timedelta(days=1)
TROUBLE = Trouble(late=0.03, doubled=0.05, offline=0.05)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One upload, by the patient's phone or by the clinic's system: `at` is in days since the start of the play."""

    at: float
    patient: str
    by_clinic: bool
    events: tuple[Event, ...]


def first_midnight(now: datetime, days: int) -> datetime:
    """Where a play of `days` calendar days begins, today among them, so that its days are those of the calendar."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - (days - 1) * DAY


def split(events: Iterable[Timed], start: datetime) -> tuple[list[Event], list[Timed]]:
    """What was observed before `start`, and what from then on."""
    past: list[Event] = []
    present: list[Timed] = []
    for time, event in events:
        if time < start:
            past.append(event)
        else:
            present.append((time, event))
    return past, present


def timetable(present: Iterable[Timed], start: datetime, end: datetime, seed: int) -> list[Delivery]:
    """All uploads of the play in order of time; every event is in at least one, none is after `end`."""
    by_patient: defaultdict[str, list[Timed]] = defaultdict(list)
    for timed in present:
        by_patient[timed[1]["subject"]].append(timed)
    uploads: defaultdict[tuple[float, str, bool], list[Event]] = defaultdict(list)
    for number, (patient, events) in enumerate(sorted(by_patient.items())):
        for arrival, event in arrive(events, TROUBLE, seed + number):
            uploads[(min(arrival, end) - start) / DAY, patient, from_clinic(event)].append(event)
    # The key tells every upload from the others, so events are never compared.
    return [Delivery(*upload, tuple(events)) for upload, events in sorted(uploads.items())]
