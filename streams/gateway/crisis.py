"""Whom a patient in crisis can turn to, as the answer to a safety answer says it."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from schemas.calls import CallEvent
from schemas.events import AnyEvent
from schemas.model import Message
from schemas.plain import ReceivedCheckIn
from streams.core.safety import safety_finding
from streams.errors import Misconfigured


class Contact(Message):
    """One way to reach somebody."""

    name: str = Field(min_length=1)
    how: str = Field(min_length=1, description="A number to call, an address, or what to do.")
    when: str = Field(min_length=1, description="When somebody answers there.")


class CrisisContacts(Message):
    """What the care team wants a patient in crisis to see."""

    notice: str = Field(min_length=1)
    contacts: tuple[Contact, ...] = Field(min_length=1)

    def members(self) -> dict[str, Any]:
        """As members of an answer."""
        return {"crisis_contacts": [contact.model_dump() for contact in self.contacts], "notice": self.notice}


def read_crisis_contacts(folder: Path | None) -> CrisisContacts:
    """The contacts in the policy folder, or those that ship, which the clinic fills in.

    Raises:
        Misconfigured: the file cannot be read, or lacks something.
    """
    place = (folder or files("deploy") / "policy") / "crisis_contacts.yaml"
    try:
        return CrisisContacts.model_validate(yaml.safe_load(place.read_text(encoding="utf-8")), strict=False)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise Misconfigured(f"the crisis contacts {place} cannot be read: {error}") from error


def calls_for_help(events: Iterable[AnyEvent | ReceivedCheckIn | CallEvent]) -> bool:
    """Whether one of `events` is a positive safety answer or a safety button, pressed now and not in the past."""
    return any(
        not isinstance(event, ReceivedCheckIn) and not event.history and safety_finding(event) is not None
        for event in events
    )
