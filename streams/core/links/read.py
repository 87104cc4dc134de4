"""What a reader is shown of the links: prior, variance and the control of false discoveries come in here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, sqrt
from types import MappingProxyType

from schemas.views import Cell, Link, MergedLinks
from streams.core.links.before import low_before
from streams.core.links.fold import advance
from streams.core.links.items import Happened, Item
from streams.core.links.merge import as_one_person
from streams.core.links.population import LinkPopulation, Sufficient
from streams.core.links.posterior import Posterior, posterior
from streams.core.links.state import CELLS_MAXIMUM, FAMILIES, MERGED, Links

EVENTS_MINIMUM = 5
EFFECT_MINIMUM = 0.5
"""Mood points right after the event below which a link is of no use to anybody."""
FALSE_DISCOVERIES = 0.05
"""Benjamini-Hochberg's q over all of a patient's cells."""
OWN_DOUBT = 0.05
"""A link is shown only if the patient's own events, without the population, are at most this likely by chance."""
OVER_6_HOURS = 1 - exp(-1)
"""Mean of the fading trace over the 6 hours after an event."""
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class _Reading:
    cell: Cell
    events: int
    mean: float
    sd: float
    doubt: float
    """Chance of seeing this much if the events went along with nothing."""
    low_before: bool
    partial: bool
    """Older events of it are counted with the merged ones."""


def read(
    links: Links,
    open_window: Sequence[Item],
    population: LinkPopulation,
    patient: str,
    same: Mapping[str, str] = MappingProxyType({}),
) -> list[Link]:
    """All of a patient's links, shown or not, in a fixed order.

    Args:
        links: what passed the horizon.
        open_window: what has not, each item once, in (time, mark) order.
        population: the priors.
        patient: the pseudonym the links are made out to.
        same: merged person to the one whom their events count for.
    """
    whole = as_one_person(advance(links, open_window), same)
    readings = [reading for family in range(len(FAMILIES)) for reading in _read_family(whole, family, population)]
    threshold = _threshold([reading.doubt for reading in readings])
    readings.sort(key=lambda reading: (reading.cell.person or "", reading.cell.kind or "", reading.cell.pattern or ""))
    return [_link(reading, patient, threshold) for reading in readings]


def merged_links(
    links: Links, open_window: Sequence[Item], same: Mapping[str, str] = MappingProxyType({})
) -> MergedLinks | None:
    """The cells of person and kind that share one for want of room; None as long as there is room for each.

    Args: as for `read`.
    """
    met = {f"{item.person}/{item.kind}" for item in open_window if isinstance(item, Happened)}
    if MERGED not in links.cells[0] and len(met.union(links.cells[0])) <= CELLS_MAXIMUM:
        return None
    whole = as_one_person(advance(links, open_window), same)
    tally = whole.tallies[0][whole.cells[0].index(MERGED)]
    return MergedLinks(n=tally.events, cells=tuple(_cell(0, name) for name in whole.merged[0]))


def sufficient(
    links: Links, open_window: Sequence[Item], patient: str, same: Mapping[str, str] = MappingProxyType({})
) -> list[Sufficient]:
    """What this patient's own events say of each cell, for `fit_population`; arguments as for `read`."""
    whole = as_one_person(advance(links, open_window), same)
    found = []
    for family, family_name in enumerate(FAMILIES):
        solved = posterior(whole, family, LinkPopulation())
        for cell, name in enumerate(whole.cells[family]):
            own = _without_prior(solved, cell)
            if name != MERGED and own is not None:
                found.append(Sufficient(patient, family_name, name.rpartition("/")[2], *own))
    return found


def _without_prior(solved: Posterior, cell: int) -> tuple[float, float] | None:
    """Estimate and variance with the cell's own prior taken out again; None when it was all prior."""
    prior, mean, precision = solved.prior[cell], float(solved.mean[cell]), float(solved.sd[cell]) ** -2
    own = precision - prior.spread**-2
    if own < _HEARD:
        return None
    return (mean * precision - prior.mean * prior.spread**-2) / own, 1 / own


_HEARD = 0.02
"""Precision below which a cell says nothing of its kind."""


def _read_family(links: Links, family: int, population: LinkPopulation) -> list[_Reading]:
    solved = posterior(links, family, population)
    return [
        _Reading(
            cell=_cell(family, name),
            events=tally.events,
            mean=float(solved.mean[at]),
            sd=float(solved.sd[at]),
            doubt=_doubt(solved, at),
            low_before=low_before(tally, links, solved.spread),
            partial=name in links.merged[family],
        )
        for at, (name, tally) in enumerate(zip(links.cells[family], links.tallies[family], strict=True))
        if name != MERGED
    ]


def _doubt(solved: Posterior, cell: int) -> float:
    """How likely this much would be of events that go along with nothing: 1 unless the patient's own events say so too.

    Where most patients go one way, the population's mean alone would show a link to patients who never had it.
    """
    own = _without_prior(solved, cell)
    mean = float(solved.mean[cell])
    if own is None or own[0] * mean < 0 or _tails(abs(own[0]) / sqrt(own[1])) > OWN_DOUBT:
        return 1.0
    return _tails(abs(mean) / float(solved.sd[cell]))


def _tails(deviation: float) -> float:
    return erfc(deviation / sqrt(2))


def _cell(family: int, name: str) -> Cell:
    if FAMILIES[family] == "person":
        person, _, kind = name.rpartition("/")
        return Cell(person=person, kind=kind)
    return Cell(kind=name) if FAMILIES[family] == "kind" else Cell(pattern=name)


def _threshold(doubts: list[float]) -> float:
    """The largest doubt that Benjamini-Hochberg lets through; below 0 when none."""
    passing = [doubt for rank, doubt in enumerate(sorted(doubts), 1) if doubt <= FALSE_DISCOVERIES * rank / len(doubts)]
    return max(passing, default=-1.0)


def _link(reading: _Reading, patient: str, threshold: float) -> Link:
    effect, reach = OVER_6_HOURS * reading.mean, OVER_6_HOURS * _Z95 * reading.sd
    shown = reading.events >= EVENTS_MINIMUM and abs(reading.mean) >= EFFECT_MINIMUM and reading.doubt <= threshold
    return Link(
        patient=patient,
        cell=reading.cell,
        n=reading.events,
        peak=round(reading.mean, 4),
        effect=round(effect, 4),
        low=round(effect - reach, 4),
        high=round(effect + reach, 4),
        shown=shown,
        low_before=shown and reading.low_before,
        partial=reading.partial,
    )
