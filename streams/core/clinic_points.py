"""What InfluxDB gets of the clinic's events: ratings of goals and strategies, sessions, and where phases begin.

Called by `points`. What was said is a point whether or not it can follow what came before, which no event tells alone.
"""

from schemas.events import ClinicEvent, GoalEvent, PhaseEvent, SessionEvent, StrategyEvent
from schemas.events.clinic import Session
from streams.core.line import Field, line


def clinic_points(event: ClinicEvent, at: int) -> list[str]:
    """The lines for `event`, at its `stamp`; terms and memberships are none."""
    patient = event.subject
    match event:
        case GoalEvent(data=goal):
            return [line("goal", {"patient": patient, "goal": goal.goal_id}, _step(goal.what, goal.rating), at)]
        case StrategyEvent(data=strategy):
            tags = {"patient": patient, "strategy": strategy.strategy_id}
            return [line("strategy", tags, _step(strategy.what, strategy.rating), at)]
        case SessionEvent(data=session):
            return [line("session", {"patient": patient, "status": session.status.value}, _session(session), at)]
        case PhaseEvent(data=begins):
            tags = {"patient": patient, "phase": begins.phase.value}
            return [line("phase", tags, {"starts_on": begins.starts_on.isoformat()}, at)]
    return []


def _step(what: str, rating: float | None) -> dict[str, Field]:
    return {"what": what} if rating is None else {"what": what, "rating": float(rating)}


def _session(session: Session) -> dict[str, Field]:
    fields: dict[str, Field] = {"session": session.session_id, "on": session.on.isoformat()}
    if session.number is not None:
        fields["number"] = session.number
    if session.cohesion is not None:
        fields["cohesion"] = float(session.cohesion)
    if session.group_id is not None:
        fields["group"] = session.group_id
    if session.skills:
        fields["skills"] = ",".join(sorted({skill.value for skill in session.skills}))
    return fields
