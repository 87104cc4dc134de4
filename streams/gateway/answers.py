"""What the gateway answers and takes besides events, as models; the OpenAPI document is made of them."""

from datetime import datetime

from pydantic import BaseModel, Field

from schemas.model import Message
from streams.gateway.crisis import Contact


class RefusedEvent(BaseModel):
    """One event that was not taken; the others were."""

    index: int = Field(description="Its place in the batch, from 0.")
    id: str | None = Field(description="What it calls itself, if that can be read.")
    reason: str = Field(description="The field and what is wrong with it; never its value.")


class Answer(BaseModel):
    """Kafka has the accepted events, on all replicas."""

    accepted: int
    rejected: list[RefusedEvent]
    crisis_contacts: list[Contact] | None = Field(default=None, description="After a safety answer or button.")
    notice: str | None = Field(default=None, description="That notes are not watched; goes with the contacts.")


class Problem(BaseModel):
    """RFC 9457.

    `rejected` is there when every event was refused; the crisis contacts when one of them held a call for help, or when
    one was not taken for now.
    """

    type: str
    title: str
    status: int
    detail: str
    rejected: list[RefusedEvent] | None = None
    crisis_contacts: list[Contact] | None = None
    notice: str | None = None


class Enrolment(Message):
    """A code from the care team."""

    code: str = Field(min_length=1, max_length=64)


class Device(BaseModel):
    """A device that may send from now on."""

    device_id: str
    subject: str = Field(description="The patient's pseudonym, the `subject` of every event.")
    token: str
    expires_at: datetime
