"""`questionnaire.v1`: the answers to one questionnaire; an absent item is missing, which is not zero."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from schemas.envelope import Event
from schemas.model import Message
from schemas.questionnaires import INSTRUMENTS


class Questionnaire(Message):
    """Answers by item key (`"1"` …), each within its instrument's range."""

    instrument: str = Field(description="The name of one of the instruments in schemas/questionnaires/.")
    items: dict[str, int] = Field(min_length=1, description="Item key to answer.")
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None

    @field_validator("instrument")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in INSTRUMENTS:
            known = ", ".join(INSTRUMENTS)
            raise PydanticCustomError("instrument", "unknown instrument; known are {known}", {"known": known})
        return name

    @model_validator(mode="after")
    def _within_range(self) -> Self:
        instrument = INSTRUMENTS[self.instrument]
        for key, answer in self.items.items():
            if key not in instrument.items:
                raise PydanticCustomError("item", "the instrument has no such item", {"item": key})
            if not 0 <= answer <= instrument.item_maximum:
                most = instrument.item_maximum
                raise PydanticCustomError("item", "an answer is outside 0 to {most}", {"most": most})
        return self


class QuestionnaireEvent(Event[Questionnaire]):
    """A questionnaire on its way."""

    type: Literal["questionnaire.v1"]
