"""One instrument's totals over time: what is more than measurement error, and what stayed.

Called by the detector of reliable deterioration, and by whatever shows or counts change, so that all say the same.

- Reliable change is judged against the mean of the first two totals and counts once two totals in a row show it.
  After a confirmed improvement the baseline is the mean of the two that confirmed it, so that a relapse is seen.
- A step into the severe band is known at once where it is beyond error at 99 % (1.31 of the reliable change, which is
  beyond error at 95 %), and otherwise by the next total, if that is severe and reliably higher too. Between the first
  two totals the first alone is the baseline, and stays it after such a step.

With noise as large as the PHQ-9's (SEM 2.16) and stable patients' true totals around 12 (SD 5), 3.8 % of them are ever
taken for worse over 26 totals (5.2 % where a third of the noise is carried over from week to week), and 89 % of held
steps of 8 are seen by the fourth. Of steps from 12 into the severe band (22), 78 % are known with their first total and
96 % with their second. tests/core/test_course.py holds this. To raise every reliable step into the band at once flags
7.8 % of stable patients. A step into it of less than reliable size cannot be told from noise: it is a change of band.

Sources: NHS Talking Therapies manual (reliable change, caseness), as schemas/questionnaires/*.yaml say by instrument;
Jacobson & Truax 1991 (reliable change is beyond measurement error at 95 %).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from schemas.questionnaires import INSTRUMENTS, Instrument
from streams.core.entry import ScoreEntry

SURE: Final = 2.576 / 1.96
"""Reliable changes that are beyond measurement error at 99 %."""
BASELINE_OF: Final = 2
"""Scores whose mean is the baseline."""
HELD: Final = 2
"""Scores in a row that show a change to have stayed."""


@dataclass(frozen=True, slots=True)
class Deterioration:
    """Scores that show it, the last one just in, against `baseline` (points)."""

    baseline: float
    scores: tuple[ScoreEntry, ...]
    into_severe: bool


class Standing(NamedTuple):
    """How things stand at one score. Changes are points of total, positive for worse; None before they can be told."""

    score: ScoreEntry
    before: ScoreEntry | None
    """The score before this one."""
    baseline: float | None
    """What this score is held against."""
    start: float | None
    """What the course began with: the first baseline."""
    deteriorated: bool
    """This score and the one before are reliably above their baseline."""
    improved: bool
    """This score and the one before are reliably below the start."""
    recovered: bool
    """Improved, with both below caseness, from a start that was a case."""
    news: Deterioration | None
    """A deterioration that is first known with this score."""

    @property
    def total(self) -> float:
        """Points."""
        return self.score.total / 100

    @property
    def change(self) -> float | None:
        """Against the baseline."""
        return None if self.baseline is None else self.total - self.baseline

    @property
    def change_from_start(self) -> float | None:
        """Against the start."""
        return None if self.start is None else self.total - self.start

    @property
    def band(self) -> str:
        """The band of this score."""
        return _band(self.score)

    @property
    def band_before(self) -> str | None:
        """The band of the score before, where it was another; None where the band has not changed."""
        if self.before is None or _band(self.before) == self.band:
            return None
        return _band(self.before)


def reaches(change: float, limit: float) -> bool:
    """Whether a change of totals is at least `limit`; 13.2 - 6.2 is 7, though floats make it less."""
    return change >= limit - 1e-6


def course_of(scores: Sequence[ScoreEntry], instrument: Instrument) -> list[Standing]:
    """How things stood at each of one instrument's scores.

    Args:
        scores: all of one patient's, in time order.
        instrument: theirs.
    """
    totals = [score.total / 100 for score in scores]
    early = _early_step(scores, totals, instrument)
    news = [early if early is not None and early.scores[-1] is score else None for score in scores[:3]]
    known = [
        Standing(score, before, None, None, False, False, False, told)
        for score, before, told in zip(scores[:2], (None, *scores), news, strict=False)
    ]
    if len(scores) < BASELINE_OF:
        return known
    start = baseline = sum(totals[:BASELINE_OF]) / BASELINE_OF if early is None else totals[0]
    reliable, caseness = instrument.reliable_change, instrument.caseness
    worse_before = raised = early is not None
    better_before = improved_before = False
    for index in range(BASELINE_OF, len(scores)):
        total, last = totals[index], totals[index - 1]
        worse, better = reaches(total - baseline, reliable), reaches(baseline - total, reliable)
        improved = reaches(start - total, reliable)
        told = news[index] if index < len(news) else None
        if worse and not raised:
            told = _deterioration(scores, index, baseline, instrument, confirmed=worse_before)
        recovered = improved and improved_before and reaches(start, caseness) and caseness > max(total, last)
        known.append(
            Standing(scores[index], scores[index - 1], baseline, start,
                     worse and worse_before, improved and improved_before, recovered, told)
        )  # fmt: skip
        raised = worse and (raised or told is not None)
        if better and better_before:
            baseline, better = (last + total) / 2, False
        worse_before, better_before, improved_before = worse, better, improved
    return known


def _deterioration(
    scores: Sequence[ScoreEntry], index: int, baseline: float, instrument: Instrument, *, confirmed: bool
) -> Deterioration | None:
    """What the score at `index`, reliably above `baseline`, makes known: with the one before it, or by itself."""
    first = index - 1 if confirmed else index
    severe = instrument.severe(scores[index].total / 100)
    into_severe = severe and not instrument.severe(scores[first - 1].total / 100)
    change = scores[index].total / 100 - baseline
    if confirmed or (into_severe and reaches(change, SURE * instrument.reliable_change)):
        return Deterioration(baseline, tuple(scores[first : index + 1]), into_severe)
    return None


def _early_step(scores: Sequence[ScoreEntry], totals: Sequence[float], instrument: Instrument) -> Deterioration | None:
    """A step into the severe band between the first two totals, where the first alone is the baseline."""
    first, following = totals[:1], totals[1:3]
    if not following or instrument.severe(first[0]) or not instrument.severe(following[0]):
        return None
    rise = min(following) - first[0]
    if reaches(following[0] - first[0], SURE * instrument.reliable_change):
        return Deterioration(first[0], (scores[1],), True)
    if len(following) == HELD and instrument.severe(following[1]) and reaches(rise, instrument.reliable_change):
        return Deterioration(first[0], (scores[1], scores[2]), True)
    return None


def _band(score: ScoreEntry) -> str:
    return INSTRUMENTS[score.instrument].band(score.total / 100)
