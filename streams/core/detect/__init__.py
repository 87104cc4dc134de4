"""The detectors: each turns a patient's state into the findings that stand.

A new one is a file, a line here, and a story in tests/core/detect/test_contract.py, the rules that all of them keep.
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Final, Protocol

from schemas.alerts import Finding
from streams.core.detect import eating, ending, focus, mood, relationship, reliable, silence
from streams.core.policy import Policy
from streams.core.state import State


class Detector(Protocol):
    """A module with a function of the state: the same events give the same findings, in whatever order they came."""

    def findings(self, state: State, patient: str, policy: Policy, /) -> list[Finding]:
        """Everything that stands in the state of `patient`, whatever its age."""

    READS: frozenset[str]
    """The fields of the state that `reads` looks at: while they are the same, so is what it gives."""

    def reads(self, state: State, /) -> object:
        """All of the state that findings follow from: while it is equal, so are they."""

    def still(self, state: State, policy: Policy, /) -> bool:
        """Whether days may close, and check-ins come in time, without a change to what `reads` gives."""


DETECTORS: Final[Mapping[str, Detector]] = {
    mood.RULE: mood,
    reliable.RULE: reliable,
    ending.RULE: ending,
    focus.RULE: focus,
    eating.RULE: eating,
    relationship.RULE: relationship,
    silence.RULE: silence,
}


_fields = attrgetter(*State.__struct_fields__)


def stirred(before: State, after: State) -> list[str]:
    """The rules whose findings may differ between two states: most events stir none."""
    fields = zip(State.__struct_fields__, _fields(before), _fields(after), strict=True)
    changed = {name for name, was, now in fields if was is not now}
    return [
        rule
        for rule, detector in DETECTORS.items()
        if not changed.isdisjoint(detector.READS) and detector.reads(before) != detector.reads(after)
    ]


def standing_findings(state: State, patient: str, policy: Policy, rules: Iterable[str] = DETECTORS) -> list[Finding]:
    """All findings of `rules` that stand in `state`, in the order they were to be known."""
    found = [finding for rule in rules for finding in DETECTORS[rule].findings(state, patient, policy)]
    return sorted(found, key=lambda finding: (finding.raised_at, finding.alert_id))
