"""What was logged: around a day, by communication pattern, and of the strategies that were tried. Called by `brief`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from schemas.brief_view import Guarded, Logged, PatternSeen, StrategyTried
from streams.core.brief.known import Known
from streams.core.entry import InteractionEntry, TherapyEntry
from streams.core.episode.course import Tries
from streams.core.moments import DAY, MINUTE, Day, Micros, moment

MOST: Final = 4
"""Interactions that are told of one day."""
EVENING: Final[Micros] = 360 * MINUTE
"""How long before a day its evening before begins: as long as mood goes along with what happened (6 h)."""


def around(known: Known, day: Day) -> list[InteractionEntry]:
    """Interactions of `day` and the evening before, in (time, mark) order."""
    begins, ends = day * DAY - EVENING, (day + 1) * DAY
    return [one for one in known.met if begins <= one.time + one.offset * MINUTE < ends]


def strongest(known: Known, there: Sequence[InteractionEntry]) -> tuple[Logged, ...]:
    """A few of them, pleasant or not, in the order of time."""
    chosen = sorted(there, key=lambda one: (-abs(one.valence), one.time, one.mark))[:MOST]
    return tuple(logged(known, one) for one in sorted(chosen, key=lambda one: (one.time, one.mark)))


def logged(known: Known, one: InteractionEntry) -> Logged:
    """One interaction."""
    tried = isinstance(one, TherapyEntry) and one.strategy
    return Logged(
        time=moment(one.time, one.offset),
        person=known.one(one.person),
        kind=one.kind,
        valence=one.valence,
        patterns=one.patterns,
        strategy=one.strategy if isinstance(one, TherapyEntry) and tried else None,
        helped=one.helped / 100 if isinstance(one, TherapyEntry) and one.helped is not None else None,
    )


def guarded(known: Known) -> Guarded | None:
    """The violence, if any was ever logged."""
    if not known.violent_people:
        return None
    recent = tuple(logged(known, one) for one in known.violent if known.day(one) >= known.first)
    return Guarded(people=known.violent_people, logged=recent)


def patterns_seen(known: Known) -> tuple[PatternSeen, ...]:
    """The most frequent first."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for one in of_the_days(known):
        for pattern in one.patterns:
            seen[pattern][known.one(one.person)] += 1
    often = sorted(seen.items(), key=lambda item: (-item[1].total(), item[0]))
    return tuple(
        PatternSeen(
            pattern=pattern, n=people.total(), people=tuple(sorted(people, key=lambda who: (-people[who], who)))
        )
        for pattern, people in often
    )


def tried_lately(known: Known) -> tuple[StrategyTried, ...]:
    """Strategies tried on the brief's days."""
    tries: dict[tuple[str, str], Tries] = {}
    for one in of_the_days(known):
        if isinstance(one, TherapyEntry) and one.strategy:
            key = (one.strategy, known.one(one.person))
            said = Tries(1, int(one.helped is not None), one.helped or 0)
            tries[key] = _both(tries.get(key, Tries()), said)
    return _told(tries)


def tried_so_far(known: Known, strategies: Iterable[str]) -> tuple[StrategyTried, ...]:
    """All tries of `strategies` since each was first tried, what helped most first."""
    tries: dict[tuple[str, str], Tries] = {}
    for strategy in strategies:
        for person, so_far in known.course.tried.get(strategy, {}).items():
            key = (strategy, known.one(person))
            tries[key] = _both(tries.get(key, Tries()), so_far)
    return _told(tries)


def of_the_days(known: Known) -> list[InteractionEntry]:
    """Interactions of the brief's days."""
    return [one for one in known.met if known.day(one) >= known.first]


def _told(tries: Mapping[tuple[str, str], Tries]) -> tuple[StrategyTried, ...]:
    told = [
        StrategyTried(
            strategy=strategy,
            person=person,
            times=one.times,
            rated=one.rated,
            helped=round(one.helped / one.rated / 100, 2) if one.rated else None,
        )
        for (strategy, person), one in tries.items()
    ]
    return tuple(sorted(told, key=lambda one: (-1 if one.helped is None else -one.helped, one.strategy, one.person)))


def _both(one: Tries, other: Tries) -> Tries:
    return Tries(one.times + other.times, one.rated + other.rated, one.helped + other.helped)
