"""What is unusual about how little was heard of a patient, at the close of a day? Called by the rule `silence`."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from schemas.questionnaires import INSTRUMENTS
from streams.core.detect.counts import Counts, chance
from streams.core.detect.reliable import all_scores
from streams.core.judged_by import PolicyOn
from streams.core.moments import Day, closed_through, local_day, offset_on
from streams.core.signs import NOTHING, Lived, alarming, ends, lived
from streams.core.state import Silence, State

OFFLINE, UNANSWERED, DROPPING_OFF = "offline", "unanswered", "dropping_off"
HABIT: Final = 28
"""Local days before a silence that it is compared with."""
WATCHED: Final = 28
"""Days after the last answer in which silence is looked for: by then it is known, or it is this patient's habit."""
RECENT, RECENT_LEAST = 14, 7
"""Days of a drop-off, and how many of them must be comparable."""
HABIT_LEAST: Final = 7
"""Comparable days of the habit that it takes."""
SAFETY_DAYS, SEVERE_DAYS = 14, 28
"""How long a safety alert and a total in the severe band are recent risk."""
DATE_LINE: Final = 720
"""A clock that goes forward by so many minutes from one heard day to the next has skipped one between them."""


class Window(NamedTuple):
    """Comparable days, and what was heard on them."""

    lived: tuple[Lived, ...]

    @property
    def answers(self) -> int:
        """On all of them."""
        return sum(day.answers for day in self.lived)

    def told(self) -> tuple[int, int, int, int]:
        """As a `Silence` keeps it."""
        beats = sum(day.beats for day in self.lived)
        return len(self.lived), self.answers, sum(day.asked for day in self.lived), beats


class _Found(NamedTuple):
    since: Day
    kind: str
    recent: Window
    habit: Window
    likely: float


