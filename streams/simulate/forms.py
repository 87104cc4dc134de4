"""Questionnaires as a made-up patient fills them in: totals follow the mood of the weeks asked about."""

import numpy as np

from schemas.questionnaires import INSTRUMENTS
from streams.simulate.mood import Floats

PERIOD_DAYS = {"PHQ-9": 14, "GAD-7": 14, "EDE-QS": 7}
"""How many days each instrument asks about."""
_BEST, _WORST = 8.0, 1.0
"""Mean moods at which hardly any and nearly every symptom is there."""
_SKIPPED = 0.03
"""Share of questionnaires in which one item is left out."""


def fill_in(rng: np.random.Generator, instrument: str, moods: Floats, safety: int | None = None) -> dict[str, object]:
    """`questionnaire.v1` data.

    Args:
        rng: where chance comes from.
        instrument: its name.
        moods: mean mood of each day asked about, at least one.
        safety: the answer to the item on thoughts of death; None: 0.
    """
    form = INSTRUMENTS[instrument]
    burden = float(np.clip((_BEST - moods.mean()) / (_BEST - _WORST), 0.03, 0.97))
    answers = {item: int(rng.binomial(form.item_maximum, burden)) for item in form.items}
    if form.safety_item is not None:
        answers[form.safety_item] = safety or 0
    if rng.random() < _SKIPPED:
        skipped = str(rng.choice([item for item in answers if item != form.safety_item]))
        del answers[skipped]
    return {"instrument": instrument, "items": answers, "language": "en"}
