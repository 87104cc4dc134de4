"""Why a message has to wait, and until when. A critical alert never waits.

Asked each time a message is about to be made; when the time has come it is asked again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from schemas.alerts import Severity
from streams.core.alerts.decision import Reason
from streams.core.alerts.plan import Plan
from streams.core.alerts.record import Case, PatientAlerts
from streams.core.alerts.routes import Ladder

LOOK_AGAIN: Final = timedelta(hours=1)
"""How soon it is asked again whether an alert that keeps another quiet is still open."""


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits until then, for this reason."""

    until: datetime
    why: Reason


def hold(record: PatientAlerts, case: Case, ladder: Ladder, now: datetime, plan: Plan) -> Hold | None:
    """What a message about this case has to wait for; None: nothing."""
    if case.alert.severity is Severity.CRITICAL:
        return None
    if (silent_until := plan.silences.until(case.alert, now)) is not None:
        return Hold(silent_until, Reason.SILENCED)
    if _inhibited(record, case, plan):
        return Hold(now + LOOK_AGAIN, Reason.INHIBITED)
    if ladder.in_working_hours and (morning := plan.team(case.alert).next_working(now)) > now:
        return Hold(morning, Reason.OUTSIDE_WORKING_HOURS)
    return None


def _inhibited(record: PatientAlerts, case: Case, plan: Plan) -> bool:
    by = {rule for one in plan.routes.inhibit if case.alert.rule in one.rules for rule in one.by}
    return any(other.alert.rule in by and other.open and other.told is not None for other in record.cases.values())
