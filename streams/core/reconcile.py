"""Findings are a function of the events; alerts are history. This keeps the two together.

Called by `analyse` after each fold. A finding is *raised* once; the same finding, or one whose days overlap an alert of
its rule from the last 14 days, *updates* it; an alert whose finding a late report took away is marked *revised*, and
stays open.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Final, Literal

import orjson
from msgspec.structs import replace

from schemas.alerts import AlertSignal, Finding, Severity
from streams.core.moments import DAY, Micros, date_day, day_date, micros, moment
from streams.core.policy import Policy
from streams.core.state import HORIZON, SETTLED, Raised, State
from streams.core.therapy import responsible

Change = Literal["raised", "updated", "revised"]

FORGOTTEN: Final[Micros] = 45 * DAY
"""Alerts this far behind can no longer meet a finding that is not settled."""
ALIKE: Final[Micros] = HORIZON
"""An alert raised no longer than this from a finding may be the same occurrence."""


def reconcile(
    patient: str,
    raised: tuple[Raised, ...],
    findings: Sequence[Finding],
    rules: Collection[str],
    *,
    before: State,
    after: State,
    policy: Policy,
) -> tuple[tuple[Raised, ...], list[AlertSignal]]:
    """Hold the standing findings against the alerts that were sent.

    Args:
        patient: whose.
        raised: what was sent before.
        findings: what stands now, of `rules`.
        rules: those that were asked; alerts of others stand as they stood.
        before: the state before this fold; findings settled by then were dealt with.
        after: the state now.
        policy: its version goes with each alert.
    """
    if not rules:
        return raised, []
    settled = before.newest - SETTLED if before.newest else 0
    alerts = list(raised)
    signals = []
    met: set[str] = set()
    unsettled = [finding for finding in findings if micros(finding.raised_at) >= settled]
    named = {finding.alert_id for finding in unsettled}
    for finding in unsettled:
        ours = _remembered(finding)
        # An alert belongs to the finding of its own name while that stands, otherwise to one that overlaps it.
        alike = sorted(
            (alert for alert in alerts if _same(alert, ours)), key=lambda alert: alert.alert_id != ours.alert_id
        )
        others = (named - {ours.alert_id}) | met
        known = next((alert for alert in alike if alert.alert_id not in others), None)
        if known is not None:
            met.add(known.alert_id)
            # Where the finding lies now decides when it is settled; the alert keeps the id it was raised under.
            alerts[alerts.index(known)] = replace(ours, alert_id=known.alert_id)
            if known.revised or known.digest != ours.digest:
                signals.append(_signal(finding, known.alert_id, "updated", after, policy))
        elif not alike:
            alerts.append(ours)
            met.add(ours.alert_id)
            signals.append(_signal(finding, ours.alert_id, "raised", after, policy))
    for at, alert in enumerate(alerts):
        if alert.rule in rules and alert.alert_id not in met and alert.raised_at >= settled and not alert.revised:
            alerts[at] = replace(alert, revised=True)
            signals.append(_taken_back(alert, patient, after, policy))
    kept = tuple(alert for alert in alerts if alert.raised_at >= after.newest - FORGOTTEN)
    team = responsible(after) if signals else None
    return kept, [signal.model_copy(update={"care_team": team}) for signal in signals]


def _same(alert: Raised, ours: Raised) -> bool:
    """Whether they are one occurrence: of the same rule about the same thing, near in time, with days in common."""
    if alert.alert_id == ours.alert_id:
        return True
    alike = (alert.rule, alert.about) == (ours.rule, ours.about)
    near = abs(alert.raised_at - ours.raised_at) <= ALIKE
    return alike and near and alert.since <= ours.until and ours.since <= alert.until


def about(finding: Finding) -> str:
    """The instrument, or what happened and with whom: a quarrel and violence on one day are two occurrences."""
    evidence = finding.evidence
    return "/".join(str(evidence[name]) for name in ("instrument", "what", "person") if name in evidence)


def digest(finding: Finding) -> bytes:
    """8 bytes that change with what is told of a finding; where a day ends may come to be known late, too."""
    told = [finding.since, finding.raised_at, finding.severity, finding.evidence]
    return blake2b(orjson.dumps(told, option=orjson.OPT_SORT_KEYS), digest_size=8).digest()


def _remembered(finding: Finding) -> Raised:
    # A day is over at the midnight that begins the next: one instant earlier still belongs to it.
    until = (finding.raised_at - timedelta(microseconds=1)).date()
    return Raised(
        finding.alert_id,
        finding.rule,
        about(finding),
        finding.severity.value,
        date_day(finding.since),
        date_day(until),
        micros(finding.raised_at),
        digest(finding),
    )


def _signal(finding: Finding, alert_id: str, change: Change, after: State, policy: Policy) -> AlertSignal:
    return AlertSignal(
        alert_id=alert_id,
        patient=finding.patient,
        rule=finding.rule,
        severity=finding.severity,
        raised_at=finding.raised_at,
        since=finding.since,
        evidence=finding.evidence,
        change=change,
        policy_version=policy.version,
        history=micros(finding.raised_at) <= after.history_until,
    )


def _taken_back(alert: Raised, patient: str, after: State, policy: Policy) -> AlertSignal:
    """The receiver still has the evidence; what no longer stands is not repeated."""
    return AlertSignal(
        alert_id=alert.alert_id,
        patient=patient,
        rule=alert.rule,
        severity=Severity(alert.severity),
        raised_at=moment(alert.raised_at),
        since=day_date(alert.since),
        evidence={},
        change="revised",
        policy_version=policy.version,
        history=alert.raised_at <= after.history_until,
    )
