"""What a clinic may set: the numbers that detection works with. Read from deploy/policy/detection.yaml by the shell."""

from streams.core.policy.numbers import (
    EatingPolicy,
    EndingPolicy,
    FocusPolicy,
    GroupPolicy,
    MoodPolicy,
    MoodThreshold,
    PhasePolicy,
    RelationshipPolicy,
    SilencePolicy,
)
from streams.core.policy.override import Override
from streams.core.policy.policy import Policy

__all__ = [
    "EatingPolicy",
    "EndingPolicy",
    "FocusPolicy",
    "GroupPolicy",
    "MoodPolicy",
    "MoodThreshold",
    "Override",
    "PhasePolicy",
    "Policy",
    "RelationshipPolicy",
    "SilencePolicy",
]
