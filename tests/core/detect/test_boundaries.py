"""Every rule at its thresholds: just below, at, and just above. A rule without a row here is refused.

What else each rule must find and leave alone stands in the test of its own name.
"""

from collections.abc import Callable
from functools import cache
from math import comb, inf, nextafter

import pytest

from schemas.events import AnyEvent
from schemas.questionnaires import INSTRUMENTS, Instrument
from streams.core.analyse import analyse
from streams.core.course import SURE
from streams.core.detect import DETECTORS, eating, ending, focus, mood, relationship, reliable, silence
from streams.core.moments import DAY, date_day
from streams.core.policy import (
    EatingPolicy,
    EndingPolicy,
    FocusPolicy,
    MoodPolicy,
    Policy,
    RelationshipPolicy,
    SilencePolicy,
)
from streams.core.safety import safety_finding
from streams.core.state import EMPTY, ScoreEntry
from tests.core.builders import (
    POLICY,
    START,
    check_in,
    clinic,
    event,
    heartbeat,
    interaction,
    opened,
    phq9,
    raw,
    safety,
)

FIRST = date_day(START.date())


def told(rule: str, policy: Policy, *events: AnyEvent, closes: int | None = None) -> list[dict[str, object]]:
    """The evidence of each finding of `rule`; `closes` is a day after the start that the clock closes."""
    in_time = sorted(events, key=lambda one: one.time)
    day = None if closes is None else FIRST + closes
    state = analyse("p-1", EMPTY, in_time, policy, closes=day, now=0).record.state
    return [dict(finding.evidence) for finding in DETECTORS[rule].findings(state, "p-1", policy)]


def moods(first: int, last: int, value: float, *, times: int = 2) -> list[AnyEvent]:
    return [check_in(day + slot / 10, value) for day in range(first, last) for slot in range(1, times + 1)]


# silence

THREE_SILENT = 1 / comb(31, 3)
"""Three days of the last 31, and just those without an answer."""


def fell_silent(days: int, *, usual: int = 40, **policy: float) -> bool:
    """So many days without an answer, after one on each of `usual` days."""
    asked = Policy(version="t", silence=SilencePolicy.model_validate({"chance": 0.01} | policy))
    return bool(told(silence.RULE, asked, *moods(0, usual, 5, times=1), closes=usual + days - 1))


def went_offline(days: int, *, offline_days: int) -> bool:
    """So many days without a heartbeat, after one on each of 40."""
    asked = Policy(version="t", silence=SilencePolicy(chance=0.01, offline_days=offline_days))
    usual = [*moods(0, 40, 5, times=1), *(heartbeat(day + 0.2) for day in range(40))]
    return bool(told(silence.RULE, asked, *usual, closes=39 + days))


def dropped_to(answers: int) -> bool:
    """So many answers a day for a fortnight, after four."""
    asked = Policy(version="t", silence=SilencePolicy(chance=0.05, drop=0.5))
    return bool(told(silence.RULE, asked, *moods(0, 40, 5, times=4), *moods(40, 54, 5, times=answers), closes=53))


def silent_at_risk(event: AnyEvent) -> bool:
    """Two days without an answer are few for anybody but after recent risk."""
    return bool(told(silence.RULE, POLICY, *moods(0, 40, 5, times=1), event, closes=41))


# deterioration.mood

FALLEN = [*moods(0, 40, 8, times=1), *moods(40, 43, 2)]


def mood_at(threshold: float) -> bool:
    return bool(told(mood.RULE, Policy(version="t", mood=MoodPolicy(threshold=threshold)), *FALLEN, closes=40))


@cache
def largest(found_at: Callable[[float], bool]) -> float:
    """The smallest threshold at which nothing is found any more: the largest score there is."""
    low, high = 1e-6, 50.0
    while nextafter(low, inf) < high:
        middle = (low + high) / 2
        low, high = (middle, high) if found_at(middle) else (low, middle)
    return high