class QuietDays:
    """One patient's days, as far as silence looks at them."""

    def __init__(self, state: State, policy_on: PolicyOn) -> None:
        self._state = state
        self._policy_on = policy_on
        self._lived: Mapping[Day, Lived] = lived(state)
        self._ends = ends(state)
        self.first = first_watched(state)
        self._answered = sorted(day for day, of_day in self._lived.items() if of_day.answers and day >= self.first)
        self._skipped = set(_skipped(self._ends))

    def to_judge(self, sure: Day, over: Day) -> Iterator[Day]:
        """The days after `sure` up to `over` that an answer came before, not longer ago than is watched."""
        through = sure
        for answered in self._answered:
            first, last = max(through + 1, answered), min(over, answered + WATCHED)
            yield from range(first, last + 1)
            through = max(through, last)

    def judge(self, day: Day, last: Silence | None) -> Silence | None:
        """What is unusual at the close of `day`, one of `to_judge`; `last` is the silence that was found before."""
        begun = self._answered[bisect_right(self._answered, day) - 1] + 1
        silent = day - begun + 1
        if last is not None and last.since >= begun:
            return None
        if silent < self._policy_on(day).silence.silent_days:
            found = self._dropped_off(day, last)
        else:
            found = self._fell_silent(begun if last is None else max(begun, last.day + 1), day)
        if found is None:
            return None
        recent, habit = found.recent.told(), found.habit.told()
        offset = offset_on(self._ends, day)
        return Silence(day, offset, found.since, found.kind, recent, habit, found.likely, self._risk(day))

    def _fell_silent(self, begun: Day, day: Day) -> _Found | None:
        """Nothing was answered from `begun` to `day`."""
        silent, habit = self._between(begun, day), self._habit_before(begun)
        return self._offline(begun, day, silent, habit) or self._unanswered(begun, day, silent, habit)

    def _offline(self, begun: Day, day: Day, silent: list[Lived], habit: list[Lived]) -> _Found | None:
        """The phone was last heard some days ago."""
        if len(habit) < HABIT_LEAST or not any(of_day.beats for of_day in habit):
            return None
        dark = next((back for back, of_day in enumerate(reversed(silent)) if of_day.alive), len(silent))
        policy = self._policy_on(day).silence
        if dark < (policy.offline_days_after_risk if self._risk(day) else policy.offline_days):
            return None
        likely = _fewer([int(of_day.alive) for of_day in habit], [0] * dark)
        recent = Window(tuple(silent[len(silent) - dark :]))
        return self._if_unusual(day, _Found(begun, OFFLINE, recent, Window(tuple(habit)), likely))

    def _unanswered(self, begun: Day, day: Day, silent: list[Lived], habit: list[Lived]) -> _Found | None:
        recent, before, kind = _comparable(silent, habit), _comparable(habit, habit), UNANSWERED
        if len(silent) >= RECENT:
            # Whatever the phone did: it may have stopped asking, which is no reason to hear nothing for ever.
            recent, before, kind = Window(tuple(silent)), Window(tuple(habit)), DROPPING_OFF
        if len(before.lived) < HABIT_LEAST or len(recent.lived) < self._policy_on(day).silence.silent_days:
            return None
        likely = _fewer([of_day.answers for of_day in before.lived], [0] * len(recent.lived))
        return self._if_unusual(day, _Found(begun, kind, recent, before, likely))

    def _dropped_off(self, day: Day, last: Silence | None) -> _Found | None:
        """Answers still come, but few; a silence that was told of is over by the next answer, and counts no more."""
        since = day - RECENT + 1
        if last is not None and last.answers and since <= last.day:
            return None
        if last is not None and not last.answers:
            since = max(since, self._answered[bisect_right(self._answered, last.day)])
        habit = self._habit_before(since)
        before, recent = _comparable(habit, habit), _comparable(self._between(since, day), habit)
        n, n_before = len(recent.lived), len(before.lived)
        if n < RECENT_LEAST or n_before < HABIT_LEAST:
            return None
        if recent.answers * n_before > self._policy_on(day).silence.drop * before.answers * n:
            return None
        likely = _fewer([of_day.answers for of_day in before.lived], [of_day.answers for of_day in recent.lived])
        return self._if_unusual(day, _Found(since, DROPPING_OFF, recent, before, likely))

    def _if_unusual(self, day: Day, found: _Found) -> _Found | None:
        policy = self._policy_on(day).silence
        limit = policy.chance_after_risk if self._risk(day) else policy.chance
        return found if found.likely < limit else None

    def _habit_before(self, day: Day) -> list[Lived]:
        """The days before `day`, from the first answer on: before it nobody could be silent."""
        return self._between(max(day - HABIT, self._answered[0]), day - 1)

    def _between(self, first: Day, last: Day) -> list[Lived]:
        """Every local day that took place."""
        return [self._lived.get(day, NOTHING) for day in range(first, last + 1) if day not in self._skipped]

    def _risk(self, day: Day) -> tuple[str, ...]:
        """What was known of risk at the close of `day`."""
        unsafe = alarming(self._state.others).union(self._state.unsafe)
        risk = ["safety_alert"] if any(day - SAFETY_DAYS < at <= day for at in unsafe) else []
        newest = {
            score.instrument: score
            for score in all_scores(self._state)
            if day - SEVERE_DAYS < local_day(score.time, score.offset) <= day
        }
        if any(INSTRUMENTS[name].severe(score.total / 100) for name, score in newest.items()):
            risk.append("severe_band")
        return tuple(risk)


def first_watched(state: State) -> Day:
    """The first day whose answers make a habit: imports hold answers alone, and do not say who was asked."""
    known = ends(state) if state.history_until else ()
    if not known:
        return 0
    return min([closed_through(known, state.history_until) + 1, *(day.day for day in state.signs)])


def _comparable(days: Sequence[Lived], habit: Sequence[Lived]) -> Window:
    """The days on which an answer was to be expected: the phone alive, and asking, where the habit shows it to be."""
    beating, asking = any(day.beats for day in habit), any(day.asked for day in habit)
    return Window(
        tuple(day for day in days if day.answers or ((day.alive or not beating) and (day.asked or not asking)))
    )


def _fewer(habit: Sequence[int], recent: Sequence[int]) -> float:
    """How likely the recent days would hold so few, were they any of all these days; 1 where they are not below.

    To hold few is to lack many: what each day lacks of the fullest is counted in its place.
    """
    most = max((*habit, *recent), default=0)

    def lacking(days: Sequence[int]) -> Counts:
        return Counts(len(days), tuple(most - count for count in days if count < most))

    return chance(lacking(recent), lacking(habit))


def _skipped(known: Sequence[tuple[Day, int]]) -> Iterator[Day]:
    """Local days that did not take place, since the patient crossed the date line."""
    for (day, offset), (following, there) in pairwise(known):
        if following - day > 1 and there - offset >= DATE_LINE:
            yield day + 1
