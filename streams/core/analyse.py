"""The whole of analysis for one patient: what is kept, new events and the time go in; what follows from them comes out.

Called by the analysis agent, for each patient of a batch (`advance`) and for each day that is due, and by `rehearse`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from msgspec.structs import replace

from schemas.alerts import AlertSignal
from schemas.events import AnyEvent
from schemas.reading import Rejection
from streams.core.calm import calm_until, plain_check_in, take_in_calmly
from streams.core.clock import closed, closes_at, view_at
from streams.core.detect import standing_findings, stirred
from streams.core.detect.mood import judge_days
from streams.core.detect.silence import judge_silence, watched_anew
from streams.core.fold import let_pass, passes_at, take_in
from streams.core.line import stamp_of
from streams.core.moments import Day, Micros
from streams.core.packed import Front, front, unpack_front, whole
from streams.core.points import late_mark, points
from streams.core.policy import Policy
from streams.core.reconcile import reconcile
from streams.core.state import EMPTY, MOST_OPEN, Record
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


class Advanced(NamedTuple):
    """What follows from one batch of a patient's events, where their record stays packed."""

    front: Front
    points: Sequence[str]
    """Line protocol, a line each."""
    beyond: Analysis | None
    """What follows besides, if the record had to be read."""


def advance(
    patient: str,
    packed: bytes | None,
    events: Sequence[AnyEvent],
    policy: Policy,
    *,
    offsets: Sequence[int],
    now: Micros,
) -> Advanced:
    """Take `events` in as `analyse` does, the short way as far as it goes.

    Args:
        patient: whose.
        packed: what was kept of them; None where nobody heard of them yet.
        events: at least one, in the order they arrived.
        policy: thresholds and population values.
        offsets: where each of them stands in its partition; what was heard before a crash comes again.
        now: the broker's time of the batch.
    """
    known = front(EMPTY) if packed is None else unpack_front(packed)
    lines: list[str] = []
    calm = 0
    for event in events:
        new = plain_check_in(event)
        after = None if new is None else take_in_calmly(known, new, policy, now=now)
        if new is None or after is None:
            break
        known, calm = after, calm + 1
        lines += points(event, stamp_of(new.time, new.mark))
    beyond = None
    if calm < len(events):
        replayed = sum(offset <= known.heard_through for offset in offsets[calm:])
        beyond = analyse(patient, whole(known), events[calm:], policy, closes=None, now=now, replayed=replayed)
        known = front(beyond.record)
        lines += beyond.points
    heard_through, heard_at = max(known.heard_through, offsets[-1]), max(known.heard_at, now)
    return Advanced(replace(known, heard_through=heard_through, heard_at=heard_at), lines, beyond)


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