def mood_reports(before: int, after: int) -> bool:
    """So many reports, a day each, long before the last two days, and so many on those."""
    past = [check_in(number, 9, id=f"b-{number}") for number in range(before)]
    recent = [check_in(39 if number == 0 else 40 + number / 10, 0, id=f"a-{number}") for number in range(after)]
    eager = Policy(version="t", mood=MoodPolicy(threshold=1e-6))
    return bool(told(mood.RULE, eager, *past, *recent, closes=40))


def mood_on(day: int) -> bool:
    """Mood has fallen since day 8, and the clock closes `day`."""
    return bool(told(mood.RULE, POLICY, *moods(0, 8, 9), *moods(8, day + 1, 0), closes=day))


def quiet_after_alarm(days: int) -> bool:
    """Whether another alarm stands so many days after the first; mood falls again right after it."""
    events = [*moods(0, 40, 9), *moods(40, 60, 5), *moods(42, 60, 0, times=6)]
    state = analyse("p-1", EMPTY, sorted(events, key=lambda one: one.time), POLICY, closes=None, now=0).record.state
    first = state.alarms[0].day
    return first + days in {alarm.day for alarm in state.alarms}


# deterioration.reliable


def scored(name: str, *totals: float) -> bool:
    """Whether these weekly totals are worse at the last of them."""
    scores = [
        ScoreEntry(week * 7 * DAY, bytes([week]), b"", 0, name, round(total * 100), 0, f"q-{week}")
        for week, total in enumerate(totals)
    ]
    course = reliable.course_of(scores, INSTRUMENTS[name])
    return course[-1].news is not None


def changed(one: Instrument, by: float) -> bool:
    """Two totals in a row that are the reliable change and `by` above the first two."""
    return scored(one.name, 2, 2, 2 + one.reliable_change + by, 2 + one.reliable_change + by)


def severe(one: Instrument, by: float) -> bool:
    """One total, beyond doubt higher than the first two, and `by` above the beginning of the severe band."""
    total = one.bands[-1].from_total + by
    return scored(one.name, 0, 0, total)


def sure(one: Instrument, by: float) -> bool:
    """One total in the severe band, `by` above what is beyond error at 99 %."""
    first = one.bands[-1].from_total - one.reliable_change
    return scored(one.name, first, first, first + SURE * one.reliable_change + by)


INSTRUMENTS_WITH_A_SEVERE_BAND = [one for one in INSTRUMENTS.values() if one.severe_band is not None]


# symptoms.eating


def binges(days: list[int], *, quiet: int = 60, chance: float = 0.05) -> list[dict[str, object]]:
    """A binge on each of `days` (from 0 on) after so many quiet days."""
    last = quiet + max(days)
    told_of = [check_in(day + 0.5, 5, symptoms={"binge": int(day - quiet in days)}) for day in range(last + 1)]
    policy = Policy(version="t", eating=EatingPolicy(chance=chance))
    return told(eating.RULE, policy, *told_of, check_in(last + 1.5, 5))


THREE_BINGES = comb(7, 3) / comb(63, 3)
"""The chance of three of seven days among 63, when there are no others."""


# relationship.worsening


def quarrels(
    days: list[int], *, before: int = 56, chance: float = 0.05, habit: int | None = None
) -> list[dict[str, object]]:
    """A quarrel on each of `days` (from 0 on), the patient heard daily for so many days before the window of the last.

    `habit`: another quarrel, so many days before the last one.
    """
    last = before + 13
    first = last - max(days)
    events = [check_in(day + 0.9, 5) for day in range(last + 1)]
    events += [interaction(first + day + 0.5, id=f"i-{day}") for day in days]
    if habit is not None:
        events.append(interaction(last - habit + 0.5, id="habit"))
    policy = Policy(version="t", relationship=RelationshipPolicy(chance=chance))
    return [one for one in told(relationship.RULE, policy, *events) if one["what"] == "conflict"]


THREE_QUARRELS = comb(14, 3) / comb(70, 3)


# focus.drift


