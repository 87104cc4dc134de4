"""The open days of one patient while events are folded in: who is known, and what their days count.

Called by `intake` and `packed`. What is asked of a copy, and done for a check-in that is newer than all others, costs
next to nothing; anything else may sort.
"""

from streams.core import days, moods
from streams.core.entry import AnyEntry, MoodEntry, SymptomEntry
from streams.core.moments import Day, Micros, local_day
from streams.core.state import State


class OpenDays:
    """Entries by their mark, and the mood totals of their days."""

    def __init__(self, state: State) -> None:
        self.moods = state.moods
        self.others = state.others
        self.day_totals = state.day_totals
        self.changed_from: Day | None = None
        """The first local day whose mood totals changed."""
        self._others = {known.mark: known for known in state.others}
        self._others_changed = False
        newest = newest_report(state)
        self._newest = (0, b"") if newest is None else _place(newest)
        self._unsure: set[Day] = set()  # days whose last report is yet to be found

    def count(self, first: Micros) -> int:
        """How many entries there are from the moment `first` on."""
        _, near = moods.split(self.moods, first)
        return moods.count(near) + sum(known.time >= first for known in self.others)

    def find(self, mark: bytes) -> AnyEntry | None:
        """The entry of that identity."""
        return self._others.get(mark) or moods.find(self.moods, mark)

    def full(self, new: AnyEntry) -> bool:
        """Whether the day of `new` can count no more reports."""
        day = days.find(self.day_totals, local_day(new.time, new.offset)) if isinstance(new, MoodEntry) else None
        return day is not None and day.n >= days.MOST

    def put(self, new: AnyEntry, known: AnyEntry | None) -> None:
        """Take `new` in, which stands where `known` did."""
        if known is not None:
            self._drop(known)
        if type(new) is MoodEntry:
            self.moods = moods.put(self.moods, new)
        else:
            self._others[new.mark] = new
            self._others_changed = True
        if isinstance(new, MoodEntry):
            self._count(new, 1)

    def finish(self) -> None:
        """Bring `others` and `day_totals` into order."""
        if self._others_changed:
            self.others = tuple(sorted(self._others.values(), key=_place))
        if self._unsure:
            symptoms = (known for known in self._others.values() if type(known) is SymptomEntry)
            reports = sorted([*moods.entries(self.moods), *symptoms], key=_place)
            last = {local_day(report.time, report.offset): report for report in reports}
            for day in self._unsure & last.keys():
                self.day_totals = days.with_report(self.day_totals, day, 0, 0, last[day].offset)

    def _drop(self, known: AnyEntry) -> None:
        if type(known) is MoodEntry:
            self.moods = moods.drop(self.moods, known)
        else:
            del self._others[known.mark]
            self._others_changed = True
        if isinstance(known, MoodEntry):
            self._count(known, -1)

    def _count(self, report: MoodEntry, times: int) -> None:
        day = local_day(report.time, report.offset)
        self.day_totals = days.with_report(self.day_totals, day, report.mood, times, report.offset)
        self.changed_from = day if self.changed_from is None else min(day, self.changed_from)
        if times > 0 and _place(report) > self._newest:
            self._newest = _place(report)
        else:
            self._unsure.add(day)


def newest_report(state: State) -> MoodEntry | None:
    """The newest check-in of the open days."""
    plain = moods.newest(state.moods)
    other = next((known for known in reversed(state.others) if type(known) is SymptomEntry), None)
    return max((known for known in (plain, other) if known is not None), key=_place, default=None)


def _place(known: AnyEntry) -> tuple[int, bytes]:
    return known.time, known.mark
