"""Everything that a clinic has laid down about alerts, as one value: routes, teams with their rotas, silences."""

from dataclasses import dataclass
from datetime import datetime

from schemas.alerts import Alert, Severity
from streams.core.alerts.routes import Ladder, Routes
from streams.core.alerts.silences import Silences
from streams.core.duty import Team, Teams


@dataclass(frozen=True, slots=True)
class Plan:
    """Handed to every step of an alert's life."""

    routes: Routes
    teams: Teams
    silences: Silences

    def team(self, alert: Alert) -> Team:
        """The care team that an alert is a matter of."""
        return self.teams.of(alert.care_team)

    def due(self, alert: Alert, ladder: Ladder, rung: int, now: datetime) -> datetime | None:
        """When the patience with whoever stands on a rung ends; None: never."""
        patience = ladder.patience(rung)
        if patience is None:
            return None
        return self.team(alert).after(now, patience) if ladder.in_working_hours else now + patience

    def holds_until(self, alert: Alert, who: str, now: datetime) -> datetime:
        """When an acknowledgement lapses: at the end of the holder's own shift, by the policy at the latest.

        What is critical lapses at the end of the shift that is on, whoever holds it: the successor has to know of it.
        """
        latest = now + self.routes.acknowledgement
        turn = self.team(alert).turn(now)
        if turn is None or turn.ends is None:
            return latest
        on_shift = turn.who == who or alert.severity is Severity.CRITICAL
        return min(latest, turn.ends) if on_shift else latest
