"""The people around a made-up patient: who they are, how close, what meeting them does, and a dispute with one."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from schemas.vocabulary import CommunicationPattern, DisputeStage, InteractionKind
from streams.simulate.calendar import Calendar
from streams.simulate.mint import Mint, Timed
from streams.simulate.truth import Dispute, Someone, Tie

UNPLEASANT = (
    InteractionKind.CONFLICT,
    InteractionKind.CRITICISM,
    InteractionKind.REJECTION,
    InteractionKind.AVOIDANCE,
)
PLEASANT = (InteractionKind.SUPPORT, InteractionKind.CLOSENESS, InteractionKind.CONVERSATION)
RISE = 4.0
"""How many times as many quarrels there are once they rise."""
_RELATIONS = ("partner", "mother", "father", "friend", "colleague", "sibling", "neighbour")
_PATTERNS = tuple(CommunicationPattern)
_CHANGING = 0.25
"""Share of people who come closer or drift away."""
_DISPUTED, _RISING = 0.4, 0.15
"""Shares of patients in a dispute, and with conflicts on the rise, if they have any."""
_SETTLED = 28
"""Days before which no conflicts rise, so that there is something to compare with."""


def draw_people(rng: np.random.Generator, mint: Mint, calendar: Calendar) -> tuple[Someone, ...]:
    """Three to five of them."""
    count = int(rng.integers(3, 6))
    relations = rng.choice(_RELATIONS, count, replace=False)
    return tuple(Someone(f"c-{mint.letters(8)}", str(one), _rings(rng, calendar)) for one in relations)


def entries(mint: Mint, rng: np.random.Generator, calendar: Calendar, people: tuple[Someone, ...]) -> Iterator[Timed]:
    """`person.v1` events: the inventory on the first day, and again who came closer or drifted away.

    Nobody has a label, so that nothing needs sealing.
    """
    for someone in people:
        said = {
            "person_id": someone.person,
            "relation": someone.relation,
            "hours_together": float(np.rint(rng.gamma(2.0, 6.0))),
            "confided_in": bool(rng.random() < 0.5),  # noqa: PLR2004 - every second
            "knows_about_mood": bool(rng.random() < 0.5),  # noqa: PLR2004 - every second
            "safe_to_contact": bool(rng.random() < 0.8),  # noqa: PLR2004 - most
        }
        for since, ring in someone.rings:
            day = (since - calendar.first).days
            yield mint.event("person.v1", calendar.at(day, 8.0), said | {"ring": ring})


def draw_ties(rng: np.random.Generator, people: tuple[Someone, ...], calendar: Calendar) -> tuple[Tie, ...]:
    """Two kinds of event with each person: one unpleasant, one pleasant; a good third do something."""
    rising = _rise(rng, calendar)
    ties = [tie for one in people for tie in (_unpleasant(rng, one.person, rising), _pleasant(rng, one.person))]
    return tuple(ties)


def draw_dispute(rng: np.random.Generator, ties: tuple[Tie, ...], calendar: Calendar) -> Dispute | None:
    """A dispute with somebody the patient quarrels with, in renegotiation first; some get worse, some get better."""
    quarrels = [tie.person for tie in ties if tie.kind == InteractionKind.CONFLICT]
    disputed, turn, first = rng.random() < _DISPUTED, rng.random(), int(rng.integers(len(calendar)))
    if not quarrels or not disputed:
        return None
    stages = [(calendar.first, DisputeStage.RENEGOTIATION.value)]
    if turn < 0.5 and first:  # noqa: PLR2004 - every second moves
        stages.append((calendar.date(first), DisputeStage.IMPASSE.value))
        later = first + int(rng.integers(14, 36))
        if turn < 0.2 and later < len(calendar):  # noqa: PLR2004 - and some move on
            stages.append((calendar.date(later), DisputeStage.DISSOLUTION.value))
    return Dispute(quarrels[0], tuple(stages))


def valence(rng: np.random.Generator, tie: Tie) -> int:
    """How the patient rates one such event, -3 … 3."""
    pleasant = tie.kind in PLEASANT
    return int(rng.integers(1, 4)) if pleasant else -int(rng.integers(1, 4))


def _rings(rng: np.random.Generator, calendar: Calendar) -> tuple[tuple[date, int], ...]:
    ring, changes = int(rng.integers(1, 5)), rng.random() < _CHANGING
    day, closer = int(rng.integers(1, max(len(calendar), 2))), rng.random() < 0.5  # noqa: PLR2004 - every second
    after = ring - 1 if (closer and ring > 1) or ring == 4 else ring + 1  # noqa: PLR2004 - the outermost
    first = (calendar.first, ring)
    return (first, (calendar.date(day), after)) if changes and day < len(calendar) else (first,)


def _rise(rng: np.random.Generator, calendar: Calendar) -> date | None:
    rises, back = rng.random() < _RISING, int(rng.integers(7, 21))
    return calendar.date(len(calendar) - back) if rises and len(calendar) - back >= _SETTLED else None


def _unpleasant(rng: np.random.Generator, person: str, rising: date | None) -> Tie:
    what = rng.choice(["hurts", "follows", "nothing"], p=[0.35, 0.2, 0.45])
    patterns = (str(rng.choice(_PATTERNS)),) if rng.random() < 0.5 else ()  # noqa: PLR2004 - every second
    kind = str(rng.choice(UNPLEASANT))
    return Tie(
        person=person,
        kind=kind,
        patterns=patterns,
        peak=-round(float(rng.uniform(1.2, 2.4)), 2) if what == "hurts" else 0.0,
        a_day=round(float(rng.uniform(0.05, 0.3)), 3),
        follows_low=bool(what == "follows"),
        rises=rising if kind == InteractionKind.CONFLICT else None,
    )


def _pleasant(rng: np.random.Generator, person: str) -> Tie:
    helps = rng.random() < 0.35  # noqa: PLR2004 - a good third
    return Tie(
        person=person,
        kind=str(rng.choice(PLEASANT)),
        patterns=(),
        peak=round(float(rng.uniform(0.8, 1.6)), 2) if helps else 0.0,
        a_day=round(float(rng.uniform(0.05, 0.4)), 3),
        follows_low=False,
        rises=None,
    )
