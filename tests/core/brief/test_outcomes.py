from itertools import chain

import pytest

from schemas.views import PatientView
from streams.core.brief.outcomes import By, Outcome, outcomes
from streams.core.brief.treated import Treated, treated
from streams.core.links import LinkPopulation
from streams.core.view import view
from tests.core.brief.of import held, known
from tests.core.builders import POLICY, check_in, date_of, opened, phq9


def patient(*totals: int, closed: bool = True, sessions: int = 3, **agreed: object) -> PatientView:
    """Somebody treated for forty days, a PHQ-9 a week."""
    closing = {"closed_on": date_of(40), "outcome": "completed"} if closed else {}
    told = known(
        opened(0, **agreed),
        *(held(2 + at) for at in range(sessions)),
        *(phq9(1 + 7 * week, total) for week, total in enumerate(totals)),
        opened(40, on=0, id="closing", **agreed, **closing),
        phq9(42, 0),
        check_in(43, 5),
    )
    return view(told.state, "p-1", LinkPopulation(), POLICY)


def of(*patients: PatientView, by: tuple[By, ...] = tuple(By)) -> list[Outcome]:
    return outcomes(chain.from_iterable(map(treated, patients)), by)


def test_a_closed_episode_counts_with_the_totals_within_it() -> None:
    [episode] = treated(patient(15, 12, 9))
    assert (episode.modality, episode.focus, episode.arm, episode.held) == ("individual", "depression", "ipt", 3)
    assert [(one.first, one.last, one.n) for one in episode.scores] == [(15, 9, 3)]


def test_one_that_lasts_does_not() -> None:
    assert treated(patient(15, 12, 9, closed=False)) == []


def test_rates_means_and_effect_of_a_group() -> None:
    totals = [(15, 15, 5, 5), (12, 12, 11, 12), (9, 9, 3, 3), (8, 8, 14, 14), (20, 20, 12, 12), (14, 13)]
    [found] = of(*(patient(*course, sessions=at) for at, course in enumerate(totals)), patient(10))
    assert (found.instrument, found.episodes, found.scored, found.sessions_median) == ("PHQ-9", 7, 6, 3)
    assert found.first_mean == pytest.approx(78 / 6, abs=0.01)
    assert found.last_mean == pytest.approx(59 / 6, abs=0.01)
    assert found.effect
    assert found.effect.low < found.effect.g < found.effect.high
    rates = found.first_to_last
    assert (rates.improved.count, rates.improved.of) == (3, 6)
    assert (rates.recovered.count, rates.recovered.of) == (None, None)  # four began as cases: too few to tell
    assert (rates.deteriorated.count, rates.deteriorated.of) == (1, 6)
    assert (found.confirmed.improved.count, found.confirmed.improved.of) == (3, 5)


def test_groups_are_told_apart_by_what_is_asked() -> None:
    people = [patient(15, 9), patient(15, 9, arm="medication"), patient(15, 9, arm="medication", focus="anxiety")]
    crossed = [(one.group, one.scored) for one in of(*people)]
    assert crossed == [
        ({"modality": "individual", "focus": "anxiety", "arm": "medication"}, 1),
        ({"modality": "individual", "focus": "depression", "arm": "ipt"}, 1),
        ({"modality": "individual", "focus": "depression", "arm": "medication"}, 1),
    ]
    assert [(one.group, one.scored) for one in of(*people, by=(By.ARM,))] == [
        ({"arm": "ipt"}, 1),
        ({"arm": "medication"}, 2),
    ]
    assert [(one.group, one.scored) for one in of(*people, by=())] == [({}, 3)]


def test_an_instrument_that_nobody_answered_twice_is_not_there() -> None:
    assert of(patient(15), patient()) == []


def test_no_figure_is_given_of_fewer_than_five() -> None:
    [found] = of(*(patient(15, 9) for _ in range(4)))
    assert (found.sessions_median, found.first_mean, found.last_mean, found.effect) == (None, None, None, None)
    assert found.first_to_last.improved.count is None


def test_nobody_treated_has_no_outcome() -> None:
    nobody: list[Treated] = []
    assert outcomes(nobody) == []
