"""The people around a made-up patient, and what meeting them does."""

import numpy as np

from schemas.vocabulary import CommunicationPattern, InteractionKind
from streams.simulate.truth import Tie

UNPLEASANT = (
    InteractionKind.CONFLICT,
    InteractionKind.CRITICISM,
    InteractionKind.REJECTION,
    InteractionKind.AVOIDANCE,
)
PLEASANT = (InteractionKind.SUPPORT, InteractionKind.CLOSENESS, InteractionKind.CONVERSATION)
_RELATIONS = ("partner", "mother", "father", "friend", "colleague", "sibling", "neighbour")
_PATTERNS = tuple(CommunicationPattern)


def inventory(rng: np.random.Generator, persons: list[str]) -> list[dict[str, object]]:
    """The `person.v1` data of `persons`; nobody has a label, so that nothing needs sealing."""
    relations = rng.choice(_RELATIONS, len(persons), replace=False)
    return [
        {"person_id": person, "relation": str(relation), "ring": int(rng.integers(1, 5))}
        for person, relation in zip(persons, relations, strict=True)
    ]


def draw_ties(rng: np.random.Generator, persons: list[str]) -> tuple[Tie, ...]:
    """Two kinds of event with each person: one unpleasant, one pleasant; a good third do something."""
    return tuple(tie for person in persons for tie in (_unpleasant(rng, person), _pleasant(rng, person)))


def valence(rng: np.random.Generator, tie: Tie) -> int:
    """How the patient rates one such event, -3 … 3."""
    pleasant = tie.kind in PLEASANT
    return int(rng.integers(1, 4)) if pleasant else -int(rng.integers(1, 4))


def _unpleasant(rng: np.random.Generator, person: str) -> Tie:
    what = rng.choice(["hurts", "follows", "nothing"], p=[0.35, 0.2, 0.45])
    patterns = (str(rng.choice(_PATTERNS)),) if rng.random() < 0.5 else ()  # noqa: PLR2004 - every second
    return Tie(
        person=person,
        kind=str(rng.choice(UNPLEASANT)),
        patterns=patterns,
        peak=-round(float(rng.uniform(1.2, 2.4)), 2) if what == "hurts" else 0.0,
        a_day=round(float(rng.uniform(0.05, 0.3)), 3),
        follows_low=bool(what == "follows"),
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
    )
