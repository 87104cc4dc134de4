import pytest

from streams.core.brief.scores import safety_notes, scores_now
from tests.core.brief.of import known, questionnaire
from tests.core.builders import check_in, phq9, safety


@pytest.mark.parametrize(("day", "there"), [(33.9, False), (34, True), (40, True)])
def test_the_newest_total_if_it_is_of_the_days(day: float, there: bool) -> None:
    told = known(phq9(1, 20), phq9(day, 12), check_in(40.5, 5))
    assert [(one.total, one.before) for one in scores_now(told)] == ([(12, 20)] if there else [])


@pytest.mark.parametrize(("total", "beyond"), [(15, False), (16, True), (5, False), (4, True)])
def test_a_difference_is_beyond_error_from_the_reliable_change_on(total: int, beyond: bool) -> None:
    [score] = scores_now(known(phq9(1, 10), phq9(38, total), check_in(40, 5)))
    assert score.beyond_error is beyond


def test_the_first_total_has_none_before_and_imputed_ones_say_so() -> None:
    items = {str(item): 1 for item in range(1, 7)}
    [score] = scores_now(known(questionnaire(38, "GAD-7", items), check_in(40, 5)))
    assert (score.instrument, score.total, score.before, score.beyond_error) == ("GAD-7", 7, None, False)
    assert score.imputed


def test_a_positive_safety_item_is_told_with_a_total_or_without() -> None:
    unfinished = questionnaire(39, "PHQ-9", {"9": 2})
    notes = safety_notes(known(phq9(33.9, 3, 1), phq9(38, 3, 1), unfinished, phq9(39.5, 3, 0), check_in(40, 5)))
    assert [(note.time.day, note.what, note.instrument) for note in notes] == [
        (9, "safety_item", "PHQ-9"),
        (10, "safety_item", "PHQ-9"),
    ]


@pytest.mark.parametrize("kind", ["wants_contact", "crisis"])
def test_a_button_is_told(kind: str) -> None:
    assert [note.what for note in safety_notes(known(safety(38, kind), check_in(40, 5)))] == [kind]
