"""Events as the phone or the clinic's system would send them, with ids drawn from the seed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

Event = dict[str, Any]
"""One CloudEvent as JSON would have it."""
Timed = tuple[datetime, Event]
"""An event and its `time`, so that nobody has to read that again."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_CLINIC = "clinic/"


class Mint:
    """Makes the events of one patient, who is named here too."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self.patient = f"p-{self.letters(16)}"
        self._phone, self._clinic = f"app/{self.letters(8)}", f"{_CLINIC}{self.letters(8)}"

    def letters(self, count: int) -> str:
        """A random-looking name of letters and digits."""
        return "".join(_LETTERS[at] for at in self._rng.integers(len(_LETTERS), size=count))

    def uuid(self) -> str:
        """The next id."""
        return str(UUID(bytes=self._rng.bytes(16), version=4))

    def event(self, kind: str, time: datetime, data: dict[str, Any]) -> Timed:
        """An event of type `kind` from the patient's phone."""
        return self._event(self._phone, kind, time, data)

    def from_clinic(self, kind: str, time: datetime, data: dict[str, Any]) -> Timed:
        """An event of type `kind` from the clinic's system."""
        return self._event(self._clinic, kind, time, data)

    def _event(self, source: str, kind: str, time: datetime, data: dict[str, Any]) -> Timed:
        return time, {
            "specversion": "1.0",
            "id": self.uuid(),
            "source": source,
            "type": kind,
            "subject": self.patient,
            "time": time.isoformat(timespec="seconds"),
            "data": data,
        }


def from_clinic(event: Event) -> bool:
    """Whether the clinic's system sends `event`, not the phone."""
    return str(event["source"]).startswith(_CLINIC)
