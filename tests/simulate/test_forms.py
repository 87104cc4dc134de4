import numpy as np
import pytest

from schemas.events.questionnaire import Questionnaire
from schemas.questionnaires import INSTRUMENTS
from streams.core.course import course_of
from streams.core.entry import ScoreEntry
from streams.core.questionnaire import score
from streams.simulate.forms import fill_in, standard_error

WEEKS, PATIENTS = 26, 250


def totals(instrument: str, usual: float, count: int, seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    scored = [
        score(Questionnaire.model_validate(fill_in(rng, instrument, usual))).total for _ in range(count)
    ]  # fmt: skip
    return [total for total in scored if total is not None]


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_totals_scatter_by_the_instruments_own_error(name: str) -> None:
    found = totals(name, 5.5, 2000, seed=1)
    assert np.std(found) == pytest.approx(standard_error(INSTRUMENTS[name]), rel=0.08)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_of_stable_patients_no_more_are_called_worse_than_the_instrument_allows(name: str) -> None:
    flagged = 0
    for patient in range(PATIENTS):
        usual = 4 + 3.5 * patient / PATIENTS
        filled = totals(name, usual, WEEKS, seed=100 + patient)
        course = [ScoreEntry(week, b"", b"", 0, name, round(total * 100), 0, "") for week, total in enumerate(filled)]
        flagged += any(standing.news for standing in course_of(course, INSTRUMENTS[name]))
    assert flagged / PATIENTS <= 0.05


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_who_feels_worse_scores_higher(name: str) -> None:
    assert np.mean(totals(name, 3, 200, 1)) - np.mean(totals(name, 6, 200, 2)) >= INSTRUMENTS[name].reliable_change
