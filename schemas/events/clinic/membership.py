"""`membership.v1`: the patient belongs to a therapy group; the newest one for a group and `joined_on` stands."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.envelope import Event
from schemas.model import LocalDate, Message, Slug


class Membership(Message):
    """From when to when; both days belong to it."""

    group_id: Slug
    joined_on: LocalDate
    left_on: LocalDate | None = Field(default=None, description="Absent while the patient is a member.")
    leaders: tuple[Slug, ...] = Field(
        default=(), max_length=4, description="Who leads the group, as far as this member goes: ids of accounts."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.left_on is not None and self.left_on < self.joined_on:
            raise PydanticCustomError("membership", "left_on is before joined_on")
        return self


class MembershipEvent(Event[Membership]):
    """A membership on its way."""

    type: Literal["membership.v1"]
