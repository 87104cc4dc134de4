"""Questionnaires as a made-up patient fills them in: a true level that follows the usual mood, and measurement error.

The error is each instrument's own: its reliable change is what lies beyond error at 95 % (Jacobson & Truax 1991), so
the standard error of a total is reliable change / (1.96·√2), and who is stable changes by more only by chance.
"""

import numpy as np

from schemas.questionnaires import INSTRUMENTS, Instrument

_BEST, _WORST = 9.0, 0.0
"""Usual moods at which hardly any and nearly every symptom is there."""
_SKIPPED = 0.03
"""Share of questionnaires in which one item is left out."""


def standard_error(form: Instrument) -> float:
    """Of a total, in points."""
    return float(form.reliable_change / (1.96 * 2**0.5))


def fill_in(rng: np.random.Generator, instrument: str, usual: float, safety: int | None = None) -> dict[str, object]:
    """`questionnaire.v1` data.

    Args:
        rng: where chance comes from.
        instrument: its name.
        usual: mean of the usual mood over the days asked about, 0-10.
        safety: the answer to the item on thoughts of death; None: 0.
    """
    form = INSTRUMENTS[instrument]
    asked = [item for item in form.items if item != form.safety_item]
    most = len(asked) * form.item_maximum
    burden = float(np.clip((_BEST - usual) / (_BEST - _WORST), 0.03, 0.97))
    total = int(np.clip(np.rint(rng.normal(burden * most, standard_error(form))), 0, most))
    spread = np.bincount(rng.permutation(most)[:total] % len(asked), minlength=len(asked))
    answers = dict(zip(asked, spread.tolist(), strict=True))
    if form.safety_item is not None:
        answers[form.safety_item] = safety or 0
    if rng.random() < _SKIPPED:
        skipped = str(rng.choice([item for item in answers if item != form.safety_item]))
        del answers[skipped]
    return {"instrument": instrument, "items": answers, "language": "en"}
