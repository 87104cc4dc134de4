"""The CloudEvents 1.0 envelope that every event of a patient travels in."""

from datetime import datetime
from typing import Generic, Literal, Self, TypeVar

from pydantic import Field
from pydantic_core import to_json

from schemas.identity import counted, fingerprint_of, mark_of
from schemas.model import Instant, Message, Slug, Text

Data_co = TypeVar("Data_co", bound=Message, covariant=True)


class Event(Message, Generic[Data_co]):
    """One event of one patient. Its identity is (`subject`, `source`, `id`)."""

    specversion: Literal["1.0"]
    type: str
    id: Text
    source: Text
    subject: Slug = Field(description="The patient's pseudonym, and the Kafka key.")
    time: Instant = Field(description="When it was observed, in the patient's own UTC offset.")
    receivedat: Instant | None = Field(default=None, description="When the gateway took it; set there.")
    history: bool = Field(default=False, description="Imported from the past: recorded, nobody is notified.")
    datacontenttype: Literal["application/json"] | None = None
    data: Data_co

    @property
    def received(self) -> Instant:
        """When it was received; an event that never passed a gateway was received when it was observed."""
        return self.receivedat or self.time

    def mark(self) -> bytes:
        """8 bytes that stand for the identity within one patient: copies share it, other events do not."""
        return mark_of(self.source, self.id)

    def fingerprint(self) -> bytes:
        """4 bytes that differ when the content differs; how and when it was received is no content."""
        return fingerprint_of(self.type, self.source, self.id, self.subject, *counted(self.time), self.data)

    def to_json(self) -> bytes:
        """The bytes that travel through Kafka."""
        return to_json(self, exclude_none=True)

    def received_at(self, moment: datetime) -> Self:
        """A copy that was received then. `model_copy` would look at each of its fields, at twice the cost."""
        copied = self.__copy__()
        copied.__dict__["receivedat"] = moment
        return copied
