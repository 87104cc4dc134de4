import numpy as np
import pytest

from streams.simulate.silence_trial import FADE_DAYS, PROMPTS, quiet_patient

SINCE = 200


def test_the_same_seed_is_the_same_patient() -> None:
    one, again = (quiet_patient(3, 7, 364, "none", 364) for _ in range(2))
    assert (one.answers == again.answers).all()


def test_a_usual_life_answers_three_in_five_and_less_at_weekends() -> None:
    answers = np.stack([quiet_patient(1, number, 364, "none", 364).answers for number in range(200)])
    assert 0.5 < answers.mean() / PROMPTS < 0.62
    weekend = np.arange(364) % 7 > 4
    assert answers[:, weekend].mean() < answers[:, ~weekend].mean() - 0.4


@pytest.mark.parametrize(
    ("kind", "answers", "heartbeats"), [("offline", 0, 0), ("unanswered", 0, 1), ("dropping_off", 1, 1)]
)
def test_what_is_planted_begins_on_its_day(kind: str, answers: int, heartbeats: int) -> None:
    patient = quiet_patient(1, 2, 364, kind, SINCE)
    assert patient.answers[:SINCE].mean() > 1
    after = slice(SINCE + FADE_DAYS, None)
    assert (patient.answers[after].any(), patient.heartbeats[after].any()) == (answers, heartbeats)
    assert patient.answers[after].mean() < 0.5
