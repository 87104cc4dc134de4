"""Fold events into a patient's state, so that their order, repeats and grouping leave no trace in it.

Called by `analyse`: `take_in` adds what is new to the open days, mood detection judges the days that are now over, and
`let_pass` turns what is behind the 14-day horizon into sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from schemas.events import AnyEvent, HeartbeatEvent, PromptEvent
from streams.core.entries import entry
from streams.core.links import Happened, Report, advance
from streams.core.moments import DAY, MINUTE, Day, day_close, local_day, micros, offset_minutes
from streams.core.state import (
    HORIZON,
    KEPT_DAYS,
    AnyEntry,
    DayTotal,
    InteractionEntry,
    MoodEntry,
    ScoreEntry,
    State,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the events of one fold; copies are in none of the lists."""

    new: Sequence[AnyEvent]
    """Counted for the first time, or standing where other content under the same identity stood."""
    late: Sequence[AnyEvent]
    """More than 14 days behind the patient's newest: they become points and are not analysed."""
    conflicting: Sequence[AnyEvent]
    """Set aside, since other content with a smaller fingerprint stands under their identity."""
    changed_from: Day | None
    """The first local day whose mood totals changed."""


def take_in(state: State, events: Sequence[AnyEvent]) -> tuple[State, Taken]:
    """Add `events`, in the order they arrived, to the open days."""
    new: list[AnyEvent] = []
    late: list[AnyEvent] = []
    conflicting: list[AnyEvent] = []
    changed: list[tuple[MoodEntry, int]] = []
    known_by_mark = {known.mark: known for known in state.open}
    newest, history_until = state.newest, state.history_until
    for event in events:
        at = micros(event.time)
        if at < newest - HORIZON:
            late.append(event)
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
        known_by_mark[ours.mark] = ours
        new.append(event)
        changed += [(report, times) for report, times in ((known, -1), (ours, 1)) if isinstance(report, MoodEntry)]
    days, changed_from = _count(state.days, changed)
    open_entries = tuple(sorted(known_by_mark.values(), key=_in_order)) if new else state.open
    taken = Taken(new, late, conflicting, changed_from)
    return replace(state, newest=newest, history_until=history_until, open=open_entries, days=days), taken


def let_pass(state: State) -> State:
    """Turn what is behind the horizon into sums; nothing that may still arrive can change it."""
    horizon = state.newest - HORIZON
    passed = [past for past in state.open if past.time < horizon]
    moods = [past for past in passed if isinstance(past, MoodEntry)]
    first_day = state.first_day
    if first_day is None and moods:
        first_day = min(local_day(mood.time, mood.offset) for mood in moods)
    return replace(
        state,
        open=state.open[len(passed) :],
        scores=_with_scores(state.scores, passed),
        links=advance(state.links, link_items(passed)),
        first_day=first_day,
        days=_within_reach(state.days),
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
    days: tuple[DayTotal, ...], changed: Sequence[tuple[MoodEntry, int]]
) -> tuple[tuple[DayTotal, ...], Day | None]:
    """Count reports in or out of their days; also the first day that was touched."""
    if not changed:
        return days, None
    by_day = {day.day: day for day in days}
    touched = []
    for report, times in changed:
        day = local_day(report.time, report.offset)
        by_day[day] = by_day.get(day, DayTotal(day, 0, 0, 0)).plus(report.mood, times)
        touched.append(day)
    return tuple(by_day[day] for day in sorted(by_day) if by_day[day].n), min(touched)


def _within_reach(days: tuple[DayTotal, ...]) -> tuple[DayTotal, ...]:
    if not days or days[0].day > days[-1].day - KEPT_DAYS:
        return days
    return tuple(day for day in days if day.day > days[-1].day - KEPT_DAYS)


def _with_scores(scores: tuple[ScoreEntry, ...], passed: Sequence[AnyEntry]) -> tuple[ScoreEntry, ...]:
    """Add the questionnaires that passed. Only an instrument's newest keeps its event id: the next may confirm it."""
    for score in passed:
        if isinstance(score, ScoreEntry):
            older = (replace(old, event_id="") if old.instrument == score.instrument else old for old in scores)
            scores = (*older, score)
    return scores
