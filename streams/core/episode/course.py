"""How care goes on: what all steps that count add up to. It grows by a few bytes a session; nothing private is in it.

Everything stands in the order in which the steps were judged, so equal sets of steps give equal bytes.
"""

import msgspec

from streams.core.episode.steps import Joined, SessionStep, Terms
from streams.core.moments import Day, Micros


class Rated(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A rating on a local day, in hundredths (0-1000)."""

    day: Day
    rating: int


class Goal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A goal: since when it is set, what it was rated, and whether it is `met` or `dropped` (else empty)."""

    set_on: Day
    area: str
    ratings: tuple[Rated, ...] = ()
    ended: str = ""
    ended_on: Day | None = None


class Strategy(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A strategy: for which goal, instead of what, how it was rated, and the day it was dropped."""

    set_on: Day
    goal: str
    replaces: str
    ratings: tuple[Rated, ...] = ()
    dropped_on: Day | None = None


class Session(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A session as it stands, how often it was moved, and when it became what it is."""

    now: SessionStep
    moved: int
    known: Micros


class Begun(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The day a phase begins, and when that was said."""

    day: Day
    known: Micros


class Agreed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The problem areas agreed from a local day on."""

    day: Day
    areas: tuple[str, ...]


class Assigned(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The care team from a local day on; empty for none."""

    day: Day
    team: str


class Care(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One episode of care."""

    terms: Terms
    planned: Micros
    """Since when the opening and the phases' numbers of sessions stand as they do."""
    agreed: tuple[Agreed, ...] = ()
    phases: dict[str, Begun] = {}
    """The phases whose beginning was said."""
    goals: dict[str, Goal] = {}
    strategies: dict[str, Strategy] = {}
    sessions: dict[str, Session] = {}
    teams: tuple[Assigned, ...] = ()

    def covers(self, day: Day) -> bool:
        """Whether `day` lies in it, first and last day counted."""
        return self.terms.opened <= day and (self.terms.closed is None or day <= self.terms.closed)

    def areas_on(self, day: Day) -> tuple[str, ...]:
        """The problem areas that stood agreed on `day`; none before the first agreement."""
        return next((agreed.areas for agreed in reversed(self.agreed) if agreed.day <= day), ())

    def team_on(self, day: Day) -> str:
        """The care team that had been named by `day`; empty for none."""
        return next((known.team for known in reversed(self.teams) if known.day <= day), "")


class Tries(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How often a strategy was tried with one person, how often it was said how much it helped, and the sum of that."""

    times: int = 0
    rated: int = 0
    helped: int = 0
    """Hundredths."""


class Course(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All episodes of one patient, by id, the groups, and which strategies were tried with whom."""

    episodes: dict[str, Care] = {}
    groups: tuple[Joined, ...] = ()
    tried: dict[str, dict[str, Tries]] = {}
    """By strategy, then person."""
    steps: int = 0
    """How many steps counted."""

    def care_on(self, day: Day) -> Care | None:
        """The episode that `day` lies in; of several the one opened last."""
        last: Care | None = None
        for care in self.episodes.values():
            if care.covers(day) and (last is None or care.terms.opening > last.terms.opening):
                last = care
        return last

    def member_of(self, group: str, day: Day) -> bool:
        """Whether the patient belongs to `group` on `day`."""
        return any(
            known.group == group and known.joined <= day and (known.left is None or day <= known.left)
            for known in self.groups
        )
