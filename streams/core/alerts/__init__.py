"""The life of an alert: raised, notified, acknowledged, handed over or escalated, closed with an outcome.

Pure, and one record a patient. The alerting agent calls `report` with findings, `act` with what clinicians and channels
did, and `escalate` with the time; each returns a `Decision`.
"""

from streams.core.alerts.act import act
from streams.core.alerts.decision import Decision, Reason
from streams.core.alerts.escalate import escalate
from streams.core.alerts.record import Case, PatientAlerts, pack, unpack
from streams.core.alerts.report import report, safety_signal
from streams.core.alerts.routes import Routes, read_routes

__all__ = [
    "Case",
    "Decision",
    "PatientAlerts",
    "Reason",
    "Routes",
    "act",
    "escalate",
    "pack",
    "read_routes",
    "report",
    "safety_signal",
    "unpack",
]
