"""What the brief and the reviews are made from: a patient's state, read once. `view` makes it and hands it on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from schemas.views import Link
from schemas.vocabulary import InteractionKind
from streams.core.days import DayTotal
from streams.core.entry import AnyEntry, InteractionEntry
from streams.core.episode import Care, Course
from streams.core.episode.phases import held
from streams.core.inventory import interactions
from streams.core.moments import Day, local_day
from streams.core.policy import Policy
from streams.core.state import State

SHORTEST: Final = 7
"""Days that a brief is about at least."""
LONGEST: Final = 14
"""And at most: single interactions are not kept for longer."""
VIOLENCE: Final = InteractionKind.VIOLENCE.value


@dataclass(frozen=True)
class Known:
    """One patient, as of the day last heard of."""

    patient: str
    state: State
    policy: Policy
    course: Course
    """With the strategies tried in the open days."""
    same: Mapping[str, str]
    """Whose events count for whom."""
    links: Sequence[Link]

    @cached_property
    def open(self) -> list[AnyEntry]:
        """All that was told of the open days, in (time, mark) order."""
        return self.state.open

    @cached_property
    def days(self) -> tuple[DayTotal, ...]:
        """Days with a mood report, oldest first."""
        return self.state.days

    @cached_property
    def today(self) -> Day:
        """The local day last heard of."""
        newest = self.open[-1:]
        heard = local_day(self.state.newest, newest[0].offset if newest else 0)
        return max([heard, *(day.day for day in self.days[-1:])])

    @cached_property
    def began(self) -> Day:
        """The first local day of which anything is known."""
        state = self.state
        firsts = (*self.open[:1], *state.scores[:1], *state.people[:1], *state.noted[:1], *state.life[:1])
        known = [local_day(one.time, one.offset) for one in firsts]
        known += [day.day for day in self.days[:1]]
        known += [care.terms.opened for care in self.course.episodes.values()]
        known += [] if state.first_day is None else [state.first_day]
        return min(known, default=self.today)

    @cached_property
    def care(self) -> Care | None:
        """The episode that today lies in."""
        return self.course.care_on(self.today)

    @cached_property
    def last_care(self) -> Care | None:
        """The same, or else the one opened last."""
        opened = (care for care in self.course.episodes.values() if care.terms.opened <= self.today)
        return self.care or max(opened, key=lambda care: care.terms.opening, default=None)

    @cached_property
    def last_session(self) -> Day | None:
        """Day of the last session held before today."""
        days = [session.now.on for _, session in held(self.care)] if self.care else []
        return max((day for day in days if day < self.today), default=None)

    @cached_property
    def first(self) -> Day:
        """The first of the brief's days: that of the last session, whose evening was in no brief; 7 to 14 days."""
        first = self.today - SHORTEST + 1
        if self.last_session is not None:
            first = min(first, max(self.last_session, self.today - LONGEST + 1))
        return max(first, self.began)

    @cached_property
    def met(self) -> list[InteractionEntry]:
        """Interactions of the brief's days and the day before, in (time, mark) order; violence is not among them."""
        return [one for one in self._open_interactions if one.kind != VIOLENCE]

    @cached_property
    def violent(self) -> list[InteractionEntry]:
        """The violence logged on the brief's days and the day before."""
        return [one for one in self._open_interactions if one.kind == VIOLENCE]

    @cached_property
    def violent_people(self) -> tuple[str, ...]:
        """Everyone of whom violence was ever logged, by id."""
        return tuple(sorted({self.one(one.person) for one in interactions(self.state) if one.kind == VIOLENCE}))

    @cached_property
    def _open_interactions(self) -> list[InteractionEntry]:
        return [one for one in self.open if isinstance(one, InteractionEntry) and self.day(one) >= self.first - 1]

    def one(self, person: str) -> str:
        """The id that a person's events count for."""
        return self.same.get(person, person)

    def day(self, entry: InteractionEntry) -> Day:
        """The local day of an interaction."""
        return local_day(entry.time, entry.offset)
