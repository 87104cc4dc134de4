from datetime import timedelta

from streams.core.moments import date_day, micros
from streams.core.signs import MOST_ANSWERS, Lived, ends, last_report, lived
from streams.core.state import SIGNS_KEPT
from tests.core.builders import START, check_in, fold, heartbeat, interaction, person, prompt, safety

DAY_0 = date_day(START.date())


def test_what_is_heard_on_a_day_is_told_apart() -> None:
    state = fold(heartbeat(1.1), prompt(1.2), prompt(1.5), check_in(2.5, 0), check_in(2.6, 9), interaction(3.5))
    assert lived(state) == {
        DAY_0 + 1: Lived(0, 2, alive=True, beats=True),
        DAY_0 + 2: Lived(2, 0, alive=True, beats=False),
        DAY_0 + 3: Lived(1, 0, alive=True, beats=False),
    }


def test_copies_and_two_prompts_of_one_half_hour_count_once() -> None:
    state = fold(prompt(1.5), prompt(1.5), prompt(1.51), prompt(1.53), heartbeat(1.5), heartbeat(1.5))
    assert lived(state)[DAY_0 + 1].asked == 2


def test_a_broken_phones_hundreds_of_answers_are_no_habit() -> None:
    state = fold(*(check_in(1 + n / 1000, 5) for n in range(300)))
    assert lived(state)[DAY_0 + 1].answers == MOST_ANSWERS


def test_what_passes_the_horizon_stays_a_sign_as_long_as_silence_looks_back() -> None:
    early = [heartbeat(1.1), interaction(2.5), safety(3.5), person(4.5)]
    assert set(lived(fold(*early, check_in(35, 5)))) == {DAY_0 + 1, DAY_0 + 2, DAY_0 + 3, DAY_0 + 35}
    assert fold(*early, check_in(35, 5)).unsafe == (DAY_0 + 3,)
    state = fold(*early, check_in(3 + SIGNS_KEPT + 14, 5))
    assert (state.signs, state.told, state.unsafe) == ((), (), ())


def test_of_what_has_passed_the_horizon_the_hours_are_not_kept_and_silence_is_told_the_same() -> None:
    early = [heartbeat(1.1), heartbeat(1.9), prompt(1.2), prompt(1.5), prompt(2.5), heartbeat(16.5), prompt(16.6)]
    open_still, passed = fold(*early), fold(*early, check_in(35, 5))
    assert [(day.beats, day.asked) for day in passed.signs[:2]] == [(1, 0b11), (0, 0b1)]
    assert passed.signs[2] == open_still.signs[2]
    told = lived(passed)
    assert {day: told[day] for day in lived(open_still)} == lived(open_still)
    assert ends(passed)[:3] == ends(open_still)


def test_a_day_ends_where_its_last_report_was_and_without_one_where_the_phone_was() -> None:
    state = fold(heartbeat(1.1, offset=60), heartbeat(1.2, offset=120), check_in(2.3, 5, offset=-60), heartbeat(2.4))
    assert list(ends(state)) == [(DAY_0 + 1, 120), (DAY_0 + 2, -60)]


def test_the_last_report_is_the_patients_own() -> None:
    state = fold(check_in(1.5, 5), heartbeat(2), person(2.5))
    assert last_report(state) == micros(START + timedelta(days=1.5))
    assert last_report(fold(heartbeat(1))) == 0
