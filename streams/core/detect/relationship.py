"""`relationship.worsening`: violence, a loss, a dispute that moves on to impasse or dissolution, conflicts on the rise.

Violence is high and marked: it stays out of what the patient's own pages show, where somebody may look over their
shoulder, and nobody is contacted before it is known how that is safe. Everything else is a warning.

Conflicts with one person rise when the last 14 days hold more than any 14 of this patient's days would be likely to,
against the 56 days before (`counts`). Days count when the patient checked in or quarrelled. No more than one rise with
one person is told while it lasts. Persons are named as they were logged; merged ones are counted together.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from pydantic import JsonValue

from schemas.alerts import Finding, Severity
from schemas.vocabulary import InteractionKind, LifeEventKind
from streams.core.days import columns, until
from streams.core.days import newest as newest_day
from streams.core.detect.counts import Counts, chance, stands_out
from streams.core.disputes import moves
from streams.core.entry import InteractionEntry, LifeEntry, PersonEntry
from streams.core.ids import hashed_id
from streams.core.inventory import entries, interactions, merges
from streams.core.judged_by import PolicyOn, judged_by
from streams.core.life import life_events
from streams.core.moments import DAY, Day, day_date, local_day, moment
from streams.core.policy import Policy
from streams.core.state import State

RULE: Final = "relationship.worsening"
MOST_NAMED: Final = 100
"""Conflicts that a finding names, the last ones."""
RECENT, BEFORE = 14, 56
"""Local days in the two windows."""
CONFLICTS_MINIMUM: Final = 3
BEFORE_MINIMUM: Final = 21
"""Days of the 56 on which the patient must have been heard."""


READS: Final = frozenset({"noted", "others", "people", "life", "course", "day_totals"})


def reads(state: State) -> object:
    """What findings follow from; of mood, on which days the patient was heard until they last quarrelled."""
    last = _last_conflict(state)
    days = b"" if last is None else until(state.day_totals, last)
    heard = columns(days)["day"].tobytes()
    return state.noted, state.others, state.people, state.life, state.course, heard


def still(state: State, _: Policy) -> bool:
    """A day that closes may tell something if there was a quarrel on it or, to a traveller, on one that is to come."""
    last, newest = _last_conflict(state), newest_day(state.day_totals)
    return last is None or newest is None or last <= newest.day


def findings(state: State, patient: str, policy: Policy) -> list[Finding]:
    """All that stands, whatever its age; merges and late reports included."""
    met, known = interactions(state), entries(state)
    same = merges(known)
    return [
        *_grave(met, patient),
        *_bereavements(state, patient),
        *_moves(met, known, same, patient),
        *_rises(met, state, same, patient, judged_by(state, policy, "relationship")),
    ]


def _last_conflict(state: State) -> Day | None:
    """The last local day with a conflict."""
    met = (one for one in chain(state.noted, state.others) if isinstance(one, InteractionEntry))
    return max((_day(one) for one in met if one.kind == _CONFLICT), default=None)


def _grave(met: Sequence[InteractionEntry], patient: str) -> Iterator[Finding]:
    """Violence and losses: one finding for each kind, person and local day, known with the first report of it."""
    by_day: dict[tuple[str, str, Day], list[InteractionEntry]] = defaultdict(list)
    for one in met:
        if one.kind in _GRAVE:
            by_day[one.kind, one.person, _day(one)].append(one)
    for (kind, person, day), logged in by_day.items():
        severity, marks = _GRAVE[kind]
        evidence: dict[str, JsonValue] = {"what": kind, "person": person, **marks, "events": _ids(logged)}
        yield _finding(patient, logged[0], day, evidence, severity)


_CONFLICT: Final = InteractionKind.CONFLICT.value
_BEREAVEMENT: Final = LifeEventKind.BEREAVEMENT.value
_GRAVE: Final[Mapping[str, tuple[Severity, Mapping[str, JsonValue]]]] = {
    InteractionKind.VIOLENCE.value: (
        Severity.HIGH,
        {"safe_contact_first": True, "hidden_from_patient": True},
    ),
    InteractionKind.LOSS.value: (Severity.WARNING, {}),
}


def _bereavements(state: State, patient: str) -> Iterator[Finding]:
    """A death, when it is told of: it may lie far back. Several told on one day are one finding."""
    by_day: dict[Day, list[LifeEntry]] = defaultdict(list)
    for event in life_events(state):
        if event.kind == _BEREAVEMENT:
            by_day[_day(event)].append(event)
    for day, told in by_day.items():
        dates: list[JsonValue] = [day_date(event.date).isoformat() for event in told]
        yield _finding(patient, told[0], day, {"what": told[0].kind, "dates": dates, "events": _ids(told)})


def _moves(
    met: Sequence[InteractionEntry], known: Sequence[PersonEntry], same: Mapping[str, str], patient: str
) -> Iterator[Finding]:
    for moved in moves(met, known, same).values():
        for move in moved:
            if move.worse:
                evidence: dict[str, JsonValue] = {
                    "what": f"dispute_{move.after}",
                    "person": move.told.person,
                    "stage_before": move.before,
                    "stage": move.after,
                    "events": _ids([move.told]),
                }
                yield _finding(patient, move.told, _day(move.told), evidence)


def _rises(
    met: Sequence[InteractionEntry], state: State, same: Mapping[str, str], patient: str, policy_on: PolicyOn
) -> Iterator[Finding]:
    with_whom: dict[str, list[InteractionEntry]] = defaultdict(list)
    for one in met:
        if one.kind == _CONFLICT:
            with_whom[same.get(one.person, one.person)].append(one)
    for logged in with_whom.values():
        if _often(logged):
            in_order = sorted(logged, key=lambda one: (_day(one), one.time, one.mark))
            days = [_day(one) for one in in_order]
            heard = sorted({day.day for day in state.days}.union(days))
            yield from _rises_with(days, in_order, heard, patient, policy_on)


def _often(logged: Sequence[InteractionEntry]) -> bool:
    """Whether enough conflicts came near enough to one another to be worth counting, the last not settled: cheaply."""
    near = (RECENT + 2) * DAY  # local days of a traveller are up to 26 hours longer
    pairs = zip(logged, logged[CONFLICTS_MINIMUM - 1 :], strict=False)
    return any(last.event_id and last.time - first.time < near for first, last in pairs)


def _rises_with(
    days: Sequence[Day], logged: Sequence[InteractionEntry], heard: Sequence[Day], patient: str, policy_on: PolicyOn
) -> Iterator[Finding]:
    """The first conflict of each spell that is more than a habit; one whose event id was let go is long settled."""
    unusual_before: Day | None = None
    for last, day in enumerate(days):
        if day == unusual_before:
            continue
        rise = _rise(days, last, heard) if logged[last].event_id else None
        if rise is None or rise.likely >= policy_on(day).relationship.chance:
            continue
        if unusual_before is None or day - unusual_before >= RECENT:
            evidence: dict[str, JsonValue] = {
                "what": _CONFLICT,
                "person": logged[last].person,
                "recent": rise.recent.evidence(),
                "before": rise.before.evidence(),
                "chance": float(f"{rise.likely:.1g}"),
                "events": _ids(logged[rise.first : last + 1])[-MOST_NAMED:],
            }
            yield _finding(patient, logged[last], days[rise.first], evidence)
        unusual_before = day


@dataclass(frozen=True, slots=True)
class _Rise:
    """Conflicts that stand out from the patient's habit, from the `first` on."""

    first: int
    recent: Counts
    before: Counts
    likely: float


