"""Goals and the strategies that serve them: set, rated, met, dropped. Called by `advance`."""

from msgspec.structs import replace

from streams.core.episode.course import Care, Goal, Rated, Strategy
from streams.core.episode.illegal import Illegal, outside
from streams.core.episode.steps import GoalStep, Happening, StrategyStep


def goal(care: Care, happening: Happening, step: GoalStep) -> Care | Illegal:
    """Take a step in the life of a goal; setting it again takes it up again and keeps its ratings."""
    wrong = outside(care, happening.day)
    if wrong is not None:
        return wrong
    known = care.goals.get(step.goal)
    if step.what == "set":
        changed = _set_goal(happening, step, known)
    elif known is None:
        return Illegal("the goal was not set yet")
    elif known.ended == "dropped":
        return Illegal("the goal was dropped")
    elif step.rating is not None:
        changed = replace(known, ratings=(*known.ratings, Rated(happening.day, step.rating)))
    else:
        changed = replace(known, ended=step.what, ended_on=happening.day)
    return replace(care, goals=care.goals | {step.goal: changed})


def strategy(care: Care, happening: Happening, step: StrategyStep) -> Care | Illegal:
    """Take a step in the life of a strategy; setting it again takes it up again and keeps its ratings."""
    wrong = outside(care, happening.day)
    if wrong is not None:
        return wrong
    known = care.strategies.get(step.strategy)
    if step.what == "set":
        changed = _set_strategy(care, happening, step, known)
    elif known is None:
        return Illegal("the strategy was not set yet")
    elif known.dropped_on is not None:
        return Illegal("the strategy was dropped")
    elif step.rating is not None:
        changed = replace(known, ratings=(*known.ratings, Rated(happening.day, step.rating)))
    else:
        changed = replace(known, dropped_on=happening.day)
    if isinstance(changed, Illegal):
        return changed
    return replace(care, strategies=care.strategies | {step.strategy: changed})


def _set_goal(happening: Happening, step: GoalStep, known: Goal | None) -> Goal:
    if known is None:
        return Goal(happening.day, step.area)
    return replace(known, area=step.area, ended="", ended_on=None)


def _set_strategy(care: Care, happening: Happening, step: StrategyStep, known: Strategy | None) -> Strategy | Illegal:
    serves = care.goals.get(step.goal)
    if serves is None:
        return Illegal("its goal was not set yet")
    if serves.ended == "dropped":
        return Illegal("its goal was dropped")
    if known is None:
        return Strategy(happening.day, step.goal, step.replaces)
    return replace(known, goal=step.goal, replaces=step.replaces, dropped_on=None)
