"""The whole of analysis for one patient: what is kept, new events and the time go in; what follows from them comes out.

Called by the analysis agent for each patient of a batch and for each day that is due, and by `rehearse`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from schemas.alerts import AlertSignal
from schemas.events import AnyEvent
from streams.core.detect import standing_findings
from streams.core.detect.mood import judge_days
from streams.core.fold import let_pass, take_in
from streams.core.moments import MINUTE, Day, Micros, day_close
from streams.core.points import late_mark, points
from streams.core.policy import Policy
from streams.core.reconcile import reconcile
from streams.core.state import Record, State

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
        closes: the local day that the clock closes, if one is due.
        now: the time, from which the next due time counts.
        replayed: how many of the first events were taken in before a crash and come again.
    """
    before = record.state
    state, taken = take_in(before, events, replayed=replayed)
    if closes is not None:
        state = replace(state, clock_closed=max(state.clock_closed, closes))
    state = judge_days(state, policy, changed_from=taken.changed_from)
    raised, signals = reconcile(
        patient, record.raised, standing_findings(state, patient, policy), before=before, after=state, policy=policy
    )
    state = let_pass(state)
    lines = [line for event in (*taken.new, *taken.late, *taken.settled) for line in points(event)]
    lines += [late_mark(event) for event in taken.late if not event.history]
    view_at = record.view_at or now + VIEW_DELAY
    kept = replace(record, closes_at=_closes_at(state, now), view_at=view_at, state=state, raised=raised)
    return Analysis(kept, lines, signals, taken.conflicting, taken.surplus, len(taken.late))


def day_due(record: Record, now: Micros) -> Day | None:
    """The local day that the clock has to close by `now`, if any."""
    return record.state.days[-1].day if record.closes_at and now >= record.closes_at else None


def _closes_at(state: State, now: Micros) -> Micros:
    """When the clock may close the newest day with a mood report; 0 when it is closed."""
    if not state.days or state.days[-1].day <= state.judged_through:
        return 0
    newest = state.days[-1]
    return max(day_close(newest.day, newest.offset) + GRACE, now + SETTLING)
