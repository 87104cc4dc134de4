"""The pure core over a file of events, as if each had arrived at its own time: what would have been raised?

Called by `ipt-pulse rehearse`. The order of the lines never matters and copies are ignored, so the same events give the
same alerts, links and points. A live system that hears everything in time gives the same alerts, id for id, as long as
nothing heard later bears on days that were over: a merge of two persons, or an episode that is moved, changes what is
found of them. Live, what was raised by then stays, marked revised; here it was never raised.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas.alerts import Finding
from schemas.events import AnyEvent, CheckInEvent, HeartbeatEvent, PromptEvent
from schemas.groups import MemberSignal
from schemas.reading import Rejection, call_in, read_event
from schemas.views import Link
from streams.core.analyse import SURPLUS, analyse
from streams.core.fold import link_items
from streams.core.group import GroupRecord, gather, member_signals
from streams.core.inventory import same_person
from streams.core.links import LinkPopulation, fit_population, read, sufficient
from streams.core.moments import Day, Micros, closed_through, local_day, micros, moment, offset_minutes
from streams.core.policy import Policy
from streams.core.safety import safety_finding
from streams.core.state import EMPTY, State


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What one file of events gives."""

    alerts: Sequence[Finding]
    """In the order they would have been raised."""
    links: Sequence[Link]
    points: Sequence[str]
    """Line protocol."""
    events: int
    """Events that count, copies not; steps of care that cannot follow what was do not."""
    rejected: Sequence[Rejection]
    unreadable_lines: Sequence[int] = field(default_factory=list)
    """Where the first of `rejected` stand, one for one, counted from 1; the others were set aside once all was read."""
    states: Mapping[str, State] = field(default_factory=dict)
    """What is known of each patient after their last event."""
    population: LinkPopulation = field(default_factory=LinkPopulation)
    """Fitted on these events."""
    now: Micros = 0
    """The newest `time`; 0 without events."""
    patient_days: int = 0
    """Local days from which there is any event, of all patients together."""


def rehearse(lines: Iterable[bytes], policy: Policy) -> Rehearsal:
    """Run the core over `lines`, one CloudEvent each; blank lines are passed over.

    "Now" is the newest `time`; population values for links are fitted on these events, those for alerts are `policy`'s.
    """
    rejected: list[Rejection] = []
    unreadable: list[int] = []
    refused: list[tuple[bytes, Rejection]] = []
    versions = _Versions()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            outcome = read_event(line)
            if isinstance(outcome, Rejection):
                rejected.append(outcome)
                unreadable.append(number)
                refused.append((line, outcome))
            else:
                versions.add(outcome.event)
    rejected += [Rejection("id", "other content stands under this identity")] * versions.conflicting()
    events_by_patient = versions.standing()
    now = max((micros(events[-1].time) for events in events_by_patient.values()), default=0)
    alerts = _with_calls(versions.safety_findings(), refused, now)
    points: list[str] = []
    counted = 0
    states: dict[str, State] = {}
    told: list[MemberSignal] = []
    for patient, events in sorted(events_by_patient.items()):
        analysis = analyse(patient, EMPTY, events, policy, closes=_over(events, now), now=now)
        states[patient] = analysis.record.state
        points += analysis.points
        counted += len(events) - len(analysis.refused) - len(analysis.surplus)
        rejected += [Rejection("data", refused.reason) for refused in analysis.refused]
        rejected += [SURPLUS] * len(analysis.surplus)
        alerts += analysis.signals
        told += member_signals(patient, analysis.record)[1]
    alerts += _of_groups(told, policy)
    population = _population(states)
    return Rehearsal(
        alerts=sorted(alerts, key=lambda alert: (alert.raised_at, alert.alert_id)),
        links=_links(states, population),
        points=points,
        events=counted,
        rejected=rejected,
        states=states,
        population=population,
        unreadable_lines=unreadable,
        now=now,
        patient_days=sum(len({event.time.date() for event in events}) for events in events_by_patient.values()),
    )


def _of_groups(told: Sequence[MemberSignal], policy: Policy) -> Iterator[Finding]:
    """What the groups of all patients come to."""
    for group in sorted({signal.group for signal in told}):
        members = (signal for signal in told if signal.group == group)
        yield from gather(group, GroupRecord(), members, policy).signals


class _Versions:
    """All contents seen under each identity, each as it was received first."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[bytes, dict[bytes, AnyEvent]]] = defaultdict(lambda: defaultdict(dict))

    def add(self, event: AnyEvent) -> None:
        contents = self._seen[event.subject][event.mark()]
        known = contents.setdefault(event.fingerprint(), event)
        if known is not event and _receipt(event) < _receipt(known):
            contents[event.fingerprint()] = event

    def conflicting(self) -> int:
        """How many contents give way to another with a smaller fingerprint."""
        return sum(len(contents) - 1 for marks in self._seen.values() for contents in marks.values())

    def standing(self) -> dict[str, list[AnyEvent]]:
        """Each patient's events in (time, mark) order."""
        return {
            patient: sorted(
                (contents[min(contents)] for contents in marks.values()), key=lambda event: (event.time, event.mark())
            )
            for patient, marks in self._seen.items()
        }

    def safety_findings(self) -> list[Finding]:
        """One for each event that any content of makes unsafe, the standing content before the others."""
        found: dict[str, Finding] = {}
        for marks in self._seen.values():
            for contents in marks.values():
                for fingerprint in sorted(contents):
                    finding = safety_finding(contents[fingerprint])
                    if finding is not None:
                        found.setdefault(finding.alert_id, finding)
        return list(found.values())


def _with_calls(found: list[Finding], refused: list[tuple[bytes, Rejection]], now: Micros) -> list[Finding]:
    """`found`, and the calls for help in refused events; of several that are one alert the first that was received."""
    every = {finding.alert_id: finding for finding in found}
    calls = (call_in(line, why, received=moment(now)) for line, why in refused)
    heard = [finding for call in calls if call is not None and (finding := safety_finding(call)) is not None]
    for finding in sorted(heard, key=lambda one: (one.raised_at, one.model_dump_json())):
        known = every.setdefault(finding.alert_id, finding)
        if finding.raised_at < known.raised_at:
            every[finding.alert_id] = finding
    return list(every.values())


def _receipt(event: AnyEvent) -> tuple[datetime, str]:
    """The earliest copy counts; of copies that name one instant in several offsets, the text decides, not the order."""
    return event.received, event.received.isoformat()


def _over(events: Sequence[AnyEvent], now: Micros) -> Day | None:
    """The last local day that is over by `now`, of a patient who was heard at all."""
    by_day: dict[Day, tuple[bool, Micros, int]] = {}
    for event in events:
        if isinstance(event, CheckInEvent | HeartbeatEvent | PromptEvent):
            at, offset = micros(event.time), offset_minutes(event.time)
            heard = isinstance(event, CheckInEvent), at, offset
            day = local_day(at, offset)
            by_day[day] = max(by_day.get(day, heard), heard)
    return closed_through([(day, by_day[day][2]) for day in sorted(by_day)], now) if by_day else None


def _population(states: Mapping[str, State]) -> LinkPopulation:
    return fit_population(
        estimate
        for patient, state in states.items()
        for estimate in sufficient(state.links, link_items(state.open), patient, same_person(state))
    )


def _links(states: Mapping[str, State], population: LinkPopulation) -> list[Link]:
    return [
        link
        for patient, state in states.items()
        for link in read(state.links, link_items(state.open), population, patient, same_person(state))
    ]
