"""The termination review: first against now, what worked with whom, and what to plan for. Called by `view`."""

from typing import Final

from schemas.review_view import DisputeView, PlanAhead, Review
from schemas.vocabulary import Arm, DiagnosisFocus, DisputeStage, EpisodeOutcome, MaintenanceRhythm, Modality
from streams.core.brief.change import changes
from streams.core.brief.goals import goals_now
from streams.core.brief.known import Known
from streams.core.brief.links import shown_links, unclear
from streams.core.brief.logged import tried_so_far
from streams.core.brief.near import come_round
from streams.core.brief.then_and_now import closeness, disputes
from streams.core.detect.reliable import all_scores
from streams.core.episode import Care
from streams.core.moments import Day, day_date

AHEAD: Final = 366
"""Days that a plan looks ahead for losses that come round: the next time each does."""


def review(known: Known) -> Review | None:
    """Of the episode that lasts, so far, or of the last one; None outside of any."""
    care = known.last_care
    if care is None:
        return None
    terms = care.terms
    until = known.today if terms.closed is None else min(terms.closed, known.today)
    sessions = [session.now.status for session in care.sessions.values()]
    came_to = disputes(known, until)
    return Review(
        episode=terms.episode,
        modality=Modality(terms.modality),
        focus=DiagnosisFocus(terms.focus),
        arm=Arm(terms.arm),
        care_team=terms.team or None,
        opened_on=day_date(terms.opened),
        until=day_date(until),
        outcome=EpisodeOutcome(terms.outcome) if terms.outcome else None,
        planned_sessions=terms.sessions,
        held=sessions.count("held"),
        missed=sessions.count("missed"),
        scores=changes(all_scores(known.state), terms.opened, until),
        goals=goals_now(care, lambda goal: goal.ended != "dropped", until),
        closeness=closeness(known, terms.opened, until),
        disputes=came_to,
        strategies=tried_so_far(known, care.strategies),
        links=shown_links(known),
        links_unclear=unclear(known),
        ahead=_ahead(known, care, until, came_to),
        safe_contact_first=known.violent_people,
    )


def _ahead(known: Known, care: Care, until: Day, came_to: tuple[DisputeView, ...]) -> PlanAhead:
    agreed = care.terms.maintenance
    return PlanAhead(
        maintenance=MaintenanceRhythm(agreed) if agreed else None,
        open_goals=tuple(sorted(name for name, goal in care.goals.items() if not goal.ended)),
        open_disputes=tuple(one.person for one in came_to if one.stages[-1].stage is not DisputeStage.RENEGOTIATION),
        anniversaries=tuple(
            sorted(come_round(known, until + 1, until + AHEAD), key=lambda one: (one.on, one.kind, one.person or ""))
        ),
    )
