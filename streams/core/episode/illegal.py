"""Why a step of care can not follow what was."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from streams.core.episode.course import Care
from streams.core.moments import Day

MOST: Final = 200
"""Of each kind in one episode, and of episodes: far beyond any therapy, so that no runaway sender fills the state."""


@dataclass(frozen=True, slots=True)
class Illegal:
    """The step is set aside; `reason` says why, in words without names."""

    reason: str


def outside(care: Care, day: Day) -> Illegal | None:
    """Why nothing of `care` can be on `day`, if so."""
    if day < care.terms.opened:
        return Illegal("that is before the episode opened")
    if care.terms.closed is not None and day > care.terms.closed:
        return Illegal("that is after the episode closed")
    return None


def too_many(kept: Collection[object]) -> Illegal | None:
    """Why nothing new can be added to `kept`, if so."""
    return Illegal(f"there are {MOST} of them already") if len(kept) >= MOST else None
