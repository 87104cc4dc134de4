"""The closed episodes of one patient, with how each questionnaire changed within them.

Called by programme outcomes, on the page and as points, so that both count the same.
"""

from dataclasses import dataclass
from datetime import date

from schemas.review_view import ScoreChange
from schemas.views import PatientView, ScoreView
from schemas.vocabulary import EpisodeOutcome
from streams.core.brief.change import changes
from streams.core.entry import ScoreEntry
from streams.core.moments import date_day, micros, offset_minutes


@dataclass(frozen=True, slots=True)
class Treated:
    """A closed episode of one patient."""

    modality: str
    focus: str
    arm: str
    held: int
    """Sessions attended."""
    closed_on: date
    completed: bool
    """It ended as planned."""
    scores: tuple[ScoreChange, ...]


def treated(view: PatientView) -> list[Treated]:
    """The closed episodes of one patient, with how each instrument changed within them."""
    scores = sorted(map(_entry, view.scores), key=lambda score: score.time)
    return [
        Treated(
            modality=episode.modality,
            focus=episode.focus,
            arm=episode.arm,
            held=episode.held,
            closed_on=episode.closed_on,
            completed=episode.outcome is EpisodeOutcome.COMPLETED,
            scores=changes(scores, date_day(episode.opened_on), date_day(episode.closed_on)),
        )
        for episode in view.episodes
        if episode.closed_on is not None
    ]


def _entry(score: ScoreView) -> ScoreEntry:
    """A total as the state keeps it, which `change` reads."""
    at, total = micros(score.time), round(score.total * 100)
    return ScoreEntry(at, b"", b"", offset_minutes(score.time), score.instrument, total, int(score.imputed), "")
