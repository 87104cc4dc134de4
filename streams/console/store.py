"""What the console knows: a local copy of alerts and views, rebuilt from Kafka at any time.

The feed writes it, the pages read it, all from one thread.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from schemas.alerts import Alert, AlertStatus, Severity
from schemas.groups import GroupView
from schemas.releases import Release
from schemas.views import PatientView
from streams.adapters.local_copy import LocalCopy, Record
from streams.console.caseload import Caseload, caseload, shown_in_list
from streams.console.reader import (
    ALERTS_SEEN,
    MEMBERS_TODAY,
    NAMED_LEADER,
    PATIENT_SEEN,
    PATIENTS_SEEN,
    UNKNOWN_SEEN,
    Reader,
    care_of,
    leads,
)
from streams.console.waiting import known_since
from streams.core.alerts import WORDS
from streams.core.brief.treated import Treated, treated
from streams.topics import ALERTS, GROUP_VIEWS, RELEASES, VIEWS

LISTED = 200
"""How many alerts one list shows at most."""

_TABLES = {
    "alerts": """
        CREATE TABLE alerts (
            id TEXT PRIMARY KEY, whose TEXT NOT NULL, patient TEXT, section TEXT NOT NULL, urgency INTEGER NOT NULL,
            rule TEXT NOT NULL, known_since REAL NOT NULL, changed_at REAL NOT NULL, care_team TEXT, body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX alerts_listed ON alerts (section, urgency, known_since);
        CREATE INDEX alerts_newest ON alerts (section, known_since);
        CREATE INDEX alerts_of ON alerts (patient, section, urgency, rule);
    """,
    "told": "CREATE TABLE told (alert TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (alert, name)) STRICT;",
    "views": """
        CREATE TABLE views (
            patient TEXT PRIMARY KEY, last_heard TEXT, care_team TEXT, therapist TEXT, in_care INTEGER NOT NULL,
            phase TEXT, planned TEXT NOT NULL, next_session INTEGER, body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX views_of ON views (therapist);
    """,
    "closed": """
        CREATE TABLE closed (
            number INTEGER PRIMARY KEY AUTOINCREMENT, patient TEXT NOT NULL UNIQUE, episodes TEXT NOT NULL
        ) STRICT;
    """,
    "members": """
        CREATE TABLE members (
            grp TEXT NOT NULL, patient TEXT NOT NULL, joined_on TEXT NOT NULL, left_on TEXT, leaders TEXT NOT NULL
        ) STRICT;
        CREATE INDEX members_of ON members (grp);
        CREATE INDEX groups_of ON members (patient);
    """,
    "groups": "CREATE TABLE groups (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;",
    "releases": "CREATE TABLE releases (patient TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;",
}

_SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.WARNING, Severity.INFO)


_TREATED: TypeAdapter[tuple[Treated, ...]] = TypeAdapter(tuple[Treated, ...])


class Store(LocalCopy):
    """The local copy. Opened, written and read by one thread; a damaged or outdated file is replaced."""

    SCHEMA = 7
    TABLES = _TABLES

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self._closed: dict[tuple[object, ...], tuple[Treated, ...]] = {}
        """Closed episodes as last read, by for whom and how many and which the newest was; no number comes twice."""

    def open_alerts(self, reader: Reader) -> tuple[Alert, ...]:
        """What waits: the worst first, what nobody holds before what somebody does, then what waits longest."""
        return self._listed(reader, "open", "urgency, known_since")

    def closed_alerts(self, reader: Reader) -> tuple[Alert, ...]:
        """What was closed, the newest first."""
        return self._listed(reader, "closed", "known_since DESC")

    def imported_alerts(self, reader: Reader) -> tuple[Alert, ...]:
        """What was found in imported history and is open, the worst and newest first; nobody was notified."""
        return self._listed(reader, "imported", "urgency, known_since DESC")

    def count_open(self, reader: Reader) -> int:
        """How many alerts wait."""
        question = f"SELECT count(*) {ALERTS_SEEN} AND section = 'open'"
        return int(self._db.execute(question, reader.asks()).fetchone()[0])

    def sees_alert(self, reader: Reader, alert_id: str) -> bool:
        """Whether an alert is among what the reader may see."""
        return self._any(f"SELECT 1 {ALERTS_SEEN} AND alerts.id = :id", reader, id=alert_id)

    def sees_patient(self, reader: Reader, patient: str) -> bool:
        """Whether a patient is: by their view, or while there is none yet by their alerts."""
        if self._any(f"SELECT 1 {PATIENTS_SEEN} AND views.patient = :patient", reader, patient=patient):
            return True
        return self._any(f"SELECT 1 FROM alerts WHERE patient = :patient AND {UNKNOWN_SEEN}", reader, patient=patient)

    def sees_open_alert_of(self, reader: Reader, patient: str) -> bool:
        """Whether the reader may see an open alert of a patient."""
        question = f"SELECT 1 {ALERTS_SEEN} AND alerts.patient = :patient AND section != 'closed'"
        return self._any(question, reader, patient=patient)

    def knows(self, patient: str) -> bool:
        """Whether there is anything of a patient."""
        question = "SELECT 1 FROM views WHERE patient = ?1 UNION SELECT 1 FROM alerts WHERE patient = ?1"
        return self._db.execute(question, (patient,)).fetchone() is not None

    def care_team_of(self, patient: str) -> str | None:
        """The care team that a patient's episode names, or else their newest alert; None where none does."""
        asked = (
            "SELECT care_team FROM views WHERE patient = ?",
            "SELECT care_team FROM alerts WHERE whose = ? ORDER BY known_since DESC",
        )
        found = (self._db.execute(question, (patient,)).fetchone() for question in asked)
        return next((row[0] for row in found if row and row[0]), None)

    def care_team_of_group(self, group: str) -> str | None:
        """The care team of the group's members, where they have one in common."""
        question = "SELECT DISTINCT care_team FROM views WHERE patient IN (SELECT patient FROM members WHERE grp = ?)"
        found = [row[0] for row in self._db.execute(question, (group,))]
        return found[0] if len(found) == 1 else None

    def leads(self, reader: Reader, group: str) -> bool:
        """Whether the reader leads a group, as its members of today have it."""
        return self._any(f"SELECT 1 WHERE {leads(':group')}", reader, group=group)

    def sees_member(self, reader: Reader, group: str) -> bool:
        """Whether the reader may see any of a group's members of today."""
        question = f"SELECT 1 {PATIENTS_SEEN} AND views.patient IN ({MEMBERS_TODAY})"
        return self._any(question, reader, group=group)

    def led_members(self, reader: Reader, group: str) -> frozenset[str]:
        """The members, of today and of before, whose own membership names the reader as leader."""
        question = f"SELECT patient FROM members WHERE grp = :group AND {NAMED_LEADER}"
        return frozenset(row[0] for row in self._db.execute(question, reader.asks(group=group)))

    def alert(self, alert_id: str) -> Alert | None:
        """One alert as it now stands."""
        return next(self._alerts("SELECT body FROM alerts WHERE id = :id", {"id": alert_id}), None)

    def alerts_of(self, patient: str) -> tuple[Alert, ...]:
        """All alerts of a patient, the newest first."""
        question = "SELECT body FROM alerts WHERE patient = :patient ORDER BY known_since DESC, id"
        return tuple(self._alerts(question, {"patient": patient}))

    def open_alerts_of(self, patient: str) -> tuple[Alert, ...]:
        """What is open of a patient, imported or not: the worst first, then the newest."""
        whose = "SELECT body FROM alerts WHERE patient = :patient AND section != 'closed'"
        return tuple(self._alerts(f"{whose} ORDER BY urgency / 2, known_since DESC, id", {"patient": patient}))

    def view(self, patient: str) -> PatientView | None:
        """What analysis last said of a patient."""
        row = self._db.execute("SELECT body FROM views WHERE patient = ?", (patient,)).fetchone()
        return None if row is None else PatientView.model_validate_json(row[0])

    def release(self, patient: str) -> Release | None:
        """What the patient's own phone was last released."""
        row = self._db.execute("SELECT body FROM releases WHERE patient = ?", (patient,)).fetchone()
        return None if row is None else Release.model_validate_json(row[0])

    def group(self, group: str) -> GroupView | None:
        """What analysis last said of a group, all of it: pages show the part that is for their reader."""
        row = self._db.execute("SELECT body FROM groups WHERE id = ?", (group,)).fetchone()
        return None if row is None else GroupView.model_validate_json(row[0])

    def caseload(self, reader: Reader, page: int = 1) -> Caseload:
        """A page of the patients whom the reader may see: those with the worst open alerts first, then by id."""
        return caseload(self._db, reader, page)

    def closed_episodes(self, reader: Reader) -> tuple[Treated, ...]:
        """Every closed episode of care of these patients; the same value until one changes."""
        whose = f"FROM closed JOIN views USING (patient) WHERE {PATIENT_SEEN}"
        stand = self._db.execute(f"SELECT count(*), max(number) {whose}", reader.asks()).fetchone()
        key = (reader.reach, reader.teams, *stand)
        if key not in self._closed:
            rows = self._db.execute(f"SELECT episodes {whose} ORDER BY patient", reader.asks())
            self._closed = {key: tuple(one for (told,) in rows for one in _TREATED.validate_json(told))}
        return self._closed[key]

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
            elif record.topic == RELEASES:
                release = Release.model_validate_json(record.value)
                self._db.execute("INSERT OR REPLACE INTO releases VALUES (?, ?)", (release.patient, record.value))
        except ValidationError:
            return False
        return True

    def _forget(self, topic: str, key: str) -> None:
        if topic == ALERTS:
            whose, _, alert_id = key.partition("/")
            self._db.execute("DELETE FROM alerts WHERE id = ? AND whose = ?", (alert_id, whose))
            self._db.execute("DELETE FROM told WHERE alert = ? AND alert NOT IN (SELECT id FROM alerts)", (alert_id,))
        elif topic == VIEWS:
            for table in ("views", "members", "closed"):
                self._db.execute(f"DELETE FROM {table} WHERE patient = ?", (key,))
        elif topic == RELEASES:
            self._db.execute("DELETE FROM releases WHERE patient = ?", (key,))
        elif topic == GROUP_VIEWS:
            self._db.execute("DELETE FROM groups WHERE id = ?", (key,))

    def _keep_alert(self, alert: Alert, body: bytes) -> None:
        section = "closed" if alert.status is AlertStatus.CLOSED else "imported" if alert.imported else "open"
        told = sorted(filter(None, {entry.to for entry in alert.history} - WORDS | {alert.holder}))
        team = alert.patient if alert.of_team else alert.care_team
        changed = alert.history[-1].at if alert.history else alert.raised_at
        urgency = 2 * _SEVERITIES.index(alert.severity) + (alert.status is AlertStatus.ACKNOWLEDGED)
        patient = None if alert.of_group or alert.of_team else alert.patient
        whose = (alert.alert_id, alert.patient, patient)
        row = (*whose, section, urgency, alert.rule, known_since(alert).timestamp(), changed.timestamp(), team, body)
        self._db.execute("INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._db.execute("DELETE FROM told WHERE alert = ?", (alert.alert_id,))
        self._db.executemany("INSERT INTO told VALUES (?, ?)", [(alert.alert_id, name) for name in told])

    def _keep_view(self, view: PatientView, body: bytes) -> None:
        heard = None if view.last_heard is None else view.last_heard.isoformat()
        care = care_of(view.episodes)
        row = (view.patient, heard, care.team, care.therapist, care.lasts, *shown_in_list(view), body)
        self._db.execute("INSERT OR REPLACE INTO views VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._db.execute("DELETE FROM closed WHERE patient = ?", (view.patient,))
        if episodes := treated(view):
            told = _TREATED.dump_json(tuple(episodes)).decode()
            self._db.execute("INSERT INTO closed (patient, episodes) VALUES (?, ?)", (view.patient, told))
        self._db.execute("DELETE FROM members WHERE patient = ?", (view.patient,))
        for one in view.groups:
            left = None if one.left_on is None else one.left_on.isoformat()
            member = (one.group, view.patient, one.joined_on.isoformat(), left, " ".join(one.leaders))
            self._db.execute("INSERT INTO members VALUES (?, ?, ?, ?, ?)", member)

    def _listed(self, reader: Reader, section: str, order: str) -> tuple[Alert, ...]:
        question = f"SELECT alerts.body {ALERTS_SEEN} AND section = :section ORDER BY {order}, id LIMIT :limit"
        return tuple(self._alerts(question, reader.asks(section=section, limit=LISTED)))

    def _any(self, question: str, reader: Reader, **asked: str) -> bool:
        return self._db.execute(f"{question} LIMIT 1", reader.asks(**asked)).fetchone() is not None

    def _alerts(self, question: str, asked: Mapping[str, object]) -> Iterator[Alert]:
        for (body,) in self._db.execute(question, asked):
            yield Alert.model_validate_json(body)
