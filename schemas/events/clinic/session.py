"""`session.v1`: a session is planned, held, missed, moved or cancelled; the newest one for a `session_id` stands."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.envelope import Event
from schemas.events.check_in import Rating
from schemas.model import LocalDate, Message, Slug
from schemas.vocabulary import SessionStatus, Skill


class Session(Message):
    """What became of one session."""

    episode_id: Slug
    session_id: Slug
    status: SessionStatus
    on: LocalDate = Field(description="The day it was or is to be; of a moved one the new day.")
    number: Annotated[int, Field(ge=1, le=99)] | None = Field(
        default=None, description="Its number in the episode; absent: sessions held are counted by their days."
    )
    group_id: Slug | None = Field(default=None, description="The group that it was held with.")
    cohesion: Rating | None = Field(default=None, description="How close the group felt to this patient, 0-10.")
    skills: tuple[Skill, ...] = Field(default=(), max_length=6, description="What was practised.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.status != SessionStatus.HELD and (self.cohesion is not None or self.skills):
            raise PydanticCustomError("session", "cohesion and skills go with held alone")
        if self.cohesion is not None and self.group_id is None:
            raise PydanticCustomError("session", "cohesion goes with a group")
        return self


class SessionEvent(Event[Session]):
    """A session on its way."""

    type: Literal["session.v1"]
