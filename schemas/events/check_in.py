"""`check-in.v1`: how the patient feels right now."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.envelope import Event
from schemas.events.sealed import Private
from schemas.model import Instant, Message, Text

Rating = Annotated[float, Field(ge=0, le=10)]
AffectName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Count = Annotated[int, Field(ge=0, le=99)]


class Prompt(Message):
    """The question this check-in answers, when the app asked one."""

    id: Text
    scheduled_at: Instant


class Symptoms(Message):
    """Eating-disorder behaviour since the last check-in, as counts."""

    binge: Count | None = None
    purge: Count | None = None
    restrict: Count | None = None


class CheckIn(Message):
    """A mood report; everything but `mood` may be absent, and absent is not zero."""

    mood: Rating = Field(description="0-10, higher is better; decimals allowed.")
    affects: dict[AffectName, Rating] = Field(default={}, max_length=32, description="Single feelings, 0-10 each.")
    symptoms: Symptoms | None = None
    sleep_hours: Annotated[float, Field(ge=0, le=24)] | None = None
    prompt: Prompt | None = None
    note: Private | None = None


class CheckInEvent(Event[CheckIn]):
    """A check-in on its way."""

    type: Literal["check-in.v1"]
