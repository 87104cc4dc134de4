"""`interaction.v1`: something happened between the patient and a person."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import Event
from schemas.events.check_in import Rating
from schemas.events.sealed import Private
from schemas.model import Message, Slug
from schemas.vocabulary import CommunicationPattern, DisputeStage, InteractionKind, ProblemArea


class Interaction(Message):
    """What happened with whom; the person may be met before their `person.v1` arrives."""

    person_id: Slug
    kind: InteractionKind
    valence: Annotated[int, Field(ge=-3, le=3)] = Field(description="-3 very unpleasant … 3 very pleasant.")
    patterns: tuple[CommunicationPattern, ...] = Field(default=(), max_length=5)
    problem_area: ProblemArea | None = None
    dispute_stage: DisputeStage | None = None
    strategy_id: Slug | None = Field(default=None, description="The agreed strategy that was tried, if one was.")
    strategy_helped: Rating | None = Field(default=None, description="How much it helped, 0-10.")
    note: Private | None = None


class InteractionEvent(Event[Interaction]):
    """An interaction on its way."""

    type: Literal["interaction.v1"]
