"""Early-warning signals in a plain sentence for the patient's page. Nothing is alarmed on them."""

from math import sqrt

from schemas.views import SwingsView, WarningSignsView
from streams.console.times import short_day
from streams.console.words import MINUS

CAUTION = (
    "In studies such changes came before about a third of relapses, and often without one: "
    "something to ask about, not a sign to act on. No alert rests on it."
)
"""Said only where something rose, which is the change that the studies mean."""


def swings_told(signs: WarningSignsView) -> str:
    """What the two windows say, beside one another; they are compared as they are printed, in tenths."""
    recent, before = signs.recent, signs.before
    scatter, scatter_before = _tenths(sqrt(recent.variance)), _tenths(sqrt(before.variance))
    how = _compared(scatter, scatter_before, "more than", "less than", "as much as")
    told = (
        f"From {short_day(recent.first)} to {short_day(recent.last)} the day means varied {how} before: "
        f"by {scatter:.1f} points on {recent.days} days with reports, against {scatter_before:.1f} on the "
        f"{before.days} days with reports from {short_day(before.first)} to {short_day(before.last)} "
        f"(standard deviation). {_kinship(recent, before)}"
    )
    rose = scatter > scatter_before or _kinship_rose(recent, before)
    return f"{told} {CAUTION}" if rose else told


def _kinship(recent: SwingsView, before: SwingsView) -> str:
    if recent.autocorrelation is None or before.autocorrelation is None:
        return "How much a day was like the one before cannot be told: mood did not move."
    now, then = _tenths(recent.autocorrelation), _tenths(before.autocorrelation)
    how = _compared(
        now, then, "more like the one before than", "less like the one before than", "as like the one before as"
    )
    return f"A day was {how} it used to be: correlation {_signed(now)}, against {_signed(then)}."


def _kinship_rose(recent: SwingsView, before: SwingsView) -> bool:
    now, then = recent.autocorrelation, before.autocorrelation
    return now is not None and then is not None and _tenths(now) > _tenths(then)


def _compared(now: float, then: float, more: str, less: str, same: str) -> str:
    return same if now == then else more if now > then else less


def _tenths(value: float) -> float:
    """Rounded, and never the zero below zero that printing would show as such."""
    return round(value, 1) + 0.0


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", MINUS)
