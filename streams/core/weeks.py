"""The six days after a session of a group, and the 28 before: kept as sums once nothing can change them any more.

Mood is kept by day for some seven months, a group may meet for longer, and past data arrives all at once. Called by
`fold` for what passes the horizon, and by `streams.core.group` on reading.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from streams.core.days import DayTotal
from streams.core.entry import AnyEntry, ClinicEntry
from streams.core.episode.steps import SessionStep
from streams.core.moments import DAY, Day, Micros, local_day, over_everywhere
from streams.core.state import HORIZON, SessionWeek, State, Sums

BEFORE: Final = 28
"""Days up to and with that of the session."""
AFTER: Final = 6
"""The full days between two weekly sessions: what happened in them is known before the group meets again."""
TOLD_WITHIN: Final[Micros] = 180 * DAY
"""A session that is noted later than this after its day is not judged: mood by day is not kept for ever."""
MOST: Final = 400
"""Sessions' weeks that are kept, the newest: weekly ones for more than seven years."""


def passed_weeks(state: State, passed: Sequence[AnyEntry], today: Micros) -> tuple[SessionWeek, ...]:
    """What was kept and what passed the horizon by `today`; sums for the weeks in which nothing can change any more."""
    known = {week.day for week in state.weeks}
    new = {day for day in session_days(passed) if day not in known}
    weeks = state.weeks
    if new:
        weeks = tuple(sorted((*weeks, *map(SessionWeek, new)), key=lambda week: week.day))[-MOST:]
    final = today - HORIZON
    if not weeks:
        return weeks
    return tuple(
        measured(week.day, state.days) if week.after is None and over_everywhere(week.day + AFTER) <= final else week
        for week in weeks
    )


def session_days(entries: Iterable[AnyEntry]) -> list[Day]:
    """The days of the sessions with a group among `entries`, as far as they were noted in time."""
    return [
        step.on
        for entry in entries
        if type(entry) is ClinicEntry
        and isinstance(step := entry.step, SessionStep)
        and step.group
        and step.status == "held"
        and step.on <= local_day(entry.time, entry.offset)
        and entry.time - step.on * DAY <= TOLD_WITHIN
    ]


def weeks_over(state: State) -> dict[Day, SessionWeek]:
    """By the session's day: the weeks after it that are over for this patient."""
    kept = {week.day: week for week in state.weeks}
    near = (week.day for week in state.weeks if week.after is None)
    kept |= {day: measured(day, state.days) for day in (*near, *session_days(state.others)) if not _is_kept(kept, day)}
    return {day: week for day, week in kept.items() if week.over_at(AFTER) <= max(state.newest, state.clock_closed)}


def _is_kept(kept: dict[Day, SessionWeek], day: Day) -> bool:
    return day in kept and kept[day].after is not None


def measured(day: Day, days: Iterable[DayTotal]) -> SessionWeek:
    """The sums around `day`; the week is over in the UTC offset of the last report that it holds or follows."""
    near = [one for one in days if day - BEFORE < one.day <= day + AFTER]
    offset = near[-1].offset if near else 0
    before, after = [one for one in near if one.day <= day], [one for one in near if one.day > day]
    return SessionWeek(day, _sums(before), _sums(after), offset)


def _sums(days: Sequence[DayTotal]) -> Sums:
    return sum(one.n for one in days), sum(one.total for one in days), sum(one.squares for one in days)
