"""The small event types: safety button, life event, prompt, heartbeat."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import Event
from schemas.events.sealed import Private
from schemas.model import Instant, LocalDate, Message, Text
from schemas.vocabulary import LifeEventKind, SafetyKind


class Safety(Message):
    """`safety.v1`: the patient pressed the crisis button or asks to be contacted."""

    kind: SafetyKind
    note: Private | None = None


class LifeEvent(Message):
    """`life-event.v1`: something changed in the patient's life, on a date that may lie far back."""

    kind: LifeEventKind
    date: LocalDate
    note: Private | None = None


class Prompt(Message):
    """`prompt.v1`: the app asked the patient for a check-in."""

    id: Text
    scheduled_at: Instant


class Heartbeat(Message):
    """`heartbeat.v1`: the app is alive and can send."""

    queued: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=0, description="Events still waiting on the phone."
    )


class SafetyEvent(Event[Safety]):
    """A safety button on its way."""

    type: Literal["safety.v1"]


class LifeEventEvent(Event[LifeEvent]):
    """A life event on its way."""

    type: Literal["life-event.v1"]


class PromptEvent(Event[Prompt]):
    """A prompt on its way."""

    type: Literal["prompt.v1"]


class HeartbeatEvent(Event[Heartbeat]):
    """A heartbeat on its way."""

    type: Literal["heartbeat.v1"]
