"""`symptoms.eating`: does the last week hold more binges, purges or restriction than this patient's own habit?

Judged for each local day that is over and counts any: the last 7 days against the 56 before, as whole days (`counts`).
Only days on which the patient said something of a symptom count for it, since absent is not zero. While a spell lasts
it is told once for each symptom; those that are first unusual on one day are one finding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from schemas.alerts import Finding, Severity
from streams.core.days import until
from streams.core.detect.counts import Counts, chance
from streams.core.entry import SymptomEntry
from streams.core.ids import hashed_id
from streams.core.judged_by import PolicyOn, judged_by
from streams.core.keep import counted
from streams.core.moments import Day, day_close, day_date, moment
from streams.core.policy import Policy
from streams.core.state import SYMPTOMS, State, SymptomDay

RULE: Final = "symptoms.eating"
RECENT, BEFORE = 7, 56
"""Local days in the two windows."""
COUNT_MINIMUM: Final = 3
BEFORE_MINIMUM: Final = 14
"""Days of the 56 that must say something of the symptom."""


@dataclass(frozen=True, slots=True)
class _Unusual:
    """One symptom that is above the patient's habit at the close of `day`."""

    day: Day
    since: Day
    symptom: str
    recent: Counts
    before: Counts


READS: Final = frozenset({"symptoms", "others", "course", "day_totals", "judged_through"})


def reads(state: State) -> object:
    """What findings follow from."""
    if not state.symptoms and not any(type(known) is SymptomEntry for known in state.others):
        return ()
    return state.symptoms, state.others, state.course, until(state.day_totals, state.judged_through)


def still(state: State, _: Policy) -> bool:
    """A day that closes may tell something of whoever counts symptoms."""
    return not reads(state)


def findings(state: State, patient: str, policy: Policy) -> list[Finding]:
    """One for each local day on which a symptom is first unusual."""
    by_day = {day.day: day for day in counted(state.symptoms, state.others)}
    policy_on = judged_by(state, policy, "eating")
    first_unusual: dict[Day, list[_Unusual]] = {}
    for symptom in range(len(SYMPTOMS)):
        for unusual in _first_of_spells(by_day, symptom, policy_on, through=state.judged_through):
            first_unusual.setdefault(unusual.day, []).append(unusual)
    offsets = {day.day: day.offset for day in state.days}
    # A day that was let go of is long settled.
    return [_finding(found, offsets[day], by_day, patient) for day, found in first_unusual.items() if day in offsets]


def _first_of_spells(
    days: Mapping[Day, SymptomDay], symptom: int, policy_on: PolicyOn, *, through: Day
) -> Iterator[_Unusual]:
    """Judge each day that is over; one whose event ids were let go is long settled and only belongs to the habit."""
    unusual_before: Day | None = None
    for day, of_day in days.items():
        if day > through or not of_day.counts[symptom] or not of_day.event_ids:
            continue
        unusual = _judge(days, day, symptom, policy_on)
        if unusual is None:
            continue
        if unusual_before is None or day - unusual_before >= RECENT:
            yield unusual
        unusual_before = day


def _judge(days: Mapping[Day, SymptomDay], day: Day, symptom: int, policy_on: PolicyOn) -> _Unusual | None:
    recent = _counts(days, range(day - RECENT + 1, day + 1), symptom)
    if recent.total < COUNT_MINIMUM:
        return None
    before = _counts(days, range(day - RECENT - BEFORE + 1, day - RECENT + 1), symptom)
    if before.days < BEFORE_MINIMUM or chance(recent, before) >= policy_on(day).eating.chance:
        return None
    since = next(at for at in range(day - RECENT + 1, day + 1) if at in days and days[at].counts[symptom])
    return _Unusual(day, since, SYMPTOMS[symptom], recent, before)


def _counts(days: Mapping[Day, SymptomDay], window: range, symptom: int) -> Counts:
    said = [days[day].counts[symptom] for day in window if day in days and days[day].reports[symptom]]
    return Counts(len(said), tuple(count for count in said if count))


def _finding(found: list[_Unusual], offset: int, days: Mapping[Day, SymptomDay], patient: str) -> Finding:
    day, since = found[0].day, min(unusual.since for unusual in found)
    symptoms: dict[str, JsonValue] = {
        unusual.symptom: {"recent": unusual.recent.evidence(), "before": unusual.before.evidence()} for unusual in found
    }
    names = [SYMPTOMS.index(unusual.symptom) for unusual in found]
    events = [
        event_id
        for at in range(since, day + 1)
        if at in days and any(days[at].counts[symptom] for symptom in names)
        for event_id in days[at].event_ids
    ]
    return Finding(
        alert_id=hashed_id(patient, RULE, day_date(since).isoformat()),
        patient=patient,
        rule=RULE,
        severity=Severity.HIGH,
        raised_at=moment(day_close(day, offset), offset),
        since=day_date(since),
        evidence={**symptoms, "until": day_date(day).isoformat(), "events": list(events)},
    )
