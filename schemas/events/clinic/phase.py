"""`phase.v1`: a phase of therapy begins; it lasts until the next one does. The newest one for a phase stands.

Phases: initial, middle, termination (Weissman 2018); maintenance is contracted separately. Without these events the
phases follow from the sessions' numbers.
"""

from typing import Literal

from schemas.envelope import Event
from schemas.model import LocalDate, Message, Slug
from schemas.vocabulary import Phase


class PhaseStart(Message):
    """Where a phase begins."""

    episode_id: Slug
    phase: Phase
    starts_on: LocalDate


class PhaseEvent(Event[PhaseStart]):
    """A phase on its way."""

    type: Literal["phase.v1"]
