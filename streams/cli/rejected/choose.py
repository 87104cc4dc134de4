"""Which of what was set aside is meant: every condition that is given must hold."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from schemas.set_aside import Kind
from streams.cli.rejected.filed import Filed, Place
from streams.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Chosen:
    """Conditions; one that is empty holds for all."""

    kinds: Collection[Kind] = ()
    reason: str = ""
    """A part of the field or of the reason, in small or capital letters."""
    patients: Collection[str] = ()
    places: Collection[Place] = ()
    since: datetime | None = None
    """Set aside no earlier than this."""
    until: datetime | None = None
    """Set aside before this."""

    def holds(self, one: Filed) -> bool:
        """Whether `one` is meant."""
        why = one.tag.why
        return (
            (not self.kinds or why.kind in self.kinds)
            and (not self.patients or one.patient in self.patients)
            and (not self.places or one.place in self.places)
            and self.reason.casefold() in f"{why.field}: {why.reason}".casefold()
            and (self.since is None or one.at >= self.since)
            and (self.until is None or one.at < self.until)
        )


def read_place(text: str) -> Place:
    """The place that `list` calls `PARTITION/OFFSET`.

    Raises:
        Misconfigured: it is written in another way.
    """
    partition, _, offset = text.partition("/")
    if not (partition.isdigit() and offset.isdigit()):
        raise Misconfigured(f"{text!r} is no place such as 0/17")
    return Place(int(partition), int(offset))
