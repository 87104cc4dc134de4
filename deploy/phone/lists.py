"""What the phone's forms offer, from the schemas: kinds, patterns, and questionnaires by key and our own labels."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from schemas.questionnaires import INSTRUMENTS
from schemas.vocabulary import CommunicationPattern, InteractionKind, LifeEventKind

FEELINGS: Final = ("sad", "anxious", "angry", "lonely", "ashamed", "calm")
SYMPTOMS: Final = ("binge", "purge", "restrict")
RELATIONS: Final = ("partner", "mother", "father", "sister", "brother", "child", "friend", "colleague", "other")


def lists() -> dict[str, Any]:
    """Every choice as pairs of code and words."""
    return {
        "kinds": _pairs(InteractionKind),
        "patterns": _pairs(CommunicationPattern),
        "life_events": _pairs(LifeEventKind),
        "feelings": _pairs(FEELINGS),
        "symptoms": _pairs(SYMPTOMS),
        "relations": _pairs(RELATIONS),
        "questionnaires": [
            {
                "name": one.name,
                "days": one.recall_days,
                "maximum": one.item_maximum,
                "items": [[key, item.label] for key, item in one.items.items()],
            }
            for one in INSTRUMENTS.values()
        ],
    }


def _pairs(codes: Iterable[StrEnum | str]) -> list[list[str]]:
    return [[str(code), str(code).replace("_", " ")] for code in codes]
