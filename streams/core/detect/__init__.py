"""The detectors: each turns a patient's state into the findings that stand.

A new one is a file, a line here, and a story in tests/core/detect/test_contract.py, the rules that all of them keep.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from schemas.alerts import Finding
from streams.core.detect import eating, ending, focus, mood, relationship, reliable, silence
from streams.core.policy import Policy
from streams.core.state import State


class Detector(Protocol):
    """A function of the state: the same events give the same findings, in whatever order they came."""

    def __call__(self, state: State, patient: str, policy: Policy, /) -> list[Finding]:
        """Everything that stands in the state of `patient`, whatever its age."""


DETECTORS: Final[Mapping[str, Detector]] = {
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
