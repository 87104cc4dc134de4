"""All that follows for one group from new signals of its members. Called by the analysis agent, and by `rehearse`.

Each session has an alert of its own, named after the group and the session's day, so that the same sessions give the
same alerts whatever the members' order of arrival; a finding that stands again, or better, tells nobody again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from schemas.alerts import AlertSignal, Finding
from schemas.groups import GroupView, MemberSignal
from streams.core.group.detect import RULE, SEVERITY, findings, session_id
from streams.core.group.record import RAISED_MOST, GroupRecord, Members, RaisedOf, with_signals
from streams.core.group.show import show
from streams.core.policy import Policy
from streams.core.reconcile import Change, digest

OLD: Final = timedelta(days=30)
"""Sessions so long before the group's newest day are settled: what is found there still is recorded, nobody is told."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What follows for one group."""

    record: GroupRecord
    signals: Sequence[AlertSignal]
    view: GroupView
    care_team: str | None
    """Of all its members; None if they have several, or none is known."""


def gather(group: str, record: GroupRecord, told: Iterable[MemberSignal], policy: Policy) -> Gathered:
    """Take `told`, signals of the group's members in any order, into what was kept of it."""
    members = with_signals(record.members, told)
    found = findings(group, members.values(), policy)
    raised, signals = _reconciled(group, record.raised, found, members, policy)
    view = show(group, list(members.values()), policy)
    return Gathered(replace(record, members=members, raised=raised), signals, view, _shared(members))


def _shared(members: Members, on: date | None = None) -> str | None:
    """The care team that the members share, on the day of one session or of all."""
    rows = (row for member in members.values() for row in member.sessions if on in {None, row.on})
    teams = {row.care_team for row in rows if row.care_team}
    return teams.pop() if len(teams) == 1 else None


def _reconciled(
    group: str, raised: Sequence[RaisedOf], found: Mapping[date, Finding], members: Members, policy: Policy
) -> tuple[tuple[RaisedOf, ...], list[AlertSignal]]:
    """Hold what stands against what was raised."""
    known = {alert.session: alert for alert in raised}
    settled = _newest(members) - OLD
    signals: list[AlertSignal] = []
    for session, finding in found.items():
        before, ours = known.get(session), RaisedOf(session, finding.raised_at, digest(finding))
        if before is None or before.revised or before.digest != ours.digest:
            change: Change = "raised" if before is None else "updated"
            history = session < settled or _imported(finding, members)
            signals.append(_signal(finding, change, members, policy, history=history))
        known[session] = ours
    for session, alert in known.items():
        if session not in found and session >= settled and not alert.revised:
            known[session] = replace(alert, revised=True)
            signals.append(_signal(_taken_back(group, alert), "revised", members, policy, history=False))
    return tuple(known[session] for session in sorted(known)[-RAISED_MOST:]), signals


def _newest(members: Members) -> date:
    """The newest local day that any member was heard of."""
    return max((member.last_day for member in members.values() if member.last_day is not None), default=date.min + OLD)


def _imported(finding: Finding, members: Members) -> bool:
    """Whether it rests on imported events of anybody."""
    until = (member.history_until for member in members.values() if member.spans)
    return any(imported is not None and finding.raised_at <= imported for imported in until)


def _signal(finding: Finding, change: Change, members: Members, policy: Policy, *, history: bool) -> AlertSignal:
    """Whose matter it is follows from the care team that the members share, and from whom most say that it leads."""
    return AlertSignal(
        **dict(finding),
        change=change,
        care_team=_shared(members, finding.since),
        leader=_leader(members, finding.since),
        policy_version=policy.version,
        history=history,
    )


def _leader(members: Members, day: date) -> str | None:
    """The leader whom most members of that day name, of equals the first by id; None where nobody is named."""
    spans = (span for member in members.values() for span in member.spans if span.covers(day))
    named = Counter(leader for span in spans for leader in span.leaders)
    return min(named, key=lambda leader: (-named[leader], leader), default=None)


def _taken_back(group: str, alert: RaisedOf) -> Finding:
    """The receiver still has the evidence; what no longer stands is not repeated."""
    return Finding(
        alert_id=session_id(group, alert.session),
        patient=group,
        rule=RULE,
        severity=SEVERITY,
        raised_at=alert.raised_at,
        since=alert.session,
        evidence={},
    )
