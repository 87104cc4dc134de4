"""The last months of the audit, for its page: a local copy of its own, so that alerts never wait for it.

Older entries stand in the topic, where `ipt-pulse trail` reads all of them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from schemas.audit import AuditEntry, Deed
from streams.adapters.follower import Follower, Following
from streams.adapters.local_copy import LocalCopy, Record
from streams.metrics import CONSOLE_RECORDS, CONSOLE_UNREADABLE
from streams.topics import AUDIT

KEPT = timedelta(days=90)
LISTED = 200
"""How many entries a page shows."""

AT_ONCE = 200

_TABLE = """
    CREATE TABLE entries (
        writer TEXT NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL, who TEXT, deed TEXT NOT NULL, patient TEXT,
        teams TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (writer, number)
    ) STRICT;
    CREATE INDEX entries_at ON entries (at);
"""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are asked for; what is None does not matter."""

    who: str | None = None
    patient: str | None = None
    deed: Deed | None = None
    before: datetime | None = None
    pictures: bool = False
    """Whether parts of pages are listed too, such as their pictures."""


class AuditCopy(LocalCopy):
    """Entries of the last `KEPT`."""

    SCHEMA = 1
    TABLES = {"entries": _TABLE}  # noqa: RUF012 -- declared by LocalCopy

    def take(self, record: Record) -> bool:
        """Take up one entry; False if it cannot be read."""
        try:
            entry = AuditEntry.model_validate_json(record.value or b"")
        except ValidationError:
            return False
        at, teams = entry.at.timestamp(), json.dumps(entry.care_teams)
        row = (entry.writer, entry.number, at, entry.who, entry.deed, entry.patient, teams, record.value)
        self._db.execute("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return True

    def entries(self, sought: Sought, teams: tuple[str, ...] | None, now: datetime) -> tuple[AuditEntry, ...]:
        """The newest entries first; of these care teams (None: of all)."""
        self._db.execute("DELETE FROM entries WHERE at < ?", ((now - KEPT).timestamp(),))
        rows = self._db.execute(
            """
            SELECT body FROM entries
            WHERE (:who IS NULL OR who = :who) AND (:patient IS NULL OR patient = :patient)
                AND (:deed IS NULL OR deed = :deed) AND (:before IS NULL OR at < :before)
                AND (:pictures OR deed != 'looked' OR NOT coalesce(json_extract(body, '$.page') LIKE '%.svg', 0))
                AND (:teams IS NULL OR EXISTS (
                    SELECT 1 FROM json_each(teams) AS own, json_each(:teams) AS mine WHERE own.value = mine.value
                ))
            ORDER BY at DESC, writer, number DESC LIMIT :limit
            """,
            {
                "who": sought.who,
                "patient": sought.patient,
                "deed": sought.deed,
                "before": sought.before and sought.before.timestamp(),
                "pictures": sought.pictures,
                "teams": None if teams is None else json.dumps(teams),
                "limit": LISTED,
            },
        )
        return tuple(AuditEntry.model_validate_json(body) for (body,) in rows)


def audit_follower(bootstrap: str, copy: AuditCopy, now: Callable[[], datetime]) -> Follower:
    """What keeps the copy up to date."""
    following = Following((AUDIT,), AT_ONCE, CONSOLE_RECORDS, CONSOLE_UNREADABLE, since=KEPT)
    return Follower(bootstrap, copy, following, now)
