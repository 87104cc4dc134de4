"""Events as the phone would send them, with ids drawn from the seed."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import numpy as np

Event = dict[str, Any]
"""One CloudEvent as JSON would have it."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


class Mint:
    """Makes the events of one patient, who is named here too."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self.patient = f"p-{self.letters(16)}"
        self._source = f"app/{self.letters(8)}"

    def letters(self, count: int) -> str:
        """A random-looking name of letters and digits."""
        return "".join(_LETTERS[at] for at in self._rng.integers(len(_LETTERS), size=count))

    def uuid(self) -> str:
        """The next id."""
        return str(UUID(bytes=self._rng.bytes(16), version=4))

    def event(self, kind: str, time: datetime, data: dict[str, Any]) -> Event:
        """An event of type `kind`."""
        return {
            "specversion": "1.0",
            "id": self.uuid(),
            "source": self._source,
            "type": kind,
            "subject": self.patient,
            "time": time.isoformat(timespec="seconds"),
            "data": data,
        }


def moment(hours: float, offset: float) -> datetime:
    """`hours` since 1970 UTC, to the second, as a clock with UTC offset `offset` (hours) shows it."""
    zone = timezone(timedelta(hours=offset))
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(hours * 3600))).astimezone(zone)
