"""Goals as the brief and the reviews tell them. Called by both."""

from collections.abc import Callable

from schemas.brief_view import GoalNow
from schemas.vocabulary import ProblemArea
from streams.core.episode import Care
from streams.core.episode.course import Goal
from streams.core.moments import Day, day_date


def goals_now(care: Care | None, worth: Callable[[Goal], bool], until: Day) -> tuple[GoalNow, ...]:
    """Those `worth` telling, as they stood on the day `until`, the oldest first."""
    if care is None:
        return ()
    told = [(name, goal) for name, goal in care.goals.items() if goal.set_on <= until and worth(goal)]
    return tuple(_goal(name, goal, until) for name, goal in sorted(told, key=lambda item: (item[1].set_on, item[0])))


def is_open_since(first: Day) -> Callable[[Goal], bool]:
    """Whether a goal is being worked on, or was met since `first`."""
    return lambda goal: goal.ended_on is None or (goal.ended == "met" and goal.ended_on >= first)


def _goal(name: str, goal: Goal, until: Day) -> GoalNow:
    ratings = [rated for rated in goal.ratings if rated.day <= until]
    first, last = ratings[:1], ratings[-1:]
    ended = None if goal.ended_on is None or goal.ended_on > until else day_date(goal.ended_on)
    return GoalNow(
        goal=name,
        problem_area=ProblemArea(goal.area) if goal.area else None,
        set_on=day_date(goal.set_on),
        first=first[0].rating / 100 if first else None,
        last=last[0].rating / 100 if last else None,
        rated_on=day_date(last[0].day) if last else None,
        met_on=ended if goal.ended == "met" else None,
        dropped_on=ended if goal.ended == "dropped" else None,
    )
