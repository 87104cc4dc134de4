"""The closed lists of Interpersonal Psychotherapy that events may use.

Problem areas: interpersonalpsychotherapy.org; WHO group manual. Dispute stages: citcassociates.com. Communication
patterns: Klerman, Weissman, Rounsaville & Chevron 1984. Phases: Weissman 2018. Interaction kinds, life events, and what
an episode of care is described by are this project's own.
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


class Modality(StrEnum):
    """How the therapy is given."""

    INDIVIDUAL = "individual"
    GROUP = "group"


class DiagnosisFocus(StrEnum):
    """What the therapy treats."""

    DEPRESSION = "depression"
    ANXIETY = "anxiety"
    EATING_DISORDER = "eating_disorder"


class Arm(StrEnum):
    """The treatment that an episode's outcome counts for."""

    IPT = "ipt"
    MEDICATION = "medication"
    COMBINED = "combined"
    SUPPORTIVE = "supportive"
    OTHER = "other"


class Phase(StrEnum):
    """The phases of IPT, in their order; maintenance is contracted separately."""

    INITIAL = "initial"
    MIDDLE = "middle"
    TERMINATION = "termination"
    MAINTENANCE = "maintenance"


class EpisodeOutcome(StrEnum):
    """How an episode of care ended. Ours; a clinic has to confirm it."""

    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    LOST_CONTACT = "lost_contact"
    REFERRED = "referred"
    OTHER = "other"


class MaintenanceRhythm(StrEnum):
    """How often maintenance sessions were agreed, from weekly to monthly."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


class NegativeBehaviour(StrEnum):
    """What people do in a relationship, beside how they communicate, that keeps a problem alive."""

    WITHDRAWING = "withdrawing"
    GIVING_IN = "giving_in"
    LASHING_OUT = "lashing_out"
    OTHER = "other"


class SessionStatus(StrEnum):
    """What became of a session."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    MOVED = "moved"
    CANCELLED = "cancelled"


class Skill(StrEnum):
    """What is practised in a session. Ours, after the techniques that the manuals name; a clinic has to confirm it."""

    EXPRESSING_FEELINGS = "expressing_feelings"
    COMMUNICATION_ANALYSIS = "communication_analysis"
    DECISION_ANALYSIS = "decision_analysis"
    ROLE_PLAY = "role_play"
    SEEKING_SUPPORT = "seeking_support"
    OTHER = "other"
