"""Scoring: the answers to one questionnaire become a total, or the reason why there is none.

Missing is not 0. As many items as the instrument allows may be missing and are filled in with the mean of the others;
the safety item never is. Source: the scoring guides named in schemas/questionnaires/*.yaml.
"""

from dataclasses import dataclass

from schemas.events.questionnaire import Questionnaire
from schemas.questionnaires import INSTRUMENTS


@dataclass(frozen=True, slots=True)
class Scored:
    """A total in hundredths of a point; None where too much is missing. `imputed` counts items filled in."""

    hundredths: int | None
    answered: int
    imputed: int

    @property
    def total(self) -> float | None:
        """The total in points."""
        return None if self.hundredths is None else self.hundredths / 100


def score(answers: Questionnaire) -> Scored:
    """Score one set of answers, whose keys and ranges the schema has checked."""
    instrument = INSTRUMENTS[answers.instrument]
    answered = len(answers.items)
    missing = len(instrument.items) - answered
    safety_item_missing = instrument.safety_item is not None and instrument.safety_item not in answers.items
    if missing > instrument.missing_allowed or safety_item_missing:
        return Scored(None, answered, 0)
    total = sum(answers.items.values()) * len(instrument.items) / answered
    return Scored(round(total * 100), answered, missing)
