"""`person.v1`: an entry of the interpersonal inventory (Dietz, Weinberg & Mufson; citcassociates.com)."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.envelope import Event
from schemas.events.sealed import Private
from schemas.model import Message, Slug
from schemas.vocabulary import DisputeStage


class Person(Message):
    """Someone in the patient's life. The newest entry for a `person_id` stands, as a whole.

    Two things outlive an entry that says nothing of them: `never_contact` and `safe_to_contact`, since silence must not
    undo them, and `dispute_stage`, of which interactions tell as well.
    """

    person_id: Slug
    label: Private | None = Field(
        default=None, description="What the patient calls this person; sealed by the gateway."
    )
    relation: Slug | None = Field(default=None, description="partner, mother, friend, colleague …")
    ring: Annotated[int, Field(ge=1, le=4)] | None = Field(default=None, description="Closeness, 1 innermost to 4.")
    hours_together: Annotated[float, Field(ge=0, le=168)] | None = Field(
        default=None, description="Time they spend together, hours a week."
    )
    can_discuss: Private | None = Field(default=None, description="What can be talked about; sealed.")
    cannot_discuss: Private | None = Field(default=None, description="What can't be talked about; sealed.")
    confided_in: bool | None = Field(default=None, description="Does the patient confide in this person?")
    expected_of_them: Private | None = Field(default=None, description="What the patient expects; sealed.")
    expected_of_patient: Private | None = Field(default=None, description="What this person expects; sealed.")
    conflict: bool | None = Field(default=None, description="Are they in conflict?")
    knows_about_mood: bool | None = Field(default=None, description="Does this person know how the patient feels?")
    change_wanted: Private | None = Field(default=None, description="What the patient wants to change; sealed.")
    dispute_stage: DisputeStage | None = None
    safe_to_contact: bool | None = Field(default=None, description="May the care team contact this person?")
    never_contact: bool | None = Field(default=None, description="The care team must never contact this person.")
    merged_into: Slug | None = Field(
        default=None, description="This is the same person as that one, for whom all that is logged counts."
    )
    removed: bool = Field(default=False, description="No longer in the inventory; what was logged stays.")
    note: Private | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.merged_into == self.person_id:
            raise PydanticCustomError("merge", "a person cannot be merged into themselves")
        if self.merged_into is not None and self.removed:
            raise PydanticCustomError("merge", "a person is merged or removed, not both")
        if self.never_contact and self.safe_to_contact:
            raise PydanticCustomError("contact", "nobody is both safe to contact and never to be contacted")
        return self


class PersonEvent(Event[Person]):
    """An inventory entry on its way."""

    type: Literal["person.v1"]
