"""Early-warning signals in a plain sentence for the patient's page. Nothing is alarmed on them."""

from math import sqrt

from schemas.views import SwingsView, WarningSignsView
from streams.console.times import short_day
from streams.console.words import MINUS

CAUTION = (
    "In studies such changes came before about a third of relapses, and often without one: "
    "something to ask about, not a sign to act on. No alert rests on it."
)


def swings_told(signs: WarningSignsView) -> str:
    """What the two windows say, beside one another."""
    recent, before = signs.recent, signs.before
    scatter = _direction(recent.variance, before.variance, "more", "less")
    told = (
        f"From {short_day(recent.first)} to {short_day(recent.last)} the day means varied {scatter} than in the "
        f"{(before.last - before.first).days + 1} days before: by {sqrt(recent.variance):.1f} points, against "
        f"{sqrt(before.variance):.1f} (standard deviation; {recent.days} and {before.days} days with reports)."
    )
    return f"{told} {_kinship(recent, before)} {CAUTION}"


def _kinship(recent: SwingsView, before: SwingsView) -> str:
    if recent.autocorrelation is None or before.autocorrelation is None:
        return "How much a day was like the one before cannot be told: mood did not move."
    how = _direction(recent.autocorrelation, before.autocorrelation, "more", "less")
    now, then = (f"{value:.1f}".replace("-", MINUS) for value in (recent.autocorrelation, before.autocorrelation))
    return f"A day was {how} like the one before than it used to be: correlation {now}, against {then}."


def _direction(now: float, then: float, more: str, less: str) -> str:
    return more if now >= then else less
