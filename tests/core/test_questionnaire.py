import pytest

from schemas.events.questionnaire import Questionnaire
from schemas.questionnaires import INSTRUMENTS
from streams.core.questionnaire import Scored, score


def answered(instrument: str, answers: dict[str, int]) -> Scored:
    return score(Questionnaire(instrument=instrument, items=answers))


def all_but(instrument: str, *missing: int, answer: int = 1) -> dict[str, int]:
    return {item: answer for item in INSTRUMENTS[instrument].items if int(item) not in missing}


@pytest.mark.parametrize(("instrument", "items"), [("PHQ-9", 9), ("GAD-7", 7), ("EDE-QS", 12)])
@pytest.mark.parametrize("answer", [0, 1, 2, 3])
def test_a_complete_questionnaire_is_the_sum_of_its_answers(instrument: str, items: int, answer: int) -> None:
    scored = answered(instrument, all_but(instrument, answer=answer))
    assert (scored.total, scored.answered, scored.imputed) == (items * answer, items, 0)


@pytest.mark.parametrize(
    ("instrument", "missing", "imputed"),
    [
        ("PHQ-9", (1,), 1),
        ("PHQ-9", (1, 8), 2),
        ("PHQ-9", (1, 2, 3), None),
        ("PHQ-9", (9,), None),
        ("PHQ-9", (1, 9), None),
        ("GAD-7", (7,), 1),
        ("GAD-7", (6, 7), None),
        ("EDE-QS", (12,), 1),
        ("EDE-QS", (1, 12), 2),
        ("EDE-QS", (1, 2, 12), None),
    ],
)
def test_a_few_missing_items_are_filled_in_and_more_leave_no_total(
    instrument: str, missing: tuple[int, ...], imputed: int | None
) -> None:
    scored = answered(instrument, all_but(instrument, *missing, answer=2))
    assert scored.answered == len(INSTRUMENTS[instrument].items) - len(missing)
    assert scored.total == (None if imputed is None else 2 * len(INSTRUMENTS[instrument].items))
    assert scored.imputed == (imputed or 0)


def test_missing_is_not_zero() -> None:
    answers = all_but("PHQ-9", 8, answer=1) | {"1": 3}
    assert answered("PHQ-9", answers).total == 11.25
    assert answered("PHQ-9", answers | {"8": 0}).total == 10


def test_the_safety_item_is_never_filled_in_whatever_the_others_say() -> None:
    assert answered("PHQ-9", all_but("PHQ-9", 9, answer=3)) == Scored(None, 8, 0)
    assert answered("PHQ-9", {"9": 3}) == Scored(None, 1, 0)


@pytest.mark.parametrize(
    ("instrument", "bands"),
    [
        ("PHQ-9", [(0, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately_severe"), (20, "severe")]),
        ("GAD-7", [(0, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe")]),
        ("EDE-QS", [(0, "below_cut"), (15, "above_cut")]),
    ],
)
def test_every_band_starts_at_its_boundary_and_ends_just_below_the_next(
    instrument: str, bands: list[tuple[int, str]]
) -> None:
    known = INSTRUMENTS[instrument]
    ends = [start - 0.01 for start, _ in bands[1:]] + [known.total_maximum]
    for (start, name), end in zip(bands, ends, strict=True):
        assert (known.band(start), known.band(end)) == (name, name)
