"""What a patient's entries say of their therapy: the steps of care, and the interactions that belong to a problem area.

Called by `fold` for what passes the horizon; by detection, `analyse` and the view for what is known now.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import orjson

from schemas.events import AnyEvent
from streams.core.entry import AnyEntry, ClinicEntry, TherapyEntry
from streams.core.episode import AnyStep, Course, Happening, Refused, Tried, advance
from streams.core.moments import DAY, Day, Micros, local_day, moment, over_everywhere
from streams.core.state import LINKED_KEPT, LinkedDay, State


@dataclass(frozen=True, slots=True)
class SetAside:
    """A step of care that does not count, and why."""

    raw: bytes
    """The event; of one that was taken in earlier only its name, since nothing more of it is kept."""
    reason: str


def present(state: State) -> Course:
    """The episodes of care as they stand after the newest event, without the tries of the open days."""
    return _advanced(state, _steps(state.others))[0]


def present_with_tries(state: State) -> Course:
    """The same with the strategies that were tried in the open days."""
    return _advanced(state, [*_steps(state.others), *_tries(state.others)])[0]


def responsible(state: State) -> str | None:
    """The care team of the episode that lasts; None where none is named."""
    care = present(state).care_on(state.newest // DAY)
    return care.terms.team or None if care else None


def team_of(state: State) -> str | None:
    """The care team whose patient it is: of the episode that lasts, otherwise of the one opened last.

    Who treated a patient still reads how that came out; `responsible` asks who has to act.
    """
    course = present(state)
    care = course.care_on(state.newest // DAY)
    if care is None:
        care = max(course.episodes.values(), key=lambda known: known.terms.opening, default=None)
    return care.terms.team or None if care else None


def courses_known(state: State) -> Callable[[Day], Course]:
    """Tells of a local day what was known of care when the day was over everywhere on earth, if it is an open one."""
    steps = _steps(state.others)

    def course(day: Day) -> Course:
        return _advanced(state, [happening for happening in steps if happening.time < over_everywhere(day)])[0]

    return course


def newly_refused(before: State, after: State, new: Iterable[AnyEvent]) -> list[SetAside]:
    """The steps that do not count now and did before, or were not there."""
    known = {refused.happening.mark for refused in _refused(before)}
    events = {event.mark(): event for event in new}
    entries = {entry.mark: entry for entry in after.others if isinstance(entry, ClinicEntry)}
    return [
        SetAside(events[mark].to_json() if mark in events else _name(entries[mark]), reason)
        for (_, mark, _, _), reason in _refused(after)
        if mark in events or mark not in known
    ]


def bears_on(steps: Sequence[ClinicEntry]) -> Day | None:
    """The first local day that was not `over_everywhere` when the first of `steps` was taken; None without any."""
    return min((local_day(step.time, 0) - 1 for step in steps), default=None)


def passed_course(course: Course, passed: Sequence[AnyEntry]) -> Course:
    """`course` with what passed the horizon; what does not count by then never will."""
    return advance(course, [*_steps(passed), *_tries(passed)])[0] if passed else course


def linked_days(days: tuple[LinkedDay, ...], entries: Sequence[AnyEntry]) -> tuple[LinkedDay, ...]:
    """`days` with the interactions among `entries`, in their order, that belong to a problem area."""
    linked = [entry for entry in entries if type(entry) is TherapyEntry and entry.area]
    if not linked:
        return days
    by_day = {day.day: day for day in days}
    for entry in linked:
        day = local_day(entry.time, entry.offset)
        areas = by_day[day].areas if day in by_day else {}
        counts = areas | {entry.area: areas.get(entry.area, 0) + 1}
        by_day[day] = LinkedDay(day, entry.offset, dict(sorted(counts.items())))
    return tuple(by_day[day] for day in sorted(by_day))


def linked_within_reach(days: tuple[LinkedDay, ...], newest: Micros) -> tuple[LinkedDay, ...]:
    """Without the days that no unsettled finding can rest on."""
    first = (newest - LINKED_KEPT) // DAY
    return days if not days or days[0].day > first else tuple(day for day in days if day.day > first)


def _advanced(state: State, happenings: Sequence[Happening]) -> tuple[Course, list[Refused]]:
    return advance(state.course, happenings) if happenings else (state.course, [])


def _refused(state: State) -> list[Refused]:
    return _advanced(state, _steps(state.others))[1]


# Most patients' open days hold none of these, and every event asks: `type` is the quickest way to see that.


def _steps(entries: Sequence[AnyEntry]) -> list[Happening]:
    return [_happening(entry, entry.step) for entry in entries if type(entry) is ClinicEntry]


def _tries(entries: Sequence[AnyEntry]) -> list[Happening]:
    return [
        _happening(entry, Tried(entry.strategy, entry.person, entry.helped))
        for entry in entries
        if type(entry) is TherapyEntry and entry.strategy
    ]


def _happening(entry: AnyEntry, step: AnyStep) -> Happening:
    return Happening(entry.time, entry.mark, local_day(entry.time, entry.offset), step)


def _name(entry: ClinicEntry) -> bytes:
    time = moment(entry.time, entry.offset).isoformat()
    return orjson.dumps({"type": entry.event_type, "source": entry.source, "id": entry.event_id, "time": time})
