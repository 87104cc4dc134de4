"""Why a record was set aside and where it stood: the headers of `patient.events.rejected`.

The workers write them, `ipt-pulse rejected` reads them. None holds anything of the record itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

REPLAYED = "replayed"
"""In `patient.events`: the place in the rejected topic that a record came back from. In the rejected topic: the offset,
in the same partition, of a record that went back in; nothing else is in such a record."""


class Kind(StrEnum):
    """What sort of reason it is, which decides whether and how the record can go back in."""

    UNREADABLE = "unreadable"
    """Not an event, or one that breaks a rule of the schema: nothing of it was taken in."""
    CALL = "call"
    """The call for help of an event that the gateway refused; the event itself never came to Kafka."""
    DISPLACED = "displaced"
    """Other content stands under its identity."""
    SURPLUS = "surplus"
    """One more than is kept of a patient's open days."""
    REFUSED = "refused"
    """A step of care that cannot follow what was."""
    FIT = "fit"
    """No event: a population fit that cannot be read."""


@dataclass(frozen=True, slots=True)
class Why:
    """What was wrong: a dotted field (empty: the whole) and the reason. Never the value."""

    kind: Kind
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tag:
    """All that the headers say. No offset: it made room for another one, or is one of several that came together."""

    why: Why
    topic: str
    partition: int
    offset: int | None = None

    def headers(self) -> tuple[tuple[str, bytes], ...]:
        """The headers to write."""
        told = {
            "kind": self.why.kind.value,
            "field": self.why.field,
            "reason": self.why.reason,
            "topic": self.topic,
            "partition": str(self.partition),
        }
        if self.offset is not None:
            told["offset"] = str(self.offset)
        return tuple((name, text.encode()) for name, text in told.items())


def read_tag(headers: Iterable[tuple[str, bytes]]) -> Tag | None:
    """The tag in these headers; None where they are none of ours."""
    told = {name: value.decode(errors="replace") for name, value in headers}
    try:
        why = Why(Kind(told["kind"]), told["field"], told["reason"])
        return Tag(why, told["topic"], int(told["partition"]), int(told["offset"]) if "offset" in told else None)
    except (KeyError, ValueError):
        return None
