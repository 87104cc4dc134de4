"""What the gateway keeps of each patient for their own phone: mood by day, and the links a therapist has released.

Of a patient's view nothing else is taken, so that what must stay hidden from the phone (violence, and all that follows
from it) never lies where the phone's answers are made.
"""

from datetime import date, timedelta

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from schemas.releases import Release
from schemas.views import DayView
from streams.adapters.follower import Following
from streams.adapters.local_copy import LocalCopy, Record
from streams.metrics import GATEWAY_VIEWS, GATEWAY_VIEWS_UNREADABLE
from streams.topics import RELEASES, VIEWS

KEPT_DAYS = 56
"""Local days up to the newest one with a report: what the trend needs."""

FOLLOWING = Following((VIEWS, RELEASES), 20, GATEWAY_VIEWS, GATEWAY_VIEWS_UNREADABLE)
"""Few at once: events of phones go first."""

_DAYS = TypeAdapter(tuple[DayView, ...])


class _OwnPart(BaseModel):
    """The part of a view that is the patient's own to see; the rest is not even read."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    days: tuple[DayView, ...]


class Kept(LocalCopy):
    """The copy; some kilobytes a patient, on disk."""

    SCHEMA = 1
    TABLES = {  # noqa: RUF012 - declared as a ClassVar in the base
        "moods": "CREATE TABLE moods (patient TEXT PRIMARY KEY, days BLOB NOT NULL) STRICT;",
        "releases": "CREATE TABLE releases (patient TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;",
    }

    def days(self, patient: str) -> tuple[DayView, ...] | None:
        """The last `KEPT_DAYS` days of mood that have reports, the oldest first; None of a patient never heard of."""
        row = self._db.execute("SELECT days FROM moods WHERE patient = ?", (patient,)).fetchone()
        return None if row is None else _DAYS.validate_json(row[0])

    def release(self, patient: str) -> Release | None:
        """What was released last."""
        row = self._db.execute("SELECT body FROM releases WHERE patient = ?", (patient,)).fetchone()
        return None if row is None else Release.model_validate_json(row[0])

    def take(self, record: Record) -> bool:
        """Take up one record of either topic."""
        patient = (record.key or b"").decode(errors="replace")
        table = "moods" if record.topic == VIEWS else "releases"
        if record.value is None:
            self._db.execute(f"DELETE FROM {table} WHERE patient = ?", (patient,))  # noqa: S608 - our own names
            return True
        try:
            body = own_days(record.value) if record.topic == VIEWS else _own_release(record.value, patient)
        except ValidationError:
            return False
        if body is not None:
            self._db.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", (patient, body))  # noqa: S608
        return body is not None


def own_days(view: bytes) -> bytes:
    """What of a view is kept: its last `KEPT_DAYS` days of mood, as JSON.

    Raises:
        ValidationError: it is no view.
    """
    days = sorted(_OwnPart.model_validate_json(view).days, key=lambda one: one.day)
    since = days[-1].day - timedelta(days=KEPT_DAYS) if days else date.min
    return _DAYS.dump_json(tuple(one for one in days if one.day > since))


def _own_release(value: bytes, patient: str) -> bytes | None:
    release = Release.model_validate_json(value)
    return orjson.dumps(release.model_dump(mode="json")) if release.patient == patient else None
