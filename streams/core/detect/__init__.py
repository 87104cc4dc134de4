"""The detectors: each turns a patient's state into the findings that stand. A new one is a file and a line here."""

from collections.abc import Callable

from schemas.alerts import Finding
from streams.core.detect import eating, ending, focus, mood, relationship, reliable, silence
from streams.core.policy import Policy
from streams.core.state import State

DETECTORS: dict[str, Callable[[State, str, Policy], list[Finding]]] = {
    mood.RULE: mood.findings,
    reliable.RULE: reliable.findings,
    ending.RULE: ending.findings,
    focus.RULE: focus.findings,
    eating.RULE: eating.findings,
    relationship.RULE: relationship.findings,
    silence.RULE: silence.findings,
}


def standing_findings(state: State, patient: str, policy: Policy) -> list[Finding]:
    """All findings that stand in `state`, in the order they were to be known."""
    found = [finding for detect in DETECTORS.values() for finding in detect(state, patient, policy)]
    return sorted(found, key=lambda finding: (finding.raised_at, finding.alert_id))
