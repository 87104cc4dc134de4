"""Life events and the anniversaries of losses, which matter in grief. Called by `people`, the brief and the rules."""

from dataclasses import dataclass
from datetime import date, timedelta

from schemas.vocabulary import LOSSES, InteractionKind
from streams.core.entry import LifeEntry
from streams.core.inventory import entries, interactions, merges
from streams.core.moments import day_date, local_day
from streams.core.state import State


@dataclass(frozen=True, slots=True)
class Anniversary:
    """The day on which a loss comes round again."""

    on: date
    years: int
    """How many, 1 or more."""
    kind: str
    """The life event's kind, or `loss` for one that was logged as an interaction."""
    lost: date
    person: str | None
    """Who was lost, where an interaction says so."""


def life_events(state: State) -> list[LifeEntry]:
    """All life events in the order they were told."""
    return [*state.life, *(known for known in state.others if isinstance(known, LifeEntry))]


def anniversaries(state: State, on: date, within_days: int) -> list[Anniversary]:
    """Anniversaries of losses no more than `within_days` before or after `on`, in the order of the calendar.

    A loss told twice counts once. One of 29 February comes round on the 28th where the year has no 29th.
    """
    reach = timedelta(days=within_days)
    found = [
        Anniversary(comes_round, year - lost.year, kind, lost, person)
        for kind, lost, person in _losses(state)
        for year in range(max(lost.year + 1, (on - reach).year), (on + reach).year + 1)
        if abs((comes_round := _in_year(lost, year)) - on) <= reach
    ]
    return sorted(found, key=lambda one: (one.on, one.lost, one.kind, one.person or ""))


def _losses(state: State) -> set[tuple[str, date, str | None]]:
    told = {(event.kind, day_date(event.date), None) for event in life_events(state) if event.kind in LOSSES}
    same = merges(entries(state))
    logged = {
        (one.kind, day_date(local_day(one.time, one.offset)), same.get(one.person, one.person))
        for one in interactions(state)
        if one.kind == InteractionKind.LOSS.value
    }
    return told | logged


def _in_year(lost: date, year: int) -> date:
    leap_day_missing = (lost.month, lost.day) == (2, 29) and not _is_leap(year)
    return lost.replace(year=year, day=28) if leap_day_missing else lost.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
