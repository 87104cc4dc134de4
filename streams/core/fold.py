"""Fold events into a patient's state, so that their order, repeats and grouping leave no trace in it.

This holds as long as a patient sends no more than `MOST_OPEN` events within 14 days.
Called by `analyse`: `take_in` adds what is new to the open days, mood detection judges the days that are now over, and
`let_pass` turns what is behind the 14-day horizon into sums.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from msgspec.structs import replace

from schemas.events import AnyEvent
from schemas.vocabulary import InteractionKind
from streams.core import days, keep, moods, signs, therapy
from streams.core.entry import AnyEntry, InteractionEntry, MoodEntry, ScoreEntry
from streams.core.intake import Intake, Taken
from streams.core.links import Happened, Links, Report, advance, rounded
from streams.core.moments import DAY, MINUTE, Micros, day_close, local_day, micros
from streams.core.state import ALARMS_KEPT, HORIZON, KEPT_DAYS, MOST_SCORES, SETTLED, Alarm, State
from streams.core.weeks import passed_weeks

PASSING: Final[Micros] = HORIZON
"""How much passes the horizon at once: what costs little for an event costs much for each."""


def take_in(state: State, events: Sequence[AnyEvent], *, replayed: int = 0) -> tuple[State, Taken]:
    """Add `events`, in the order they arrived, to the open days; the first `replayed` of them come again."""
    times = [micros(event.time) for event in events]
    intake = Intake(state, max(times, default=state.newest))
    for position, (at, event) in enumerate(zip(times, events, strict=True)):
        intake.add(at, event, replayed=position < replayed)
    open_days = intake.open_days
    open_days.finish()
    return replace(
        state,
        newest=intake.newest,
        history_until=intake.history_until,
        moods=open_days.moods,
        others=open_days.others,
        day_totals=open_days.day_totals,
        signs=signs.with_signs(state.signs, intake.phone),
    ), intake.taken()


def passes_at(state: State) -> Micros:
    """When more may pass the horizon: from the first event on that is timed so late."""
    return (state.newest // PASSING + 1) * PASSING


def let_pass(state: State) -> State:
    """Turn what is behind the horizon into sums, whole days (of UTC): nothing that may still arrive can change them.

    Once a fortnight is enough, and costs about as much as once a day would each time.
    """
    today = state.newest // PASSING * PASSING
    old_moods, open_moods = moods.split(state.moods, today - HORIZON)
    old = [past for past in state.others if past.time < today - HORIZON]
    told = sorted([*moods.entries(old_moods), *old], key=_in_order)
    first_day = state.first_day
    if first_day is None:
        first_day = next((local_day(past.time, past.offset) for past in told if isinstance(past, MoodEntry)), None)
    return replace(
        state,
        moods=open_moods,
        others=state.others[len(old) :],
        scores=_with_scores(state.scores, old, today),
        links=_links_of(state.links, told),
        first_day=first_day,
        day_totals=days.since(state.day_totals, today // DAY - KEPT_DAYS + 1),
        alarms=_alarms_within_reach(state.alarms, today),
        course=therapy.passed_course(state.course, old),
        linked=therapy.linked_within_reach(therapy.linked_days(state.linked, old), today),
        people=keep.people(state.people, old, today),
        noted=keep.noted(state.noted, old, today),
        life=keep.life(state.life, old, today),
        symptoms=keep.symptoms(state.symptoms, old, today),
        weeks=passed_weeks(state, old, today),
        signs=signs.within_reach(state.signs, today),
        told_on=signs.plus_days(state.told_on, signs.reported(old), today),
        unsafe_on=signs.plus_days(state.unsafe_on, signs.alarming(old), today),
        silences=tuple(one for one in state.silences if day_close(one.day, one.offset) > today - ALARMS_KEPT),
    )


def _links_of(links: Links, told: Sequence[AnyEntry]) -> Links:
    """The links with what passed the horizon, fortnight by fortnight: the same whether they pass at once or not."""
    for _, passed in groupby(told, lambda known: known.time // PASSING):
        links = rounded(advance(links, link_items(list(passed))))
    return links


def link_items(entries: Sequence[AnyEntry]) -> list[Report | Happened]:
    """What the regression of mood on events is told of `entries`, in their order.

    Patterns seen in violence are not told: a pattern's link is printed, and counts the events behind it.
    """
    items: list[Report | Happened] = []
    for known in entries:
        seconds = known.time / 1e6
        if isinstance(known, MoodEntry):
            time_of_day = (known.time + known.offset * MINUTE) % DAY // 1_000_000
            items.append(Report(seconds, time_of_day, known.mood))
        elif isinstance(known, InteractionEntry):
            patterns = () if known.kind == InteractionKind.VIOLENCE.value else known.patterns
            items.append(Happened(seconds, known.person, known.kind, patterns))
    return items


def _in_order(known: AnyEntry) -> tuple[int, bytes]:
    return known.time, known.mark


# What is within reach is measured from the day of the newest event, which never goes back.


def _alarms_within_reach(alarms: tuple[Alarm, ...], newest: Micros) -> tuple[Alarm, ...]:
    return tuple(alarm for alarm in alarms if day_close(alarm.day, alarm.offset) > newest - ALARMS_KEPT)


def _with_scores(scores: tuple[ScoreEntry, ...], passed: Sequence[AnyEntry], newest: Micros) -> tuple[ScoreEntry, ...]:
    """Add the questionnaires that passed, and drop the event id of each that no unsettled finding can name.

    A finding names a score together with the next of its instrument, and is settled when that one is.
    """
    all_passed = (*scores, *(score.past() for score in passed if isinstance(score, ScoreEntry)))
    following: dict[str, Micros] = {}
    kept = []
    for score in reversed(all_passed):
        settled = following.get(score.instrument, newest) < newest - SETTLED
        kept.append(replace(score, event_id="") if settled and score.event_id else score)
        following[score.instrument] = score.time
    return tuple(reversed(kept[:MOST_SCORES]))
