"""An event of a batch, as it was read. Made by the analysis agent, taken in by `advance`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas.events import AnyEvent
from schemas.plain import PlainCheckIn
from schemas.reading import Rejection, read_event
from streams.core.moments import Micros
from streams.core.plain import Columns


class Arrival(NamedTuple):
    """An event, and where it stands in its partition."""

    offset: int
    event: PlainCheckIn | AnyEvent
    raw: bytes
    row: int = -1
    """Of a plain check-in, which row of its batch's columns it is."""

    def whole(self) -> AnyEvent:
        """The event, as the long way needs it."""
        if not isinstance(self.event, PlainCheckIn):
            return self.event
        outcome = read_event(self.raw)
        if isinstance(outcome, Rejection):
            raise TypeError(f"{outcome.field} of a plain check-in cannot be read: {outcome.reason}")
        return outcome.event


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a batch brings, by patient."""

    events: Mapping[bytes, Sequence[Arrival]]
    """At least one of each, in the order they arrived."""
    plain: Columns
    """Of the plain check-ins among them."""
    now: Micros
    """The broker's time of the batch."""
