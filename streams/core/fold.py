"""Fold events into a patient's state, so that their order, repeats and grouping leave no trace in it.

This holds as long as a patient sends no more than `MOST_OPEN` events within 14 days.
Called by `analyse`: `take_in` adds what is new to the open days, mood detection judges the days that are now over, and
`let_pass` turns what is behind the 14-day horizon into sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from schemas.events import AnyEvent, HeartbeatEvent, PromptEvent
from streams.core import keep, therapy
from streams.core.entries import entry
from streams.core.links import Happened, Report, advance
from streams.core.moments import DAY, MINUTE, Day, Micros, day_close, local_day, micros, offset_minutes
from streams.core.state import (
    ALARMS_KEPT,
    HORIZON,
    KEPT_DAYS,
    MOST_OPEN,
    MOST_SCORES,
    SETTLED,
    Alarm,
    AnyEntry,
    ClinicEntry,
    DayTotal,
    InteractionEntry,
    MoodEntry,
    ScoreEntry,
    State,
)
from streams.core.weeks import passed_weeks


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


def take_in(state: State, events: Sequence[AnyEvent], *, replayed: int = 0) -> tuple[State, Taken]:
    """Add `events`, in the order they arrived, to the open days; the first `replayed` of them come again."""
    new: dict[bytes, AnyEvent] = {}
    late: list[AnyEvent] = []
    settled: list[AnyEvent] = []
    conflicting: list[AnyEvent] = []
    surplus: list[AnyEvent] = []
    changed: list[tuple[MoodEntry, int]] = []
    steps: list[ClinicEntry] = []
    known_by_mark = {known.mark: known for known in state.open}
    newest, history_until = state.newest, state.history_until
    horizon = max([newest, *(micros(event.time) for event in events)]) - HORIZON
    room = MOST_OPEN - sum(known.time >= horizon for known in state.open)
    for position, event in enumerate(events):
        at = micros(event.time)
        if at < newest - HORIZON:
            (settled if position < replayed else late).append(event)
            continue
        newest = max(newest, at)
        if event.history:
            history_until = max(history_until, _end_of_its_day(event))
        if isinstance(event, HeartbeatEvent | PromptEvent):
            continue
        ours = entry(event)
        known = known_by_mark.get(ours.mark)
        if known is not None and known.fingerprint <= ours.fingerprint:
            if known.fingerprint != ours.fingerprint:
                conflicting.append(event)
            continue
        if ours.mark in new:
            conflicting.append(new.pop(ours.mark))
        elif known is None and at >= horizon:
            if room <= 0:
                surplus.append(event)
                continue
            room -= 1
        known_by_mark[ours.mark] = ours
        new[ours.mark] = event
        changed += [(report, times) for report, times in ((known, -1), (ours, 1)) if isinstance(report, MoodEntry)]
        steps += [step for step in (known, ours) if isinstance(step, ClinicEntry)]
    open_entries = tuple(sorted(known_by_mark.values(), key=_in_order)) if new else state.open
    days, changed_from = _count(state.days, changed, open_entries)
    care_from = therapy.bears_on(steps)
    taken = Taken(list(new.values()), late, settled, conflicting, surplus, changed_from, care_from)
    return replace(state, newest=newest, history_until=history_until, open=open_entries, days=days), taken


def let_pass(state: State) -> State:
    """Turn what is behind the horizon into sums; nothing that may still arrive can change it."""
    horizon = state.newest - HORIZON
    passed = [past for past in state.open if past.time < horizon]
    first = next((past for past in passed if isinstance(past, MoodEntry)), None)
    first_day = state.first_day
    if first_day is None and first is not None:
        first_day = local_day(first.time, first.offset)
    return replace(
        state,
        open=state.open[len(passed) :],
        scores=_with_scores(state.scores, passed, state.newest),
        links=advance(state.links, link_items(passed)),
        first_day=first_day,
        days=_days_within_reach(state.days, state.newest),
        alarms=_alarms_within_reach(state.alarms, state.newest),
        course=therapy.passed_course(state.course, passed),
        linked=therapy.linked_within_reach(therapy.linked_days(state.linked, passed), state.newest),
        people=keep.people(state.people, passed, state.newest),
        noted=keep.noted(state.noted, passed, state.newest),
        life=keep.life(state.life, passed, state.newest),
        symptoms=keep.symptoms(state.symptoms, passed, state.newest),
        weeks=passed_weeks(state, passed),
    )


def link_items(entries: Sequence[AnyEntry]) -> list[Report | Happened]:
    """What the regression of mood on events is told of `entries`, in their order."""
    items: list[Report | Happened] = []
    for known in entries:
        seconds = known.time / 1e6
        if isinstance(known, MoodEntry):
            time_of_day = (known.time + known.offset * MINUTE) % DAY // 1_000_000
            items.append(Report(seconds, time_of_day, known.mood))
        elif isinstance(known, InteractionEntry):
            items.append(Happened(seconds, known.person, known.kind, known.patterns))
    return items


def _in_order(known: AnyEntry) -> tuple[int, bytes]:
    return known.time, known.mark


def _end_of_its_day(event: AnyEvent) -> int:
    offset = offset_minutes(event.time)
    return day_close(local_day(micros(event.time), offset), offset)


def _count(
    days: tuple[DayTotal, ...], changed: Sequence[tuple[MoodEntry, int]], open_entries: Sequence[AnyEntry]
) -> tuple[tuple[DayTotal, ...], Day | None]:
    """Count reports in or out of their days; also the first day that was touched."""
    if not changed:
        return days, None
    by_day = {day.day: day for day in days}
    last = {local_day(known.time, known.offset): known for known in open_entries if isinstance(known, MoodEntry)}
    touched = set()
    for report, times in changed:
        day = local_day(report.time, report.offset)
        offset = last.get(day, report).offset
        by_day[day] = by_day.get(day, DayTotal(day, 0, 0, 0, offset)).plus(report.mood, times, offset)
        touched.add(day)
    return tuple(by_day[day] for day in sorted(by_day) if by_day[day].n), min(touched)


# What is within reach is measured from the newest event, which never goes back; a day may, when its report gives way.


def _days_within_reach(days: tuple[DayTotal, ...], newest: Micros) -> tuple[DayTotal, ...]:
    first = newest // DAY - KEPT_DAYS
    return days if not days or days[0].day > first else tuple(day for day in days if day.day > first)


def _alarms_within_reach(alarms: tuple[Alarm, ...], newest: Micros) -> tuple[Alarm, ...]:
    return tuple(alarm for alarm in alarms if day_close(alarm.day, alarm.offset) > newest - ALARMS_KEPT)


def _with_scores(scores: tuple[ScoreEntry, ...], passed: Sequence[AnyEntry], newest: Micros) -> tuple[ScoreEntry, ...]:
    """Add the questionnaires that passed, and drop the event id of each that no unsettled finding can name.

    A finding names a score together with the next of its instrument, and is settled when that one is.
    """
    all_passed = (*scores, *(score for score in passed if isinstance(score, ScoreEntry)))
    following: dict[str, Micros] = {}
    kept = []
    for score in reversed(all_passed):
        settled = following.get(score.instrument, newest) < newest - SETTLED
        kept.append(replace(score, event_id="") if settled and score.event_id else score)
        following[score.instrument] = score.time
    return tuple(reversed(kept[:MOST_SCORES]))
