"""Which of the events of one fold count, and what becomes of the others.

Called by `fold` for each event in the order of arrival. An identity stands once in the open days; of several contents
under it the one with the smallest fingerprint stands, whichever came first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.events import AnyEvent, HeartbeatEvent, PromptEvent
from streams.core import therapy
from streams.core.entries import entry
from streams.core.entry import AnyEntry, ClinicEntry
from streams.core.moments import Day, Micros, day_close, local_day, micros, offset_minutes
from streams.core.open_days import OpenDays
from streams.core.state import HORIZON, MOST_OPEN, State


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the events of one fold; copies are in none of the lists."""

    new: Sequence[AnyEvent]
    """What counts from now on: heard for the first time, or standing where other content of its identity stood."""
    late: Sequence[AnyEvent]
    """More than 14 days behind the patient's newest: they become points and are not analysed."""
    settled: Sequence[AnyEvent]
    """As far behind, but replayed: they were taken in when they were not."""
    conflicting: Sequence[AnyEvent]
    """Set aside, since other content with a smaller fingerprint stands under their identity."""
    surplus: Sequence[AnyEvent]
    """Set aside, since `MOST_OPEN` events of the open days are kept already."""
    changed_from: Day | None
    """The first local day whose mood totals changed."""
    care_from: Day | None
    """The first local day that a changed step of care may bear on."""
    heard_from: Day | None
    """The first local day of which anything new was heard, or came to be unheard."""


class Intake:
    """The open days of one patient, and the events that were added to them or to one of the lists beside."""

    def __init__(self, state: State, latest: Micros) -> None:
        """`latest` is the newest moment of the events to come."""
        self.open_days = OpenDays(state)
        self.newest = state.newest
        self.history_until = state.history_until
        self.phone: list[HeartbeatEvent | PromptEvent] = []
        """What the phone said by itself, which is not kept in the open days."""
        self._horizon = max(state.newest, latest) - HORIZON
        self._room = MOST_OPEN - self.open_days.count(self._horizon)
        self._new: dict[bytes, AnyEvent] = {}
        self._late: list[AnyEvent] = []
        self._settled: list[AnyEvent] = []
        self._conflicting: list[AnyEvent] = []
        self._surplus: list[AnyEvent] = []
        self._touched: list[AnyEntry] = []

    def add(self, at: Micros, event: AnyEvent, *, replayed: bool) -> None:
        """Take in the event of the moment `at`, which may come again after a crash."""
        if at < self.newest - HORIZON:
            (self._settled if replayed else self._late).append(event)
            return
        self.newest = max(self.newest, at)
        if event.history:
            self.history_until = max(self.history_until, _end_of_its_day(event))
        if isinstance(event, HeartbeatEvent | PromptEvent):
            self.phone.append(event)
        else:
            self._weigh(event, entry(event))

    def taken(self) -> Taken:
        """What became of the events."""
        steps = [step for step in self._touched if isinstance(step, ClinicEntry)]
        heard = [local_day(known.time, known.offset) for known in self._touched]
        heard += (local_day(micros(event.time), offset_minutes(event.time)) for event in self.phone)
        return Taken(
            list(self._new.values()),
            self._late,
            self._settled,
            self._conflicting,
            self._surplus,
            self.open_days.changed_from,
            therapy.bears_on(steps),
            min(heard, default=None),
        )

    def _weigh(self, event: AnyEvent, ours: AnyEntry) -> None:
        """Put an entry where none of its identity stands, or one with a larger fingerprint."""
        known = self.open_days.find(ours.mark)
        if known is not None and known.fingerprint <= ours.fingerprint:
            if known.fingerprint != ours.fingerprint:
                self._conflicting.append(event)
            return
        if ours.mark in self._new:
            self._conflicting.append(self._new.pop(ours.mark))
        elif known is None and not self._makes_room(ours):
            self._surplus.append(event)
            return
        self.open_days.put(ours, known)
        self._new[ours.mark] = event
        self._touched += [ours] if known is None else [known, ours]

    def _makes_room(self, ours: AnyEntry) -> bool:
        """Whether the open days can keep one more, which is then counted."""
        near = ours.time >= self._horizon
        if (near and self._room <= 0) or self.open_days.full(ours):
            return False
        self._room -= near
        return True


def _end_of_its_day(event: AnyEvent) -> int:
    offset = offset_minutes(event.time)
    return day_close(local_day(micros(event.time), offset), offset)
