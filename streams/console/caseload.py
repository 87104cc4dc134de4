"""The list of patients: the worst first, silence shown as such, and what one wants to know before opening a page.

The store keeps what a line tells beside each view, so that ten thousand are listed without reading any; what open
alerts say is joined when the list is asked for.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from schemas.alerts import Alert, Severity
from schemas.views import PatientView
from schemas.vocabulary import SessionStatus
from streams.console.reader import PATIENT_SEEN, UNKNOWN_SEEN, Reader

PAGE = 100
"""Patients on one page of the list."""

_SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.WARNING, Severity.INFO)

_IN_ORDER = f"""
WITH everyone AS (
    SELECT patient FROM views WHERE {PATIENT_SEEN}
    UNION SELECT patient FROM alerts WHERE section = 'open' AND {UNKNOWN_SEEN}
),
waiting AS (
    SELECT patient, count(*) AS open, min(urgency) / 2 AS worst
    FROM alerts WHERE section = 'open' AND patient IS NOT NULL GROUP BY patient
)
SELECT everyone.patient, coalesce(open, 0), worst FROM everyone LEFT JOIN waiting USING (patient)
ORDER BY coalesce(worst, 99), everyone.patient
"""
_LINE = "SELECT last_heard, phase, planned, next_session FROM views WHERE patient = ?"
_SILENCE = "SELECT body FROM alerts WHERE patient = ? AND section = 'open' AND rule = 'silence' ORDER BY +known_since"
"""The plus keeps SQLite from going through all open alerts by their age."""


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One patient in the list; what was not said is None."""

    patient: str
    last_heard: datetime | None
    open_alerts: int
    worst: Severity | None
    """Severity of the worst open alert."""
    silence: Alert | None
    """The open alert that says that they are not heard from."""
    phase: str | None
    planned: tuple[date, ...]
    """Days of planned sessions, in order; some may be over."""
    next_session: int | None
    """Number of the session to come; None outside of an episode."""

    def next_on(self, today: date) -> date | None:
        """The day of the next planned session, today included."""
        return next((day for day in self.planned if day >= today), None)


@dataclass(frozen=True, slots=True)
class Caseload:
    """One page of the list."""

    patients: tuple[PatientLine, ...]
    page: int
    """From 1 on."""
    pages: int
    count: int
    """Of all patients."""


def shown_in_list(view: PatientView) -> tuple[str | None, str, int | None]:
    """What the store keeps beside a patient's view for the list: phase, planned sessions, number of the next."""
    sessions = (session for episode in view.episodes if episode.closed_on is None for session in episode.sessions)
    planned = sorted(one.on.isoformat() for one in sessions if one.status is SessionStatus.PLANNED)
    return view.phase, json.dumps(planned), view.brief.next_session if view.brief else None


def caseload(db: sqlite3.Connection, reader: Reader, page: int) -> Caseload:
    """Page `page` of those whom `reader` may see; the last page if there are fewer."""
    everyone = db.execute(_IN_ORDER, reader.asks()).fetchall()
    pages = max(1, -(-len(everyone) // PAGE))
    page = min(max(1, page), pages)
    rows = everyone[(page - 1) * PAGE : page * PAGE]
    return Caseload(tuple(_line(db, *row) for row in rows), page, pages, len(everyone))


def _line(db: sqlite3.Connection, patient: str, open_alerts: int, worst: int | None) -> PatientLine:
    heard, phase, planned, number = db.execute(_LINE, (patient,)).fetchone() or (None, None, "[]", None)
    silent = db.execute(_SILENCE, (patient,)).fetchone() if worst is not None else None
    return PatientLine(
        patient=patient,
        last_heard=None if heard is None else datetime.fromisoformat(heard),
        open_alerts=open_alerts,
        worst=None if worst is None else _SEVERITIES[worst],
        silence=None if silent is None else Alert.model_validate_json(silent[0]),
        phase=phase,
        planned=tuple(map(date.fromisoformat, json.loads(planned))),
        next_session=number,
    )
