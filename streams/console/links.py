"""Links as the patient page shows them: who and what moves this patient's mood, in words and on a scale."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.views import Link
from streams.console.words import link_title, points

REACH = 4.0
"""Mood points at either end of the scale; what lies beyond is drawn at its end."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link; `effect`, `low` and `high` as places on the scale, 0 … 200 with no effect at 100."""

    title: str
    shown: bool
    n: int
    says: str
    effect: float
    low: float
    high: float


def link_rows(links: Iterable[Link]) -> tuple[LinkRow, ...]:
    """What is shown first, the largest effect on top; then what is not clear so far, the most events on top."""
    ordered = sorted(links, key=lambda link: (not link.shown, -abs(link.effect) if link.shown else -link.n))
    return tuple(_row(link) for link in ordered)


def _row(link: Link) -> LinkRow:
    direction = "lower" if link.effect < 0 else "higher"
    return LinkRow(
        title=link_title(link.cell),
        shown=link.shown,
        n=link.n,
        says=(
            f"Associated with mood {abs(link.effect):.1f} points {direction} over the 6 hours after "
            f"(95 % interval {points(link.low)} to {points(link.high)}, n = {link.n})."
            if link.shown
            else f"No clear association so far (n = {link.n})."
        ),
        effect=_place(link.effect),
        low=_place(link.low),
        high=_place(link.high),
    )


def _place(value: float) -> float:
    return round(100 + 100 * max(-REACH, min(REACH, value)) / REACH, 1)
