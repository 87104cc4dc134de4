"""An alert as it stands, as a point at the moment it was raised. Called by the alert agent for each that changed.

No name of a clinician is in it: who holds an alert is the console's to show.
"""

from hashlib import blake2b
from typing import Final

from schemas.alerts import Alert, AlertStatus, Severity
from streams.core.alerts.notice import HISTORY
from streams.core.line import Field, line
from streams.core.moments import micros

ANSWERS: Final = ("acknowledged", "handed over", "closed")
"""How lines of an alert's history begin by which somebody answered it."""
ESCALATED: Final = "escalated"
LEVELS: Final = {severity: level for level, severity in enumerate(Severity)}


def alert_points(alert: Alert, before: Alert | None = None) -> list[str]:
    """The line for `alert`, and one that takes it away from the moment it stood at `before`."""
    lines = [_line(alert, alert, _fields(alert))]
    if before is not None and before.raised_at != alert.raised_at:
        lines.append(_line(alert, before, {"raised": 0, "open": 0}))
    return lines


def _line(alert: Alert, at: Alert, fields: dict[str, Field]) -> str:
    """Below the microsecond the alert's id decides, so that two of one moment stay two."""
    part = int.from_bytes(blake2b(alert.alert_id.encode(), digest_size=4).digest(), "big") % 1000
    about = "group" if alert.of_group else "team" if alert.of_team else "patient"
    name = "alert" if about == "patient" else f"{about}_alert"
    tags = {about: alert.patient, "rule": alert.rule}
    return line(name, tags, fields, micros(at.raised_at) * 1000 + part)


def _fields(alert: Alert) -> dict[str, Field]:
    fields: dict[str, Field] = {
        "id": alert.alert_id,
        "raised": 1,
        "open": int(alert.status is not AlertStatus.CLOSED),
        "status": alert.status.value,
        "severity": alert.severity.value,
        "level": LEVELS[alert.severity],
        "revised": int(alert.revised),
        "imported": int(alert.imported),
        "outcome": "" if alert.outcome is None else alert.outcome.value,
        "escalations": sum(entry.what.startswith(ESCALATED) for entry in alert.history),
    }
    if alert.status is AlertStatus.CLOSED and (closed := _first(alert, "closed")) is not None:
        fields["closed_s"] = closed
    # Of a history that lost lines the first answer may be gone; what was written before stays.
    if len(alert.history) < HISTORY and (answered := _first(alert, *ANSWERS)) is not None:
        fields["answer_s"] = answered
    return fields


def _first(alert: Alert, *words: str) -> float | None:
    """Seconds from the first line of the history to the first that begins so and had an effect."""
    times = (entry.at for entry in alert.history if entry.what.startswith(words) and entry.refused is None)
    first = next(times, None)
    return None if first is None else (first - alert.history[0].at).total_seconds()
