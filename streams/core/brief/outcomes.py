"""Programme outcomes: how closed episodes of care came out, so that a clinic can hold its results against others'.

Called by `ipt-pulse outcomes`. Whoever began counts, also those who ended early, with the last total they gave. Rates
come twice: first against last total, as outcome studies tell them, and as confirmed by two totals in a row, as alerts
and reviews tell them (`change`). Recovery is counted among those who began at or above caseness.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, median
from typing import Final

from schemas.questionnaires import INSTRUMENTS
from schemas.review_view import Verdict
from streams.core.brief.effect import FEWEST, Effect, Rate, pre_post, rate
from streams.core.brief.treated import Treated

_BETTER: Final = ("improved", "recovered")


class By(StrEnum):
    """What tells groups apart."""

    MODALITY = "modality"
    FOCUS = "focus"
    ARM = "arm"


@dataclass(frozen=True, slots=True)
class Rates:
    """Of the patients with enough totals."""

    improved: Rate
    """Reliably better, recovered ones too."""
    recovered: Rate
    deteriorated: Rate


@dataclass(frozen=True, slots=True)
class Outcome:
    """One instrument among the closed episodes of a group; means are None for fewer than `FEWEST` patients."""

    group: dict[str, str]
    """By what tells it apart."""
    instrument: str
    episodes: int
    """Closed ones, with a total of this instrument or without."""
    sessions_median: float | None
    """Attended, of these episodes."""
    scored: int
    """Episodes with two totals or more."""
    first_mean: float | None
    last_mean: float | None
    effect: Effect | None
    first_to_last: Rates
    confirmed: Rates


def outcomes(episodes: Iterable[Treated], by: Sequence[By] = tuple(By)) -> list[Outcome]:
    """Every group that `by` tells apart, each instrument that was answered twice by anybody in it."""
    groups: dict[tuple[str, ...], list[Treated]] = defaultdict(list)
    for episode in episodes:
        groups[tuple(getattr(episode, name) for name in by)].append(episode)
    return [
        _outcome(dict(zip(map(str, by), values, strict=True)), instrument, members)
        for values, members in sorted(groups.items())
        for instrument in INSTRUMENTS
        if any(score.instrument == instrument and score.n > 1 for member in members for score in member.scores)
    ]


def _outcome(group: dict[str, str], instrument: str, members: Sequence[Treated]) -> Outcome:
    scored = [one for member in members for one in member.scores if one.instrument == instrument and one.n > 1]
    confirmed = [one for one in scored if one.confirmed != "not_enough"]
    cases = INSTRUMENTS[instrument].caseness
    enough = len(scored) >= FEWEST
    return Outcome(
        group=group,
        instrument=instrument,
        episodes=len(members),
        sessions_median=median(member.held for member in members) if len(members) >= FEWEST else None,
        scored=len(scored),
        first_mean=round(fmean(one.first for one in scored), 2) if enough else None,
        last_mean=round(fmean(one.last for one in scored), 2) if enough else None,
        effect=pre_post([(one.first, one.last) for one in scored]),
        first_to_last=_rates([(one.first_to_last, one.first >= cases) for one in scored]),
        confirmed=_rates([(one.confirmed, one.first >= cases) for one in confirmed]),
    )


def _rates(verdicts: Sequence[tuple[Verdict, bool]]) -> Rates:
    """From verdicts, and whether each began as a case."""
    return Rates(
        improved=rate([verdict in _BETTER for verdict, _ in verdicts]),
        recovered=rate([verdict == "recovered" for verdict, case in verdicts if case]),
        deteriorated=rate([verdict == "deteriorated" for verdict, _ in verdicts]),
    )
