"""One part of a brief or a review, and the words that several parts share."""

from dataclasses import dataclass

from schemas.brief_view import GoalNow, LinkNote, Near, StrategyTried
from schemas.views import Cell
from streams.console.times import day, short_day
from streams.console.words import link_title, plain, points


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its sentences; `private` is for the screen and never for paper."""

    title: str
    lines: tuple[str, ...]
    private: bool = False


def safe_contact(people: tuple[str, ...], more: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """The section that comes first where violence was logged."""
    if not people:
        return ()
    first = (
        f"Safe contact first: violence was logged of {', '.join(people)}. Nobody is contacted before it is known how."
    )
    return (Section("On this screen only", (first, *more), private=True),)


def links(found: tuple[LinkNote, ...], unclear: int, more: int = 0) -> Section:
    """What mood is associated with; never what moves it."""
    told = [_link(link) for link in found]
    if more:
        told.append(f"{more} more on the patient's page.")
    if unclear:
        told.append(f"Not enough yet to tell for {_others(unclear, found)}.")
    return Section("What mood moves along with", tuple(told) or ("No interaction was reported yet.",))


def goals(known: tuple[GoalNow, ...]) -> tuple[str, ...]:
    """Each goal with how far it is reached."""
    return tuple(_goal(goal) for goal in known)


def near(one: Near) -> str:
    """A life event, or a loss that comes round."""
    who = f" ({one.person})" if one.person else ""
    if one.years is None:
        return f"{day(one.on)}: {plain(one.kind)}{who}."
    return f"{day(one.on)}: {times(one.years, 'year')} since a {plain(one.kind)}{who}."


def tried(one: StrategyTried) -> str:
    """With whom, how often, and how much it helped."""
    helped = "nobody said whether it helped" if one.helped is None else f"helped {one.helped:.1f} of 10"
    rated = f" ({one.rated} of them rated)" if 0 < one.rated < one.times else ""
    return f"{one.strategy} with {one.person}: tried {often(one.times)}{rated}, {helped}"


def often(number: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def times(number: int, what: str) -> str:
    """`1 year`, `2 years`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _others(number: int, found: tuple[LinkNote, ...]) -> str:
    if found:
        return times(number, "other")
    return f"{number} that {'was' if number == 1 else 'were'} looked at"


def _link(link: LinkNote) -> str:
    title = link_title(Cell(person=link.person, kind=link.kind, pattern=link.pattern))
    direction = "lower" if link.effect < 0 else "higher"
    told = (
        f"{title}: associated with mood {abs(link.effect):.1f} points {direction} over the 6 hours after "
        f"(95 % interval {points(link.low)} to {points(link.high)}, n = {link.n})."
    )
    if link.low_before:
        told += " Mood was already low before these events."
    return told + (" Older ones are not counted here, for want of room." if link.partial else "")


def _goal(goal: GoalNow) -> str:
    area = f" ({plain(goal.problem_area)})" if goal.problem_area else ""
    if goal.last is None or goal.rated_on is None:
        told = f"set on {short_day(goal.set_on)}, not rated yet"
    elif goal.first == goal.last:
        told = f"{goal.last:g} of 10 on {short_day(goal.rated_on)}"
    else:
        told = f"{goal.last:g} of 10 on {short_day(goal.rated_on)}, first {goal.first:g}"
    if goal.met_on:
        told += f"; met on {short_day(goal.met_on)}"
    if goal.dropped_on:
        told += f"; dropped on {short_day(goal.dropped_on)}"
    return f"{goal.goal}{area}: {told}."
