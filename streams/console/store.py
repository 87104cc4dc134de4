"""What the console knows: a local copy of alerts and views, rebuilt from Kafka at any time.

The feed writes it, the pages read it, all from one thread.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from schemas.alerts import Alert, AlertStatus, Severity
from schemas.groups import GroupView
from schemas.views import PatientView
from streams.adapters.local_copy import LocalCopy, Record
from streams.console.waiting import known_since
from streams.topics import ALERTS, GROUP_VIEWS, VIEWS

LISTED = 200
"""How many alerts or patients one list shows at most."""

_TABLES = {
    "alerts": """
        CREATE TABLE alerts (
            id TEXT PRIMARY KEY, whose TEXT NOT NULL, patient TEXT, section TEXT NOT NULL, urgency INTEGER NOT NULL,
            known_since REAL NOT NULL, body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX alerts_listed ON alerts (section, urgency, known_since);
        CREATE INDEX alerts_of ON alerts (patient);
    """,
    "views": "CREATE TABLE views (patient TEXT PRIMARY KEY, last_heard TEXT, body BLOB NOT NULL) STRICT;",
    "groups": "CREATE TABLE groups (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;",
}

_SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One patient in the list of patients; `worst` is the severity of the worst open alert."""

    patient: str
    last_heard: datetime | None
    open_alerts: int
    worst: Severity | None


class Store(LocalCopy):
    """The local copy. Opened, written and read by one thread; a damaged or outdated file is replaced."""

    SCHEMA = 3
    TABLES = _TABLES

    def open_alerts(self) -> tuple[Alert, ...]:
        """What waits: the worst first, what nobody holds before what somebody does, then what waits longest."""
        return self._listed("open", "urgency, known_since")

    def closed_alerts(self) -> tuple[Alert, ...]:
        """What was closed, the newest first."""
        return self._listed("closed", "known_since DESC")

    def imported_alerts(self) -> tuple[Alert, ...]:
        """What was found in imported history and is open, the worst and newest first; nobody was notified."""
        return self._listed("imported", "urgency, known_since DESC")

    def count_open(self) -> int:
        """How many alerts wait."""
        return int(self._db.execute("SELECT count(*) FROM alerts WHERE section = 'open'").fetchone()[0])

    def alert(self, alert_id: str) -> Alert | None:
        """One alert as it now stands."""
        return next(self._alerts("SELECT body FROM alerts WHERE id = ?", alert_id), None)

    def alerts_of(self, patient: str) -> tuple[Alert, ...]:
        """All alerts of a patient, the newest first."""
        return tuple(self._alerts("SELECT body FROM alerts WHERE patient = ? ORDER BY known_since DESC, id", patient))

    def open_alerts_of(self, patient: str) -> tuple[Alert, ...]:
        """What is open of a patient, imported or not: the worst first, then the newest."""
        whose = "SELECT body FROM alerts WHERE patient = ? AND section != 'closed'"
        return tuple(self._alerts(f"{whose} ORDER BY urgency / 2, known_since DESC, id", patient))

    def view(self, patient: str) -> PatientView | None:
        """What analysis last said of a patient."""
        row = self._db.execute("SELECT body FROM views WHERE patient = ?", (patient,)).fetchone()
        return None if row is None else PatientView.model_validate_json(row[0])

    def group(self, group: str) -> GroupView | None:
        """What analysis last said of a group, all of it: pages show the part that is for their reader."""
        row = self._db.execute("SELECT body FROM groups WHERE id = ?", (group,)).fetchone()
        return None if row is None else GroupView.model_validate_json(row[0])

    def patients(self) -> tuple[PatientLine, ...]:
        """Every patient of whom there is a view or an open alert: those with the worst alerts first, then by id."""
        rows = self._db.execute(
            """
            SELECT everyone.patient, last_heard, count(id), min(urgency)
            FROM (
                SELECT patient FROM views UNION
                SELECT patient FROM alerts WHERE section = 'open' AND patient IS NOT NULL
            ) AS everyone
            LEFT JOIN views ON views.patient = everyone.patient
            LEFT JOIN alerts ON alerts.patient = everyone.patient AND section = 'open'
            GROUP BY everyone.patient ORDER BY coalesce(min(urgency), 99), everyone.patient LIMIT ?
            """,
            (LISTED,),
        )
        return tuple(_patient_line(*row) for row in rows)

    def take(self, record: Record) -> bool:
        """Take up one record; False if it cannot be read, and then what was known before stands."""
        key = (record.key or b"").decode(errors="replace")
        if record.value is None:
            self._forget(record.topic, key)
            return True
        try:
            if record.topic == ALERTS:
                self._keep_alert(Alert.model_validate_json(record.value), record.value)
            elif record.topic == VIEWS:
                self._keep_view(PatientView.model_validate_json(record.value), record.value)
            elif record.topic == GROUP_VIEWS:
                view = GroupView.model_validate_json(record.value)
                self._db.execute("INSERT OR REPLACE INTO groups VALUES (?, ?)", (view.group, record.value))
        except ValidationError:
            return False
        return True

    def _forget(self, topic: str, key: str) -> None:
        if topic == ALERTS:
            whose, _, alert_id = key.partition("/")
            self._db.execute("DELETE FROM alerts WHERE id = ? AND whose = ?", (alert_id, whose))
        elif topic == VIEWS:
            self._db.execute("DELETE FROM views WHERE patient = ?", (key,))
        elif topic == GROUP_VIEWS:
            self._db.execute("DELETE FROM groups WHERE id = ?", (key,))

    def _keep_alert(self, alert: Alert, body: bytes) -> None:
        section = "closed" if alert.status is AlertStatus.CLOSED else "imported" if alert.imported else "open"
        urgency = 2 * _SEVERITIES.index(alert.severity) + (alert.status is AlertStatus.ACKNOWLEDGED)
        patient = None if alert.of_group or alert.of_team else alert.patient
        row = (alert.alert_id, alert.patient, patient, section, urgency, known_since(alert).timestamp(), body)
        self._db.execute("INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _keep_view(self, view: PatientView, body: bytes) -> None:
        heard = None if view.last_heard is None else view.last_heard.isoformat()
        self._db.execute("INSERT OR REPLACE INTO views VALUES (?, ?, ?)", (view.patient, heard, body))

    def _listed(self, section: str, order: str) -> tuple[Alert, ...]:
        question = f"SELECT body FROM alerts WHERE section = ? ORDER BY {order}, id LIMIT ?"  # noqa: S608 - our own words
        return tuple(self._alerts(question, section, LISTED))

    def _alerts(self, question: str, *values: str | int) -> Iterator[Alert]:
        for (body,) in self._db.execute(question, values):
            yield Alert.model_validate_json(body)


def _patient_line(patient: str, last_heard: str | None, open_alerts: int, urgency: int | None) -> PatientLine:
    return PatientLine(
        patient=patient,
        last_heard=None if last_heard is None else datetime.fromisoformat(last_heard),
        open_alerts=open_alerts,
        worst=None if urgency is None else _SEVERITIES[urgency // 2],
    )
