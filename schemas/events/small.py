"""The small event types: safety button, life event, person of the inventory, prompt, heartbeat."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import Event
from schemas.events.sealed import Private
from schemas.model import Instant, LocalDate, Message, Slug, Text
from schemas.vocabulary import DisputeStage, LifeEventKind, SafetyKind


class Safety(Message):
    """`safety.v1`: the patient pressed the crisis button or asks to be contacted."""

    kind: SafetyKind
    note: Private | None = None


class LifeEvent(Message):
    """`life-event.v1`: something changed in the patient's life, on a date that may lie far back."""

    kind: LifeEventKind
    date: LocalDate
    note: Private | None = None


class Person(Message):
    """`person.v1`: an entry of the interpersonal inventory; the newest one for a `person_id` stands."""

    person_id: Slug
    label: Private | None = Field(
        default=None, description="What the patient calls this person; sealed by the gateway."
    )
    relation: Slug | None = Field(default=None, description="partner, mother, friend, colleague …")
    ring: Annotated[int, Field(ge=1, le=4)] | None = Field(default=None, description="Closeness, 1 innermost to 4.")
    dispute_stage: DisputeStage | None = None
    never_contact: bool = Field(default=False, description="The care team must never contact this person.")
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


class PersonEvent(Event[Person]):
    """An inventory entry on its way."""

    type: Literal["person.v1"]


class PromptEvent(Event[Prompt]):
    """A prompt on its way."""

    type: Literal["prompt.v1"]


class HeartbeatEvent(Event[Heartbeat]):
    """A heartbeat on its way."""

    type: Literal["heartbeat.v1"]
