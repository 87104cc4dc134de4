"""What was shown of trial patients, held against the truth: the figures of `ipt-pulse evaluate links`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from schemas.views import Cell, Link
from streams.cli.goal import Goal
from streams.core.links.read import OVER_6_HOURS
from streams.simulate.link_trial import LIFTS, LOWERS, TrialEvent, TrialPatient


@dataclass(frozen=True, slots=True)
class Judged:
    """One link, and what truly goes on in its cell."""

    family: str
    link: Link
    truth: float
    """Mood points right after an event, over the events of the cell."""

    @property
    def false(self) -> bool:
        """It is shown, but nothing goes on, or the opposite does."""
        return self.link.shown and self.truth * self.link.peak <= 0

    @property
    def covered(self) -> bool:
        """The interval holds the truth."""
        return self.link.low <= self.truth * OVER_6_HOURS <= self.link.high


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1; an empty share is 0."""

    cells: int
    shown: int
    false_discovery: float
    """Of what is shown."""
    coverage: float
    """Of all cells, how many intervals hold the truth."""
    power: float
    """Of the cells of a person that lower the mood by 1.8, how many are shown; of a family's, if it is the only one."""
    power_lifts: float
    """Of those that lift it by 1.0."""


@dataclass(frozen=True, slots=True)
class Round:
    """One seed's patients, judged."""

    seed: int
    judged: tuple[Judged, ...]
    shuffled: float
    """Share of the shuffled patients who are shown anything."""

    @classmethod
    def pooled(cls, rounds: Sequence["Round"]) -> "Round":
        """All seeds as if they were one; they are of one size."""
        judged = tuple(judged for one in rounds for judged in one.judged)
        return cls(rounds[0].seed, judged, fmean(one.shuffled for one in rounds))

    def only(self, family: str) -> "Round":
        """The cells of one family alone."""
        return Round(self.seed, tuple(one for one in self.judged if one.family == family), self.shuffled)

    def figures(self) -> Figures:
        """Count."""
        return figures(self.judged)


GOALS: Final[tuple[Goal[Round], ...]] = (
    Goal("false_discovery", lambda one: one.figures().false_discovery, 0.05, most=True),
    Goal("coverage", lambda one: one.figures().coverage, 0.93, most=False),
    Goal("power", lambda one: one.figures().power, 0.75, most=False),
    Goal("shuffled", lambda one: one.shuffled, 0.02, most=True),
)


def judge(patient: TrialPatient, links: Iterable[Link]) -> Iterator[Judged]:
    """Each of a patient's links with the truth of its cell."""
    for link in links:
        effects = [patient.effects[event.cell] for event in patient.events if _within(patient, event, link.cell)]
        yield Judged(family(link.cell), link, round(fmean(effects), 9))


def family(cell: Cell) -> str:
    """The family of cells that this one is in."""
    if cell.pattern is not None:
        return "pattern"
    return "kind" if cell.person is None else "person"


def figures(judged: Sequence[Judged]) -> Figures:
    """Count. Power is that of the persons' cells, as the trial plants its effects there, where there are any."""
    shown = [one for one in judged if one.link.shown]
    planted = [one for one in judged if one.family == "person"] or judged
    return Figures(
        cells=len(judged),
        shown=len(shown),
        false_discovery=share(one.false for one in shown),
        coverage=share(one.covered for one in judged),
        power=share(one.link.shown for one in planted if one.truth == LOWERS),
        power_lifts=share(one.link.shown for one in planted if one.truth == LIFTS),
    )


def share(answers: Iterable[bool]) -> float:
    """Of all answers, how many are yes; 0 when there is none."""
    counted = list(answers)
    return sum(counted) / len(counted) if counted else 0.0


def _within(patient: TrialPatient, event: TrialEvent, cell: Cell) -> bool:
    person, kind = patient.cells[event.cell]
    if cell.pattern is not None:
        return cell.pattern in event.patterns
    return cell.kind == kind and cell.person in {None, person}
