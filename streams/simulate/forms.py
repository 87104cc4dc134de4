"""Questionnaires as a made-up patient fills them in: totals follow the mood of the weeks asked about."""

import numpy as np

from schemas.questionnaires import INSTRUMENTS
from streams.simulate.mood import Floats

_BEST, _WORST = 9.0, 0.0
"""Mean moods at which hardly any and nearly every symptom is there."""
_SKIPPED = 0.03
"""Share of questionnaires in which one item is left out."""
_NOISE = 0.5 / (1.96 * 2**0.5)
"""Standard error of a total, in reliable changes: half of what the instrument allows; the moods bring the rest."""


def fill_in(rng: np.random.Generator, instrument: str, moods: Floats, safety: int | None = None) -> dict[str, object]:
    """`questionnaire.v1` data.

    Args:
        rng: where chance comes from.
        instrument: its name.
        moods: mean mood of each day asked about, at least one.
        safety: the answer to the item on thoughts of death; None: 0.
    """
    form = INSTRUMENTS[instrument]
    asked = [item for item in form.items if item != form.safety_item]
    most = len(asked) * form.item_maximum
    burden = float(np.clip((_BEST - moods.mean()) / (_BEST - _WORST), 0.03, 0.97))
    total = int(np.clip(np.rint(rng.normal(burden * most, form.reliable_change * _NOISE)), 0, most))
    spread = np.bincount(rng.permutation(most)[:total] % len(asked), minlength=len(asked))
    answers = dict(zip(asked, spread.tolist(), strict=True))
    if form.safety_item is not None:
        answers[form.safety_item] = safety or 0
    if rng.random() < _SKIPPED:
        skipped = str(rng.choice([item for item in answers if item != form.safety_item]))
        del answers[skipped]
    return {"instrument": instrument, "items": answers, "language": "en"}
