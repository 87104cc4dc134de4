"""The course of care as the patient page shows it: phases, sessions, goals and strategies of the newest episode."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.episode_view import EpisodeView, GoalView, RatingView, SessionView, StrategyView
from schemas.views import PatientView
from schemas.vocabulary import SessionStatus
from streams.console.briefs.reviews import ARMS
from streams.console.briefs.section import often, times
from streams.console.times import day, short_day
from streams.console.words import plain

NEWEST_SESSIONS = 8
"""Shown at once; the earlier ones are folded away."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A goal or a strategy with its ratings; `line` is what a small picture of 100 by 20 draws of them."""

    title: str
    says: str
    line: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session."""

    on: date
    says: str


@dataclass(frozen=True, slots=True)
class Care:
    """The newest episode."""

    heading: str
    phases: tuple[str, ...]
    areas: str
    next_session: str
    """Empty when none is planned."""
    sessions: tuple[SessionRow, ...]
    """The newest first."""
    counts: str
    goals: tuple[Rated, ...]
    strategies: tuple[Rated, ...]


def care_of(view: PatientView, today: date) -> Care | None:
    """The newest episode of care; None where the clinic never opened one."""
    if not view.episodes:
        return None
    episode = view.episodes[-1]
    planned = sorted(one.on for one in episode.sessions if one.status is SessionStatus.PLANNED and one.on >= today)
    return Care(
        heading=_heading(episode),
        phases=tuple(
            f"{plain(one.phase).capitalize()}: {short_day(one.first)} to {short_day(one.last) if one.last else 'now'}"
            for one in episode.phases
        ),
        areas=", ".join(map(plain, episode.problem_areas)),
        next_session=day(planned[0]) if planned else "",
        sessions=tuple(SessionRow(one.on, _session(one)) for one in reversed(episode.sessions)),
        counts=_counts(episode),
        goals=tuple(map(_goal, episode.goals)),
        strategies=tuple(map(_strategy, episode.strategies)),
    )


def _heading(episode: EpisodeView) -> str:
    until = "now" if episode.closed_on is None else day(episode.closed_on)
    ended = "" if episode.outcome is None else f", ended: {plain(episode.outcome)}"
    team = f", care team {episode.care_team}" if episode.care_team else ""
    return (
        f"{plain(episode.focus).capitalize()}, {plain(episode.modality)}, {ARMS[episode.arm]}; "
        f"{day(episode.opened_on)} to {until}{ended}{team}"
    )


def _counts(episode: EpisodeView) -> str:
    planned = f" of {episode.planned_sessions} planned" if episode.planned_sessions else ""
    return f"{times(episode.held, 'session')} held{planned}, {episode.missed} missed, {episode.moved} moved"


def _session(one: SessionView) -> str:
    told = [one.status.value if one.number is None else f"session {one.number}, {one.status.value}"]
    told += [f"moved {often(one.moved)}"] if one.moved else []
    told += [f"cohesion {one.cohesion:g} of 10"] if one.cohesion is not None else []
    told += [f"practised: {', '.join(map(plain, one.skills))}"] if one.skills else []
    return "; ".join(told)


def _goal(goal: GoalView) -> Rated:
    area = f" ({plain(goal.problem_area)})" if goal.problem_area else ""
    ended = f"; met on {short_day(goal.met_on)}" if goal.met_on else ""
    ended += f"; dropped on {short_day(goal.dropped_on)}" if goal.dropped_on else ""
    return Rated(f"{goal.goal}{area}", f"{_rated(goal.ratings, goal.set_on)}{ended}", _line(goal.ratings))


def _strategy(one: StrategyView) -> Rated:
    ended = f"; dropped on {short_day(one.dropped_on)}" if one.dropped_on else ""
    tried = tuple(
        f"With {who.person}: tried {often(who.times)}"
        + ("" if who.helped is None else f", helped {who.helped:.1f} of 10 on average")
        for who in one.tried
    )
    says = f"Instead of {plain(one.replaces)}, for {one.goal}; {_rated(one.ratings, one.set_on)}{ended}"
    return Rated(one.strategy, says, _line(one.ratings), tried or ("Not tried yet, as far as was logged",))


def _rated(ratings: Sequence[RatingView], set_on: date) -> str:
    if not ratings:
        return f"set on {short_day(set_on)}, not rated yet"
    first, last = ratings[0], ratings[-1]
    now = f"{last.rating:g} of 10 on {short_day(last.day)}"
    return now if len(ratings) == 1 else f"{now}, first {first.rating:g} on {short_day(first.day)}"


def _line(ratings: Sequence[RatingView]) -> str:
    """A path from the first rating to the last, in the order of their days."""
    if len(ratings) < 2:  # noqa: PLR2004 - one point is no line
        return ""
    first, length = ratings[0].day, (ratings[-1].day - ratings[0].day).days or 1
    places = (f"{100 * (one.day - first).days / length:.1f} {20 - 2 * one.rating:.1f}" for one in ratings)
    return "M" + "L".join(places)
