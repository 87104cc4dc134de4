"""`focus.drift`: do most recent interactions lie outside the problem areas that were agreed to work on?

At the close of each local day with an interaction that belongs to a problem area: of all such interactions of the 21
days up to it, the share whose area was not agreed on their own day. Raised when the share is large enough and was not
in the 21 days before. Days without an agreement do not count, so nothing is raised before one.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from schemas.alerts import Finding, Severity
from streams.core.episode import Course
from streams.core.ids import hashed_id
from streams.core.judged_by import PolicyOn, judged_by
from streams.core.moments import Day, day_close, day_date, moment
from streams.core.policy import Policy
from streams.core.state import LinkedDay, State
from streams.core.therapy import linked_days, present

RULE: Final = "focus.drift"
DAYS: Final = 21


class LinkedTo(NamedTuple):
    """One day's interactions by problem area, and how many of them lie outside the areas agreed on that day."""

    day: Day
    offset: int
    n: int
    outside: int
    areas: dict[str, int]
    """Those outside."""


READS: Final = frozenset({"course", "linked", "others", "newest"})


def reads(state: State) -> object:
    """What findings follow from; days of interactions are over when anything later was told."""
    return state.course, state.linked, state.others, state.newest if linked_days(state.linked, state.others) else 0


def still(state: State, _: Policy) -> bool:
    """A day that closes may tell something if there were interactions in it that belong to a problem area."""
    linked = linked_days(state.linked, state.others)
    return not linked or day_close(linked[-1].day, linked[-1].offset) <= state.newest


def findings(state: State, patient: str, policy: Policy) -> list[Finding]:
    """Each time that the focus began to drift."""
    linked = linked_days(state.linked, state.others)
    if not linked:
        return []
    course = present(state)
    over = (day for day in linked if day_close(day.day, day.offset) <= state.newest)
    days = [known for day in over if (known := _against(course, day)) is not None]
    return [_finding(window, patient) for window in _drifts(days, judged_by(state, policy, "focus"))]


def _against(course: Course, linked: LinkedDay) -> LinkedTo | None:
    """None where no areas stood agreed on."""
    care = course.care_on(linked.day)
    agreed = care.areas_on(linked.day) if care else ()
    if not agreed:
        return None
    areas = {area: n for area, n in linked.areas.items() if area not in agreed}
    return LinkedTo(linked.day, linked.offset, sum(linked.areas.values()), sum(areas.values()), areas)


def _drifts(days: list[LinkedTo], policy_on: PolicyOn) -> Iterator[list[LinkedTo]]:
    """The window of each day that shows a drift when none did in the 21 days before it: a drift that goes on is one."""
    last = -DAYS
    first = n = outside = 0
    for at, today in enumerate(days):
        n, outside = n + today.n, outside + today.outside
        while days[first].day <= today.day - DAYS:
            n, outside = n - days[first].n, outside - days[first].outside
            first += 1
        policy = policy_on(today.day).focus
        if n >= policy.least and outside / n >= policy.share:
            if today.day - last >= DAYS:
                yield days[first : at + 1]
            last = today.day


def _finding(window: list[LinkedTo], patient: str) -> Finding:
    since, last = day_date(window[0].day), window[-1]
    outside = sum((Counter(day.areas) for day in window), Counter[str]())
    return Finding(
        alert_id=hashed_id(patient, RULE, since.isoformat()),
        patient=patient,
        rule=RULE,
        severity=Severity.INFO,
        raised_at=moment(day_close(last.day, last.offset), last.offset),
        since=since,
        evidence={
            "n": sum(day.n for day in window),
            "outside": dict(sorted(outside.items())),
            "until": day_date(last.day).isoformat(),
        },
    )
