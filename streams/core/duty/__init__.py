"""Who is on duty when: working hours, holidays and the rota of each care team, in the team's own zone.

Pure, and about time alone: the alerting core asks here whom a word of its ladders means at a moment, when the next
working morning is, and which shifts ahead nobody has.
"""

from streams.core.duty.faults import FaultKind, RotaFault, rota_faults
from streams.core.duty.hours import Hours
from streams.core.duty.model import ZoneName
from streams.core.duty.rota import Rota, Turn
from streams.core.duty.team import LEAD, ON_CALL, SECOND, Team, Teams, read_teams

__all__ = [
    "LEAD",
    "ON_CALL",
    "SECOND",
    "FaultKind",
    "Hours",
    "Rota",
    "RotaFault",
    "Team",
    "Teams",
    "Turn",
    "ZoneName",
    "read_teams",
    "rota_faults",
]
