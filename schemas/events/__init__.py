"""The event types, by the name they travel under. A new type is a model, a line here, and a stored sample."""

from typing import Any

from schemas.envelope import Event
from schemas.events.check_in import CheckInEvent
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
}

__all__ = [
    "EVENT_TYPES",
    "AnyEvent",
    "CheckInEvent",
    "HeartbeatEvent",
    "InteractionEvent",
    "LifeEventEvent",
    "PersonEvent",
    "PromptEvent",
    "QuestionnaireEvent",
    "SafetyEvent",
]