def drifts(within: int, outside: int, *, least: int = 5, share: float = 0.6, spread: float = 0.0) -> bool:
    """So many interactions inside and outside the agreed area; the first outside is `spread` days before the others."""
    areas = ["role_dispute"] * within + ["grief"] * outside
    data = {"person_id": "a", "kind": "conflict", "valence": -1}
    events = [
        event(
            raw(
                "interaction.v1",
                40.5 - (spread if number == within else 0) + number / 1000,
                data | {"problem_area": area},
            )
        )
        for number, area in enumerate(areas)
    ]
    policy = Policy(version="t", focus=FocusPolicy(least=least, share=share))
    return bool(told(focus.RULE, policy, opened(0), *events, heartbeat(43)))


# ending.reaction


def reacts(*events: AnyEvent, told_on: float = 30, policy: Policy = POLICY) -> list[dict[str, object]]:
    initial = clinic("phase", 0, phase="initial", starts_on=0)
    begins = clinic("phase", told_on, phase="termination", starts_on=30)
    return told(ending.RULE, policy, opened(0), initial, begins, *events)


ENDING = [*moods(0, 30, 7), *moods(30, 33, 5)]


def ending_z(threshold: float) -> bool:
    policy = Policy(version="t", ending=EndingPolicy(threshold=threshold))
    return bool(reacts(*ENDING, check_in(33.5, 5), policy=policy))


def ending_low_on(day: int) -> bool:
    return bool(reacts(*moods(0, 30, 9), *moods(day, day + 1, 0, times=8), check_in(day + 1.5, 9)))


def ending_heard_on(day: int) -> bool:
    """All that was heard before the phase was heard on one day."""
    return bool(reacts(*moods(day, day + 1, 9, times=9), *moods(30, 34, 0), check_in(35.5, 0)))


def rose(points: int, *, told_on: float = 30) -> bool:
    return bool(reacts(phq9(20, 5), phq9(32, 5 + points), told_on=told_on))


