"""What was shown of trial patients, held against the truth: the figures of `ipt-pulse evaluate links`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from schemas.views import Cell, Link
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
    """Of the cells that lower the mood by 1.8, how many are shown."""
    power_lifts: float
    """Of the cells that lift it by 1.0."""


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
    """Count."""
    shown = [one for one in judged if one.link.shown]
    return Figures(
        cells=len(judged),
        shown=len(shown),
        false_discovery=share(one.false for one in shown),
        coverage=share(one.covered for one in judged),
        power=share(one.link.shown for one in judged if one.truth == LOWERS),
        power_lifts=share(one.link.shown for one in judged if one.truth == LIFTS),
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
