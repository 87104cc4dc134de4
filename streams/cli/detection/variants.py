"""What else could be looked at to see a fall sooner: each as days for the mood rule, or as evidence beside them.

Called by `ipt-pulse evaluate signs`. None of this is in the product; docs/detection.md says what came of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from schemas.questionnaires import INSTRUMENTS
from streams.cli.detection.methods import day_sums
from streams.core.detect.fall import BASELINE
from streams.core.detect.many import BLOCK, Beside, Days, Floats
from streams.simulate.forms import standard_error
from streams.simulate.mood import ANSWERED, PROMPT_HOURS
from streams.simulate.signs_trial import ANSWERS_VARY, ASKED_ABOUT, CONFLICTS, MISSED, MORE, RISE, Told

OWN_DAYS, OWN_WEIGHT = 56, 10
"""Days from which a patient's own inflation is taken, and the weeks that what is usual counts for."""
MOST_OF_A_WEEK: Final = 12.0
"""From one week to the next no more counts as swing: it is a step."""
START_PROMPTS: Final = 20
"""Prompts that what is usual over patients counts for."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The mood rule on other days, or with more evidence."""

    days: Callable[[Told], Days] = lambda told: day_sums(told.mood)
    beside: Sequence[Callable[[Told], Beside]] = ()


def without_time_of_day(mood: Floats) -> Floats:
    """Mood without each patient's usual ups and downs over the day."""
    centred: Floats = mood - np.nanmean(mood, axis=0) + np.nanmean(mood, axis=(0, 1))
    return centred


def by_own_inflation(days: Days) -> Days:
    """Reports that count for less where a patient's first weeks vary more than is usual, for more where less.

    Neighbouring weeks are compared, by the variance within weeks, so that a rise or an earlier fall tells little.
    """
    weeks = (
        part[:OWN_DAYS].reshape(-1, BLOCK, part.shape[1]).sum(axis=1) for part in (days.n, days.totals, days.squares)
    )
    reports, totals, squares = weeks
    n = np.maximum(reports, 1)
    within = np.maximum((squares - totals**2 / n).sum(axis=0) / np.maximum(reports - 1, 0).sum(axis=0), 1)
    changes = n[1:] * n[:-1] / (n[1:] + n[:-1]) * np.diff(totals / n, axis=0) ** 2 / within
    swing = np.minimum(changes, MOST_OF_A_WEEK)
    own = (OWN_WEIGHT * swing.mean() + swing.sum(axis=0)) / (OWN_WEIGHT + len(swing))
    counts_for = swing.mean() / own
    return Days(days.n * counts_for, days.totals * counts_for, days.squares * counts_for)


def questionnaires(told: Told) -> Beside:
    """PHQ-9s since the day against the mean of those of the baseline: rising over two weeks, or not, but for error."""
    heard = (~np.isnan(told.totals)).astype(np.float64)
    totals = np.nan_to_num(told.totals)
    running = _running(heard), _running(totals)
    error = standard_error(INSTRUMENTS["PHQ-9"])

    def evidence(day: int, starts: NDArray[np.int_]) -> Floats:
        _, (n_before, before) = _both_sides(running, day, starts)
        since = np.arange(starts[0], day + 1)
        expected = RISE * np.clip((since - starts[:, None] + 1) / ASKED_ABOUT, 0, 1)
        usual = before / np.maximum(n_before, 1)
        product = expected @ totals[since] - usual * (expected @ heard[since])
        variance = error**2 * (1 + 1 / np.maximum(n_before, 1))
        likelier: Floats = np.where(n_before > 0, (product - (expected**2 @ heard[since]) / 2) / variance, 0)
        return likelier

    return evidence


def conflicts(told: Told) -> Beside:
    """Conflicts since the day, as a Poisson count for each answer at the baseline's rate or at one and a half of it."""
    running = _running(told.conflicts), _running(_answers(told))

    def evidence(day: int, starts: NDArray[np.int_]) -> Floats:
        (after, answered), (before, answered_before) = _both_sides(running, day, starts)
        usual = CONFLICTS / len(PROMPT_HOURS)
        rate = (before + usual * START_PROMPTS) / (answered_before + START_PROMPTS)
        likelier: Floats = after * np.log(MORE) - (MORE - 1) * rate * answered
        return likelier

    return evidence


def missed_answers(told: Told) -> Beside:
    """Answers since the day, as a share of the prompts like the baseline's or lower by a tenth of all."""
    answers = _running(_answers(told))

    def evidence(day: int, starts: NDArray[np.int_]) -> Floats:
        ((after,), (before,)) = _both_sides((answers,), day, starts)
        asked_before = len(PROMPT_HOURS) * np.minimum(starts, BASELINE)[:, None]
        missed = len(PROMPT_HOURS) * (day + 1 - starts)[:, None] - after
        share = (before + ANSWERED * START_PROMPTS) / (asked_before + START_PROMPTS)
        lower = share * (1 - MISSED / ANSWERED)
        likelier: Floats = after * np.log(lower / share) + missed * np.log((1 - lower) / (1 - share))
        return likelier / ANSWERS_VARY

    return evidence


def faint(sign: Callable[[Told], Beside]) -> Callable[[Told], Beside]:
    """`sign` at a third of its weight: it shares its swings with mood, and so says less than it seems to."""

    def fainter(told: Told) -> Beside:
        whole = sign(told)
        return lambda day, starts: whole(day, starts) / 3

    return fainter


ALL_THREE: Final = (questionnaires, conflicts, missed_answers)
VARIANTS: Final[Mapping[str, Variant]] = {
    "mood alone": Variant(),
    "time of day taken out": Variant(lambda told: day_sums(without_time_of_day(told.mood))),
    "own inflation": Variant(lambda told: by_own_inflation(day_sums(told.mood))),
    "mean of mood and feelings": Variant(lambda told: day_sums(np.mean([told.mood, *told.feelings], axis=0))),
    "with questionnaires": Variant(beside=(questionnaires,)),
    "with conflicts": Variant(beside=(conflicts,)),
    "with missed answers": Variant(beside=(missed_answers,)),
    "with all three": Variant(beside=ALL_THREE),
    "with all three, faint": Variant(beside=tuple(faint(sign) for sign in ALL_THREE)),
}


def _answers(told: Told) -> Floats:
    """How many prompts were answered; shape (days, patients)."""
    answered: Floats = (~np.isnan(told.mood)).sum(axis=1).astype(np.float64)
    return answered


def _running(values: NDArray[np.generic]) -> Floats:
    """Sums over the days before each; one row more than `values`."""
    sums: Floats = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    return sums


def _both_sides(running: Sequence[Floats], day: int, starts: NDArray[np.int_]) -> tuple[list[Floats], list[Floats]]:
    """Sums from each start to `day`, and over the baseline before it."""
    firsts = np.maximum(starts - BASELINE, 0)
    return [sums[day + 1] - sums[starts] for sums in running], [sums[starts] - sums[firsts] for sums in running]
