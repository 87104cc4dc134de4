"""The clinic's side of a patient's events: what was agreed, how therapy goes on, and how it ended.

A therapist, or the clinic's own system, sends them under the patient's pseudonym. An event's `time` is when the thing
was agreed or noted; the days that it is about are in its data, and may lie further back. Order is judged by `time`.
"""

from schemas.events.clinic.episode import Episode, EpisodeEvent
from schemas.events.clinic.goal import Goal, GoalEvent
from schemas.events.clinic.membership import Membership, MembershipEvent
from schemas.events.clinic.phase import PhaseEvent, PhaseStart
from schemas.events.clinic.session import Session, SessionEvent
from schemas.events.clinic.strategy import Strategy, StrategyEvent

ClinicEvent = EpisodeEvent | PhaseEvent | GoalEvent | StrategyEvent | SessionEvent | MembershipEvent

__all__ = [
    "ClinicEvent",
    "Episode",
    "EpisodeEvent",
    "Goal",
    "GoalEvent",
    "Membership",
    "MembershipEvent",
    "PhaseEvent",
    "PhaseStart",
    "Session",
    "SessionEvent",
    "Strategy",
    "StrategyEvent",
]