def _rise(days: Sequence[Day], last: int, heard: Sequence[Day]) -> _Rise | None:
    """Hold the conflict `last` and those of the days before it against the habit.

    Args:
        days: the local days of conflicts with one person, in order.
        last: which of them is judged.
        heard: the local days on which the patient was heard, in order.
    """
    day = days[last]
    first = bisect_left(days, day - RECENT + 1)
    if last - first + 1 < CONFLICTS_MINIMUM:
        return None
    earliest = bisect_left(days, day - RECENT - BEFORE + 1)
    heard_recent = bisect_left(heard, day - RECENT + 1)
    recent_days = bisect_right(heard, day) - heard_recent
    before_days = heard_recent - bisect_left(heard, day - RECENT - BEFORE + 1)
    if before_days < BEFORE_MINIMUM:
        return None
    if not stands_out(last - first + 1, recent_days, first - earliest, before_days):
        return None
    recent = Counts(recent_days, tuple(Counter(days[first : last + 1]).values()))
    before = Counts(before_days, tuple(Counter(days[earliest:first]).values()))
    return _Rise(first, recent, before, chance(recent, before))


def _day(known: InteractionEntry | LifeEntry | PersonEntry) -> Day:
    return local_day(known.time, known.offset)


def _ids(known: Sequence[InteractionEntry | LifeEntry | PersonEntry]) -> list[JsonValue]:
    return [one.event_id for one in known if one.event_id]


def _finding(
    patient: str,
    told: InteractionEntry | LifeEntry | PersonEntry,
    since: Day,
    evidence: dict[str, JsonValue],
    severity: Severity = Severity.WARNING,
) -> Finding:
    """What happened is part of the name: a quarrel and violence on one day are two alerts."""
    begun = day_date(since)
    about = str(evidence["what"]), str(evidence.get("person", ""))
    return Finding(
        alert_id=hashed_id(patient, RULE, *about, begun.isoformat()),
        patient=patient,
        rule=RULE,
        severity=severity,
        raised_at=moment(told.time, told.offset),
        since=begun,
        evidence=evidence,
    )
