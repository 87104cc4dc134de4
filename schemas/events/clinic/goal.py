"""`goal.v1`: a goal is set in the initial phase, rated through the middle, and reviewed in termination."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.envelope import Event
from schemas.events.check_in import Rating
from schemas.events.sealed import Private
from schemas.model import Message, Slug
from schemas.vocabulary import ProblemArea


class Goal(Message):
    """One step in the life of a goal."""

    episode_id: Slug
    goal_id: Slug
    what: Literal["set", "rated", "met", "dropped"]
    rating: Rating | None = Field(default=None, description="How far it is reached, 0-10; with `rated` alone.")
    problem_area: ProblemArea | None = Field(default=None, description="Which area it works on; with `set` alone.")
    label: Private | None = Field(default=None, description="What it is called; sealed by the gateway.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.rating is not None) != (self.what == "rated"):
            raise PydanticCustomError("rating", "rating goes with rated, and only with it")
        if self.problem_area is not None and self.what != "set":
            raise PydanticCustomError("problem_area", "problem_area goes with set alone")
        return self


class GoalEvent(Event[Goal]):
    """A goal on its way."""

    type: Literal["goal.v1"]
