"""The whole of analysis for one patient: what is kept, new events and the time go in; what follows from them comes out.

Called by `advance` for whoever cannot go the short way, by the analysis agent for each day that is due, by `rehearse`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from schemas.alerts import AlertSignal
from schemas.events import AnyEvent
from schemas.reading import Rejection
from streams.core.calm import calm_until
from streams.core.clock import closed, closes_at, view_at
from streams.core.detect import standing_findings, stirred
from streams.core.detect.mood import judge_days
from streams.core.detect.silence import judge_silence, watched_anew
from streams.core.fold import let_pass, passes_at, take_in
from streams.core.moments import Day, Micros
from streams.core.points import late_mark, points
from streams.core.policy import Policy
from streams.core.reconcile import reconcile
from streams.core.state import MOST_OPEN, Record
from streams.core.therapy import SetAside, newly_refused

SURPLUS: Final = Rejection("", f"more than {MOST_OPEN} events of this patient within 14 days")
"""Why an event is set aside that is one too many."""


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
        state = closed(state, closes)
    state = judge_days(state, policy, changed_from=_earlier(taken.changed_from, taken.care_from))
    heard_from = _earlier(taken.heard_from, taken.care_from, watched_anew(before, state))
    state = judge_silence(state, policy, changed_from=heard_from)
    rules = stirred(before, state)
    found = standing_findings(state, patient, policy, rules)
    raised, signals = reconcile(patient, record.raised, found, rules, before=before, after=state, policy=policy)
    refused = [] if taken.care_from is None else newly_refused(before, state, taken.new)
    if state.newest >= passes_at(before):
        state = let_pass(state)
    lines = [line for event in (*taken.new, *taken.late, *taken.settled) for line in points(event)]
    lines += [late_mark(event) for event in taken.late if not event.history]
    kept = replace(
        record,
        closes_at=closes_at(state, now),
        view_at=view_at(record.view_at, now),
        calm_until=calm_until(state, policy),
        state=state,
        raised=raised,
    )
    return Analysis(kept, lines, signals, taken.conflicting, taken.surplus, len(taken.late), refused)


def _earlier(*days: Day | None) -> Day | None:
    return min((day for day in days if day is not None), default=None)
