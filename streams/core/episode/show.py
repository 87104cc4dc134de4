"""Episodes of care as the console shows them. Called by `view`."""

from datetime import date

from schemas.episode_view import (
    EpisodeView,
    GoalView,
    GroupView,
    PhaseView,
    RatingView,
    SessionView,
    StrategyView,
    TriedView,
)
from schemas.vocabulary import (
    Arm,
    DiagnosisFocus,
    EpisodeOutcome,
    MaintenanceRhythm,
    Modality,
    ProblemArea,
    SessionStatus,
    Skill,
)
from streams.core.episode.course import Care, Course, Goal, Rated, Strategy, Tries
from streams.core.episode.phases import PhaseSpan, held, spans
from streams.core.moments import Day, day_date
from streams.core.policy import PhasePolicy


def show_episodes(course: Course, policy: PhasePolicy) -> tuple[EpisodeView, ...]:
    """All of a patient's episodes, in the order they opened."""
    cares = sorted(course.episodes.values(), key=lambda care: (care.terms.opened, care.terms.episode))
    return tuple(_episode(care, course, policy) for care in cares)


def show_groups(course: Course) -> tuple[GroupView, ...]:
    """The groups, in the order they were joined."""
    groups = sorted(course.groups, key=lambda known: (known.joined, known.group))
    return tuple(
        GroupView(group=g.group, joined_on=day_date(g.joined), left_on=_date(g.left), leaders=g.leaders) for g in groups
    )


def _episode(care: Care, course: Course, policy: PhasePolicy) -> EpisodeView:
    terms = care.terms
    sessions = care.sessions.values()
    return EpisodeView(
        episode=terms.episode,
        modality=Modality(terms.modality),
        focus=DiagnosisFocus(terms.focus),
        arm=Arm(terms.arm),
        opened_on=day_date(terms.opened),
        planned_sessions=terms.sessions,
        problem_areas=tuple(map(ProblemArea, terms.areas)),
        maintenance=MaintenanceRhythm(terms.maintenance) if terms.maintenance else None,
        closed_on=_date(terms.closed),
        outcome=EpisodeOutcome(terms.outcome) if terms.outcome else None,
        care_team=terms.team or None,
        therapist=terms.therapist or None,
        phases=tuple(map(_phase, spans(care, policy))),
        goals=tuple(_goal(name, goal) for name, goal in care.goals.items()),
        strategies=tuple(_strategy(name, known, course) for name, known in care.strategies.items()),
        sessions=_sessions(care),
        held=sum(known.now.status == "held" for known in sessions),
        missed=sum(known.now.status == "missed" for known in sessions),
        moved=sum(known.moved for known in sessions),
    )


def _phase(span: PhaseSpan) -> PhaseView:
    return PhaseView(phase=span.phase, first=day_date(span.first), last=_date(span.last), said=span.said)


def _goal(name: str, goal: Goal) -> GoalView:
    ended = _date(goal.ended_on)
    return GoalView(
        goal=name,
        problem_area=ProblemArea(goal.area) if goal.area else None,
        set_on=day_date(goal.set_on),
        ratings=_ratings(goal.ratings),
        met_on=ended if goal.ended == "met" else None,
        dropped_on=ended if goal.ended == "dropped" else None,
    )


def _strategy(name: str, known: Strategy, course: Course) -> StrategyView:
    return StrategyView(
        strategy=name,
        goal=known.goal,
        replaces=known.replaces,
        set_on=day_date(known.set_on),
        ratings=_ratings(known.ratings),
        dropped_on=_date(known.dropped_on),
        tried=tuple(_tried(person, tries) for person, tries in sorted(course.tried.get(name, {}).items())),
    )


def _tried(person: str, tries: Tries) -> TriedView:
    helped = round(tries.helped / tries.rated / 100, 2) if tries.rated else None
    return TriedView(person=person, times=tries.times, helped=helped)


def _sessions(care: Care) -> tuple[SessionView, ...]:
    numbers = {known.now.session: number for number, known in held(care)}
    return tuple(
        SessionView(
            session=known.now.session,
            status=SessionStatus(known.now.status),
            on=day_date(known.now.on),
            number=numbers.get(known.now.session, known.now.number),
            moved=known.moved,
            group=known.now.group or None,
            cohesion=None if known.now.cohesion is None else known.now.cohesion / 100,
            skills=tuple(map(Skill, known.now.skills)),
        )
        for known in sorted(care.sessions.values(), key=lambda known: (known.now.on, known.now.session))
    )


def _ratings(ratings: tuple[Rated, ...]) -> tuple[RatingView, ...]:
    return tuple(RatingView(day=day_date(rated.day), rating=rated.rating / 100) for rated in ratings)


def _date(day: Day | None) -> date | None:
    return None if day is None else day_date(day)
