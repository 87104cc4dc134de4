"""Questionnaires as the patient page shows them: one card an instrument, the newest total first."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.questionnaires import INSTRUMENTS
from schemas.views import ScoreView


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """One instrument's totals, the newest first; `change` is in points since the total before."""

    instrument: str
    maximum: int | None
    caseness: int | None
    scores: tuple[ScoreView, ...]
    change: float | None


def score_cards(scores: Iterable[ScoreView]) -> tuple[ScoreCard, ...]:
    """A card for each instrument that was ever answered, in the order of the instruments."""
    by_instrument: dict[str, list[ScoreView]] = {name: [] for name in INSTRUMENTS}
    for score in sorted(scores, key=lambda score: score.time, reverse=True):
        by_instrument.setdefault(score.instrument, []).append(score)
    return tuple(_card(name, tuple(answered)) for name, answered in by_instrument.items() if answered)


def _card(name: str, scores: tuple[ScoreView, ...]) -> ScoreCard:
    instrument = INSTRUMENTS.get(name)
    return ScoreCard(
        instrument=name,
        maximum=instrument.total_maximum if instrument else None,
        caseness=instrument.caseness if instrument else None,
        scores=scores,
        change=scores[0].total - scores[1].total if len(scores) > 1 else None,
    )
