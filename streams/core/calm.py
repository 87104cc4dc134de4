"""The short way: a check-in in time changes the sums of its day, may close the day before, and changes nothing else.

Most of what phones send is that, and only the front of a patient's record need be read for it. `calm_until` says how
long that holds; what comes of the short way is, byte for byte, what comes of the long one. The loop is compiled and
runs once for all patients of a batch. Called by `at_once`; `analyse` asks how long the short way holds.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core import days, moods
from streams.core.clock import GRACE, SETTLING, VIEW_DELAY
from streams.core.compiled import compiled
from streams.core.detect import DETECTORS
from streams.core.detect.answering import largest_drop, too_many
from streams.core.detect.fall import Usual
from streams.core.detect.mood import compared, is_quiet
from streams.core.detect.quiet import HABIT, RECENT
from streams.core.fold import passes_at
from streams.core.front import MARK
from streams.core.moments import DAY, MINUTE, NEAR, NEVER, Day, Micros, day_close
from streams.core.policy import Policy
from streams.core.signs import ends
from streams.core.state import MOST_OPEN, State

MOST_FRESH: Final = 64
"""Check-ins that a front may hold before the body takes them up: every one of them is written with every new one."""

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


class Fronts(NamedTuple):
    """The fronts of some patients."""

    begins: NDArray[Any]
    """How each begins, with the fields of `FRONT`; changed in place."""
    ends: Bytes
    """The known marks and fresh rows of all, one after the other."""
    at: Ints
    """Where those of each patient begin in `ends`; (patients + 1,)."""


class Said(NamedTuple):
    """Their check-ins, patient after patient, each one's in the order they arrived."""

    time: Ints
    offset: Ints
    """Minutes."""
    mood: Ints
    """Hundredths."""
    mark: Ints
    """The number that is kept of the mark of each, its first two bytes."""
    place: Ints
    """Where each stands in its partition."""
    at: Ints
    """Which is each patient's first; (patients + 1,)."""


class Bodies(NamedTuple):
    """What the close of a day asks of their bodies; of those that were not read nothing is known."""

    begins: NDArray[Any]
    """How each begins, with the fields of `BODY`."""
    days: NDArray[Any]
    """The days of all, with the fields of `days.COLUMNS`."""
    at: Ints
    """Where those of each patient begin in `days`; (patients + 1,)."""


class Rule(NamedTuple):
    """What the policy says of a day that closes."""

    usual: Usual
    threshold: float
    drop: float

    @classmethod
    def of(cls, policy: Policy) -> "Rule":
        """The numbers of a policy."""
        return cls(Usual.of(policy.mood), policy.mood.threshold, largest_drop(policy))


def calm_until(state: State, policy: Policy) -> Micros:
    """Until when a check-in in the last one's offset may take the short way; 0 for not now.

    A traveller's never do: which of their days are over is harder to tell. Up to the end of the day at most, if a rule
    has more to say once it is over.
    """
    newest = days.newest(state.day_totals)
    if newest is None or state.judged_through != state.silence_judged:
        return 0
    heard = ends(state, NEAR)
    travels = {offset for _, offset in heard} != {newest.offset}
    if travels or heard[-1][0] != newest.day or state.judged_through < newest.day - 1:
        return 0
    still = state.first_day is not None and all(detector.still(state, policy) for detector in DETECTORS.values())
    return passes_at(state) if still else min(day_close(newest.day, newest.offset), passes_at(state))


@compiled
def closing(fronts: Fronts, said: Said) -> NDArray[np.bool_]:
    """Of which patients a day may close with what they said, so that the body has to be read; (patients,)."""
    found = np.zeros(len(fronts.begins), np.bool_)
    for patient in range(len(found)):
        known = fronts.begins[patient]
        for one in range(said.at[patient], said.at[patient + 1]):
            if (
                _day_of(said.time[one], said.offset[one]) > known.judged_through + 1
                and said.time[one] < known.calm_until
            ):
                found[patient] = True
    return found


@compiled
def take_in_calmly(fronts: Fronts, said: Said, bodies: Bodies, rule: Rule, now: Micros) -> Ints:
    """Bring the fronts up to date; of each patient, how many check-ins took the short way, before one that cannot.

    Args:
        fronts: how they begin is changed; what was taken in is to be put at their ends.
        said: check-ins of live patients that count no behaviour.
        bodies: of those patients that `closing` tells of.
        rule: thresholds and population values.
        now: the broker's time of the batch.
    """
    taken = np.zeros(len(fronts.begins), np.int64)
    most = np.diff(bodies.at).max() + MOST_FRESH + 1 if len(taken) else 0
    room = np.empty(most, bodies.days.dtype)
    for patient in range(len(taken)):
        known = fronts.begins[patient]
        first = said.at[patient]
        for one in range(first, said.at[patient + 1]):
            if not _fits(fronts, patient, said, one):
                break
            day = _day_of(said.time[one], said.offset[one])
            if day > known.judged_through + 1:
                if not _closes_quietly(fronts, patient, said, one, bodies, room, rule):
                    break
                known.judged_through = day - 1
            _count(known, said, one, day, now)
            taken[patient] += 1
    return taken


