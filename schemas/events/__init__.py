"""The event types, by the name they travel under. A new type is a model, a line here, and a stored sample."""

from typing import Any

from schemas.envelope import Event
from schemas.events.check_in import CheckInEvent
from schemas.events.clinic import (
    ClinicEvent,
    EpisodeEvent,
    GoalEvent,
    MembershipEvent,
    PhaseEvent,
    SessionEvent,
    StrategyEvent,
)
from schemas.events.interaction import InteractionEvent
from schemas.events.person import PersonEvent
from schemas.events.questionnaire import QuestionnaireEvent
from schemas.events.small import HeartbeatEvent, LifeEventEvent, PromptEvent, SafetyEvent

AnyEvent = (
    CheckInEvent
    | InteractionEvent
    | QuestionnaireEvent
    | LifeEventEvent
    | SafetyEvent
    | PersonEvent
    | PromptEvent
    | HeartbeatEvent
    | EpisodeEvent
    | PhaseEvent
    | GoalEvent
    | StrategyEvent
    | SessionEvent
    | MembershipEvent
)

EVENT_TYPES: dict[str, type[Event[Any]]] = {
    "check-in.v1": CheckInEvent,
    "interaction.v1": InteractionEvent,
    "questionnaire.v1": QuestionnaireEvent,
    "life-event.v1": LifeEventEvent,
    "safety.v1": SafetyEvent,
    "person.v1": PersonEvent,
    "prompt.v1": PromptEvent,
    "heartbeat.v1": HeartbeatEvent,
    "episode.v1": EpisodeEvent,
    "phase.v1": PhaseEvent,
    "goal.v1": GoalEvent,
    "strategy.v1": StrategyEvent,
    "session.v1": SessionEvent,
    "membership.v1": MembershipEvent,
}

__all__ = [
    "EVENT_TYPES",
    "AnyEvent",
    "CheckInEvent",
    "ClinicEvent",
    "EpisodeEvent",
    "GoalEvent",
    "HeartbeatEvent",
    "InteractionEvent",
    "LifeEventEvent",
    "MembershipEvent",
    "PersonEvent",
    "PhaseEvent",
    "PromptEvent",
    "QuestionnaireEvent",
    "SafetyEvent",
    "SessionEvent",
    "StrategyEvent",
]
