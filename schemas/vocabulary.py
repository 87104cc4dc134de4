"""The closed lists of Interpersonal Psychotherapy that events may use.

Problem areas: interpersonalpsychotherapy.org; WHO group manual. Dispute stages: citcassociates.com. Communication
patterns: Klerman, Weissman, Rounsaville & Chevron 1984. Interaction kinds and life events are this project's own.
"""

from enum import StrEnum


class ProblemArea(StrEnum):
    """The four areas one of which an episode of IPT agrees to work on."""

    GRIEF = "grief"
    ROLE_DISPUTE = "role_dispute"
    ROLE_TRANSITION = "role_transition"
    INTERPERSONAL_SENSITIVITY = "interpersonal_sensitivity"


class DisputeStage(StrEnum):
    """How far a role dispute has come."""

    RENEGOTIATION = "renegotiation"
    IMPASSE = "impasse"
    DISSOLUTION = "dissolution"


class CommunicationPattern(StrEnum):
    """The ways of communicating that keep a dispute alive."""

    INDIRECT_NONVERBAL = "indirect_nonverbal"
    ASSUMED_COMMUNICATED = "assumed_communicated"
    ASSUMED_UNDERSTOOD = "assumed_understood"
    INDIRECT_VERBAL = "indirect_verbal"
    SILENCE = "silence"


class InteractionKind(StrEnum):
    """What happened between the patient and a person."""

    SUPPORT = "support"
    CLOSENESS = "closeness"
    CONVERSATION = "conversation"
    CONFLICT = "conflict"
    CRITICISM = "criticism"
    REJECTION = "rejection"
    AVOIDANCE = "avoidance"
    SEPARATION = "separation"
    LOSS = "loss"
    RECONCILIATION = "reconciliation"
    VIOLENCE = "violence"
    OTHER = "other"


class LifeEventKind(StrEnum):
    """What changed in the patient's life."""

    BEREAVEMENT = "bereavement"
    JOB_CHANGE = "job_change"
    JOB_LOSS = "job_loss"
    RELATIONSHIP_START = "relationship_start"
    RELATIONSHIP_END = "relationship_end"
    BIRTH = "birth"
    MOVE = "move"
    ILLNESS = "illness"
    RETIREMENT = "retirement"
    OTHER = "other"


LOSSES = frozenset({LifeEventKind.BEREAVEMENT, LifeEventKind.JOB_LOSS, LifeEventKind.RELATIONSHIP_END})
"""Life events whose anniversaries matter. Ours: a clinic has to confirm that these are the ones."""


class Contact(StrEnum):
    """Whether the care team may contact a person, the strictest first."""

    NEVER = "never"
    UNSAFE = "unsafe"
    SAFE = "safe"


class SafetyKind(StrEnum):
    """Which button the patient pressed."""

    WANTS_CONTACT = "wants_contact"
    CRISIS = "crisis"
