"""The life of an alert: raised, notified, acknowledged, handed over or escalated, closed with an outcome.

Pure, driven by events alone, and one record a patient. The alerting agent calls `report` with findings, `act` with what
clinicians and channels did, and `escalate` with the time; each is given the clinic's `Plan` and returns a `Decision`.

    act, escalate, report     what happens to an alert
    notice, hold              who is told, or why that has to wait
    plan, routes, silences    what the clinic has laid down
    rota_alarm                what is wrong with the shifts ahead
    team                      whose patient it is
    record, decision          what is kept, and what was decided and why
"""

from streams.core.alerts.act import act
from streams.core.alerts.decision import Decision, Reason
from streams.core.alerts.escalate import escalate
from streams.core.alerts.notice import WORDS
from streams.core.alerts.plan import Plan
from streams.core.alerts.record import Case, PatientAlerts, pack, unpack
from streams.core.alerts.report import report, safety_signal
from streams.core.alerts.rota_alarm import rota_alarms, watch_rota
from streams.core.alerts.routes import Routes, read_routes
from streams.core.alerts.silences import Silences, read_silences
from streams.core.alerts.team import TeamTold, responsible

__all__ = [
    "WORDS",
    "Case",
    "Decision",
    "PatientAlerts",
    "Plan",
    "Reason",
    "Routes",
    "Silences",
    "TeamTold",
    "act",
    "escalate",
    "pack",
    "read_routes",
    "read_silences",
    "report",
    "responsible",
    "rota_alarms",
    "safety_signal",
    "unpack",
    "watch_rota",
]
