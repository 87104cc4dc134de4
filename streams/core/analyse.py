"""The whole of analysis for one patient: what is kept, new events and the time go in; what follows from them comes out.

Called by the analysis agent for each patient of a batch and for each day that is due, and by `rehearse`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from schemas.alerts import AlertSignal
from schemas.events import AnyEvent
from schemas.reading import Rejection
from streams.core import days
from streams.core.detect import standing_findings, stirred
from streams.core.detect.mood import judge_days
from streams.core.detect.silence import judge_silence, watched_through
from streams.core.fold import let_pass, take_in
from streams.core.moments import DAY, MINUTE, NEAR, Day, Micros, closed_through, day_close, end_of
from streams.core.points import late_mark, points
from streams.core.policy import Policy
from streams.core.reconcile import reconcile
from streams.core.signs import ends
from streams.core.state import MOST_OPEN, Record, State
from streams.core.therapy import SetAside, newly_refused

SURPLUS: Final = Rejection("", f"more than {MOST_OPEN} events of this patient within 14 days")
"""Why an event is set aside that is one too many."""
GRACE: Micros = 3 * 60 * MINUTE
"""How long after midnight the clock waits for the last reports of a day before it closes it."""
SETTLING: Micros = 15 * MINUTE
"""How long after anything arrived the clock waits: a phone that was offline sends days of reports at once."""
VIEW_DELAY: Micros = 2_000_000
"""How long changes are gathered before the console is told: a view costs far more than the events it shows."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What follows from one batch of a patient's events."""

    record: Record
    points: Sequence[str]
    """Line protocol, a line each."""
    signals: Sequence[AlertSignal]
    conflicting: Sequence[AnyEvent]
    """Set aside: other content stands under their identity."""
    surplus: Sequence[AnyEvent]
    """Set aside: more than are kept of one patient's open days."""
    late: int
    """How many came more than 14 days behind the newest."""
    refused: Sequence[SetAside]
    """Steps of care that cannot follow what was; one may come to count when what it follows from arrives late."""


def analyse(
    patient: str,
    record: Record,
    events: Sequence[AnyEvent],
    policy: Policy,
    *,
    closes: Day | None,
    now: Micros,
    replayed: int = 0,
) -> Analysis:
    """Take `events` in, judge what is over, and say what is new.

    Args:
        patient: whose.
        record: what was kept of them.
        events: in the order they arrived; copies and late ones welcome.
        policy: thresholds and population values.
        closes: the local day that the clock closes, with those before it, if one is due.
        now: the time, from which the next due time counts.
        replayed: how many of the first events were taken in before a crash and come again.
    """
    before = record.state
    state, taken = take_in(before, events, replayed=replayed)
    if closes is not None:
        state = _closed(state, closes)
    touched = [day for day in (taken.changed_from, taken.care_from) if day is not None]
    state = judge_days(state, policy, changed_from=min(touched, default=None))
    state = judge_silence(state, policy, changed_from=taken.heard_from)
    rules = stirred(before, state)
    found = standing_findings(state, patient, policy, rules)
    raised, signals = reconcile(patient, record.raised, found, rules, before=before, after=state, policy=policy)
    refused = [] if taken.care_from is None else newly_refused(before, state, taken.new)
    if state.newest // DAY > before.newest // DAY:
        state = let_pass(state)
    lines = [line for event in (*taken.new, *taken.late, *taken.settled) for line in points(event)]
    lines += [late_mark(event) for event in taken.late if not event.history]
    view_at = record.view_at or now + VIEW_DELAY
    kept = replace(record, closes_at=_closes_at(state, now), view_at=view_at, state=state, raised=raised)
    return Analysis(kept, lines, signals, taken.conflicting, taken.surplus, len(taken.late), refused)


def day_due(record: Record, now: Micros) -> Day | None:
    """The local day that the clock has to close by `now`, if any; those before it are over too."""
    if not record.closes_at or now < record.closes_at:
        return None
    return closed_through(ends(record.state, NEAR), now - GRACE)


def _closed(state: State, day: Day) -> State:
    """With `day` closed by the clock. For mood only as far as there are reports: later ones still have to settle."""
    known = ends(state, NEAR)
    if not known:
        return state
    closed = end_of(known, day)
    newest = days.newest(state.day_totals)
    reported = 0 if newest is None else min(closed, day_close(newest.day, newest.offset))
    return replace(
        state, clock_closed=max(state.clock_closed, reported), silence_closed=max(state.silence_closed, closed)
    )


def _closes_at(state: State, now: Micros) -> Micros:
    """When the clock may close the next day: the newest with a mood report, or one more of silence; 0 for never."""
    due = []
    newest = days.newest(state.day_totals)
    if newest is not None and newest.day > state.judged_through:
        due.append(newest.day)
    watched = watched_through(state)
    if watched is not None and state.silence_judged < watched:
        due.append(state.silence_judged + 1)
    if not due:
        return 0
    return max(end_of(ends(state, NEAR), min(due)) + GRACE, now + SETTLING)