ROWS: list[tuple[str, str, object, Callable[[], object], bool]] = [  # rule, threshold, value, what is found, whether
    *(("safety.item9", "answer", n, lambda n=n: safety_finding(phq9(1, 0, item9=n)), n > 0) for n in range(4)),
    *(("safety.contact", "button", kind, lambda kind=kind: safety_finding(safety(1, kind)), True)
      for kind in ("crisis", "wants_contact")),
    (mood.RULE, "score", "below", lambda: mood_at(nextafter(largest(mood_at), inf)), False),
    (mood.RULE, "score", "at", lambda: mood_at(largest(mood_at)), False),
    (mood.RULE, "score", "above", lambda: mood_at(nextafter(largest(mood_at), 0)), True),
    *((mood.RULE, "reports before", n, lambda n=n: mood_reports(n, 4), n >= 8) for n in (7, 8, 9)),
    *((mood.RULE, "reports after", n, lambda n=n: mood_reports(10, n), n >= 3) for n in (2, 3, 4)),
    *((mood.RULE, "first days", n, lambda n=n: mood_on(n), n >= 14) for n in (12, 13, 14)),
    *((mood.RULE, "quiet days", n, lambda n=n: quiet_after_alarm(n), n >= 8) for n in (6, 7, 8)),
    (eating.RULE, "chance", "at", lambda: binges([0, 1, 2], chance=THREE_BINGES), False),
    (eating.RULE, "chance", "below", lambda: binges([0, 1, 2], chance=nextafter(THREE_BINGES, 1)), True),
    *((eating.RULE, "count", n, lambda n=n: binges(list(range(n))), n >= 3) for n in (2, 3, 4)),
    *((eating.RULE, "window", n, lambda n=n: binges([0, 1, n]), n <= 6) for n in (5, 6, 7)),
    *((eating.RULE, "habit", n, lambda n=n: binges(list(range(7)), quiet=n), n >= 14) for n in (13, 14, 15)),
    (relationship.RULE, "chance", "at", lambda: quarrels([0, 1, 2], chance=THREE_QUARRELS), False),
    (relationship.RULE, "chance", "below", lambda: quarrels([0, 1, 2], chance=nextafter(THREE_QUARRELS, 1)), True),
    *((relationship.RULE, "count", n, lambda n=n: quarrels(list(range(n))), n >= 3) for n in (2, 3, 4)),
    *((relationship.RULE, "window", n, lambda n=n: quarrels([0, 1, n]), n <= 13) for n in (12, 13, 14)),
    *((relationship.RULE, "habit", n, lambda n=n: quarrels(list(range(14)), before=n), n >= 21) for n in (20, 21, 22)),
    *((focus.RULE, "share", n, lambda n=n: drifts(10 - n, n), n >= 6) for n in (5, 6, 7)),
    *((focus.RULE, "least", n, lambda n=n: drifts(0, n), n >= 5) for n in (4, 5, 6)),
    *((focus.RULE, "window", n, lambda n=n: drifts(0, 5, spread=n), n <= 20) for n in (19, 20, 21)),
    (ending.RULE, "Z", "below", lambda: ending_z(nextafter(largest(ending_z), inf)), False),
    (ending.RULE, "Z", "at", lambda: ending_z(largest(ending_z)), False),
    (ending.RULE, "Z", "above", lambda: ending_z(nextafter(largest(ending_z), 0)), True),
    *((ending.RULE, "days of the phase", n, lambda n=n: ending_low_on(30 + n), n < 60) for n in (58, 59, 60)),
    *((ending.RULE, "days before it", n, lambda n=n: ending_heard_on(30 - n), n <= 28) for n in (27, 28, 29)),
    *((ending.RULE, "reliable change", n, lambda n=n: rose(n), n >= 6) for n in (5, 6, 7)),
    *((ending.RULE, "told within", n, lambda n=n: rose(6, told_on=30 + n), n <= 90) for n in (89.99, 90, 90.01)),
    *((reliable.RULE, f"{one.name} change", by, lambda one=one, by=by: changed(one, by), by >= 0)
      for one in INSTRUMENTS.values() for by in (-0.01, 0, 0.01)),
    *((reliable.RULE, f"{one.name} severe", by, lambda one=one, by=by: severe(one, by), by >= 0)
      for one in INSTRUMENTS_WITH_A_SEVERE_BAND for by in (-0.01, 0, 0.01)),
    *((reliable.RULE, f"{one.name} sure", by, lambda one=one, by=by: sure(one, by), by > 0)
      for one in INSTRUMENTS_WITH_A_SEVERE_BAND for by in (-0.02, 0.01)),
    (silence.RULE, "chance", "at", lambda: fell_silent(3, chance=THREE_SILENT), False),
    (silence.RULE, "chance", "below", lambda: fell_silent(3, chance=nextafter(THREE_SILENT, 1)), True),
    *((silence.RULE, "silent days", n, lambda n=n: fell_silent(3, silent_days=n), n <= 3) for n in (2, 3, 4)),
    *((silence.RULE, "offline days", n, lambda n=n: went_offline(3, offline_days=n), n <= 3) for n in (2, 3, 4)),
    *((silence.RULE, "habit", n, lambda n=n: fell_silent(10, usual=n), n >= 7) for n in (6, 7, 8)),
    *((silence.RULE, "drop", n, lambda n=n: dropped_to(n), n <= 2) for n in (1, 2, 3)),
    *((silence.RULE, "safety days", n, lambda n=n: silent_at_risk(safety(41 - n)), n <= 13) for n in (12, 13, 14)),
    *((silence.RULE, "severe days", n, lambda n=n: silent_at_risk(phq9(41 - n, 22)), n <= 27) for n in (26, 27, 28)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "threshold", "value", "found", "expected"), ROWS, ids=[f"{r[0]}-{r[1]}-{r[2]}" for r in ROWS]
)
def test_each_rule_at_each_of_its_thresholds(
    rule: str, threshold: str, value: object, found: Callable[[], object], expected: bool
) -> None:
    assert bool(found()) == expected, (rule, threshold, value)


def test_no_rule_is_without_its_thresholds() -> None:
    assert {row[0] for row in ROWS} == {*DETECTORS, "safety.item9", "safety.contact"}


@pytest.mark.parametrize(("habit", "counted"), [(15, 1), (69, 1), (70, 0), (71, 0)])
def test_the_habit_of_quarrels_is_56_days_long(habit: int, counted: int) -> None:
    [rise] = quarrels([0, 1, 2], before=70, habit=habit)
    assert rise["before"] == {"count": counted, "days": 56}
