"""`patient.releases` (compacted): what a therapist has released of a patient's links to the patient's own phone.

A release holds the links as they stood when the therapist looked at them. It is what the patient then sees, until the
next release: nothing that is logged later changes it, so nobody who reads over the patient's shoulder can tell that
something was logged.
"""

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.model import Instant, Message
from schemas.views import Cell
from schemas.vocabulary import InteractionKind


class ReleasedLink(Message):
    """An association, in mood points (0-10) over the 6 hours after such an event, as it stood on release."""

    cell: Cell
    n: int = Field(description="How many such events.")
    effect: float
    low: float = Field(description="Lower end of the 95 % interval of `effect`.")
    high: float

    @model_validator(mode="after")
    def _never_violence(self) -> Self:
        if self.cell.kind == InteractionKind.VIOLENCE:
            raise PydanticCustomError("violence", "violence is never released")
        return self


class Release(Message):
    """The newest one of a patient stands, as a whole; without links, nothing is released."""

    patient: str
    at: Instant
    by: str = Field(description="The account of whoever released it; the phone is not told.")
    links: tuple[ReleasedLink, ...]
