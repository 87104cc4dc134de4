"""Programme outcomes as their page shows them: rates and effects with intervals, beside what others published."""

from collections.abc import Sequence
from dataclasses import dataclass

from streams.console.briefs.reviews import ARMS
from streams.console.literature import PUBLISHED, Published
from streams.console.words import MINUS, plain
from streams.core.brief.effect import FEWEST, Effect, Rate
from streams.core.brief.outcomes import By, Outcome, outcomes
from streams.core.brief.treated import Treated

RATES = {"recovered": "Recovered", "improved": "Reliably better", "deteriorated": "Reliably worse"}
"""Fields of `Rates`, in words."""


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate; `share`, `low` and `high` as places 0 … 100 on a scale, None for too few."""

    name: str
    first_to_last: str
    confirmed: str
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class OutcomeCard:
    """One instrument in one group of episodes."""

    title: str
    instrument: str
    says: tuple[str, ...]
    rates: tuple[RateRow, ...]
    """Empty for too few."""


@dataclass(frozen=True, slots=True)
class Programme:
    """The page."""

    episodes: int
    cards: tuple[OutcomeCard, ...]
    published: tuple[Published, ...]


def programme(treated: Sequence[Treated], by: Sequence[By]) -> Programme:
    """All closed episodes, told apart by `by`; what was published comes with the foci that occur."""
    foci = {one.focus for one in treated}
    return Programme(
        episodes=len(treated),
        cards=tuple(map(_card, outcomes(treated, by))),
        published=tuple(one for one in PUBLISHED if foci.intersection(one.focus)),
    )


def _card(one: Outcome) -> OutcomeCard:
    told = [f"{one.scored} of {one.episodes} closed episodes have two totals or more."]
    if one.sessions_median is not None:
        told.append(f"{one.sessions_median:g} sessions attended (median).")
    if one.first_mean is None or one.last_mean is None:
        told.append(f"Fewer than {FEWEST} patients: no figures.")
        return OutcomeCard(_title(one), one.instrument, tuple(told), ())
    told.append(f"First total {one.first_mean:.1f}, last {one.last_mean:.1f} on average{_effect(one.effect)}.")
    rows = (_row(name, words, one) for name, words in RATES.items())
    return OutcomeCard(_title(one), one.instrument, tuple(told), tuple(rows))


def _title(one: Outcome) -> str:
    names = (ARMS.get(value, plain(value)) if by == By.ARM else plain(value) for by, value in one.group.items())  # type: ignore[call-overload]
    told = ", ".join(names)
    return told[:1].upper() + told[1:] or "All"


def _effect(effect: Effect | None) -> str:
    if effect is None:
        return ""
    told = f"; Hedges g {effect.g:.2f} (95 % interval {effect.low:.2f} to {effect.high:.2f}), positive is better"
    return told.replace("-", MINUS)


def _row(name: str, words: str, one: Outcome) -> RateRow:
    first_to_last: Rate = getattr(one.first_to_last, name)
    return RateRow(
        name=words,
        first_to_last=_told(first_to_last),
        confirmed=_told(getattr(one.confirmed, name)),
        share=_place(first_to_last.share),
        low=_place(first_to_last.low),
        high=_place(first_to_last.high),
    )


def _told(rate: Rate) -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return "too few"
    return f"{rate.share:.0%} ({rate.low:.0%} to {rate.high:.0%}), {rate.count} of {rate.of}".replace("%", " %")


def _place(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
