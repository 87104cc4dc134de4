"""`strategy.v1`: what is tried, for a goal, instead of a negative pattern of communication or of behaviour.

That it was tried in daily life, with whom and how much it helped, is told by `interaction.v1`; the rating here is the
one that patient and therapist agree on in a session.
"""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.envelope import Event
from schemas.events.check_in import Rating
from schemas.events.sealed import Private
from schemas.model import Message, Slug
from schemas.vocabulary import CommunicationPattern, NegativeBehaviour


class Strategy(Message):
    """One step in the life of a strategy."""

    episode_id: Slug
    strategy_id: Slug
    what: Literal["set", "rated", "dropped"]
    goal_id: Slug | None = Field(default=None, description="The goal it serves; with `set`, and only with it.")
    replaces_pattern: CommunicationPattern | None = Field(default=None, description="With `set`: either this …")
    replaces_behaviour: NegativeBehaviour | None = Field(default=None, description="… or this.")
    rating: Rating | None = Field(default=None, description="How much it helps, 0-10; with `rated` alone.")
    label: Private | None = Field(default=None, description="What it is called; sealed by the gateway.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.rating is not None) != (self.what == "rated"):
            raise PydanticCustomError("rating", "rating goes with rated, and only with it")
        if (self.goal_id is not None) != (self.what == "set"):
            raise PydanticCustomError("goal_id", "goal_id goes with set, and only with it")
        replaced = (self.replaces_pattern is not None) + (self.replaces_behaviour is not None)
        if replaced != (self.what == "set"):
            raise PydanticCustomError("replaces", "set names one replaced pattern or behaviour, and nothing else does")
        return self


class StrategyEvent(Event[Strategy]):
    """A strategy on its way."""

    type: Literal["strategy.v1"]