@compiled
def _day_of(time: Micros, offset: int) -> Day:
    return (time + offset * MINUTE) // DAY


@compiled
def _fits(  # noqa: PLR0911 - one reason after the other, the cheapest first
    fronts: Fronts, patient: int, said: Said, one: int
) -> bool:
    """Whether a check-in is certainly new, of a day that is not judged, in time, and not one too many."""
    known = fronts.begins[patient]
    if not known.newest < said.time[one] < known.calm_until or said.offset[one] != known.offset:
        return False
    if _day_of(said.time[one], said.offset[one]) <= known.judged_through or known.n >= days.MOST:
        return False
    begin, end = fronts.at[patient], fronts.at[patient + 1]
    fresh = begin + MARK * known.known
    held = (end - fresh) // moods.SIZE + one - said.at[patient]
    if held >= MOST_FRESH or known.known + held >= MOST_OPEN:
        return False
    mark = said.mark[one]
    for at in range(begin, fresh, MARK):
        if _number(fronts.ends, at, at + MARK) == mark:
            return False
    for at in range(fresh + moods.MARK, end, moods.SIZE):
        if _number(fronts.ends, at, at + MARK) == mark:
            return False
    for before in range(said.at[patient], one):  # noqa: SIM110 -- numba compiles no generator
        if said.mark[before] == mark:
            return False
    return True


@compiled
def _number(among: Bytes, first: int, end: int) -> Any:
    """The number that some bytes stand for, the highest first."""
    value: Any = 0
    for at in range(first, end):
        value = value << 8 | among[at]
    return value


@compiled
def _closes_quietly(  # noqa: PLR0917 - compiled functions take no keywords
    fronts: Fronts, patient: int, said: Said, one: int, bodies: Bodies, room: NDArray[Any], rule: Rule
) -> bool:
    """Whether nothing is found on the day before that of a check-in, which must be the only one to be judged."""
    known, body = fronts.begins[patient], bodies.begins[patient]
    day = _day_of(said.time[one], said.offset[one]) - 1
    if day != known.day or day != known.judged_through + 1 or known.body != body.sum or body.first_day == NEVER:
        return False
    if body.silent or body.history_until // DAY > day - RECENT - HABIT:
        return False
    row = _fill(room, fronts, patient, said, one, bodies) - 1
    if not too_many(room, row, rule.drop):
        return False
    if is_quiet(day, body.first_day, body.last_alarm):
        return True
    return compared(room, row, body.last_alarm, rule.usual).score <= rule.threshold


@compiled
def _fill(  # noqa: PLR0917 - as above
    room: NDArray[Any], fronts: Fronts, patient: int, said: Said, one: int, bodies: Bodies
) -> int:
    """Put a patient's days into `room`, those of the body and of all that came since; how many there are."""
    known = fronts.begins[patient]
    count = 0
    for row in range(bodies.at[patient], bodies.at[patient + 1]):
        room[count] = bodies.days[row]
        count += 1
    fresh = fronts.at[patient] + MARK * known.known
    for at in range(fresh, fronts.at[patient + 1], moods.SIZE):
        time = _number(fronts.ends, at, at + moods.MARK)
        mood = _number(fronts.ends, at + moods.MOOD, at + moods.SIZE)
        count = _add(room, count, _day_of(time, known.offset), mood, known.offset)
    for before in range(said.at[patient], one):
        day = _day_of(said.time[before], known.offset)
        count = _add(room, count, day, said.mood[before], known.offset)
    return count


@compiled
def _add(room: NDArray[Any], count: int, day: Day, mood: int, offset: int) -> int:
    """Count a report of the last day, or of one after it."""
    if count == 0 or room[count - 1].day != day:
        room[count].day = day
        room[count].n = 0
        room[count].total = 0
        room[count].squares = 0
        count += 1
    last = room[count - 1]
    last.n += 1
    last.total += mood
    last.squares += mood * mood
    last.offset = offset
    return count


@compiled
def _count(known: Any, said: Said, one: int, day: Day, now: Micros) -> None:
    """Bring the beginning of a front up to date."""
    mood = said.mood[one]
    if day != known.day:
        known.day = day
        known.n = 0
        known.total = 0
        known.squares = 0
    known.n += 1
    known.total += mood
    known.squares += mood * mood
    known.newest = said.time[one]
    known.closes_at = max((day + 1) * DAY - known.offset * MINUTE + GRACE, now + SETTLING)
    if known.view_at == 0:
        known.view_at = now + VIEW_DELAY
    known.heard_through = max(known.heard_through, said.place[one])
    known.heard_at = max(known.heard_at, now)
