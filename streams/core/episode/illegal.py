"""Why a step of care can not follow what was."""

from dataclasses import dataclass

from streams.core.episode.course import Care
from streams.core.moments import Day


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
