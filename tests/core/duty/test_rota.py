from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from streams.core.duty import LEAD, ON_CALL, SECOND, Turn
from tests.core.duty.teams import ROTATION, berlin, team

MINUTE = timedelta(minutes=1)
SWAP = (
    "[{who: dora, from: 2026-11-24 20:00:00, until: 2026-11-25 08:00:00}, {from: 2026-12-24 20:00:00,"
    " until: 2026-12-25 08:00:00}]"
)
BOTH = f"{{rotation: {ROTATION}, shifts: {SWAP}}}"


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ((2026, 1, 5, 7, 59), None),
        ((2026, 1, 5, 8, 0), "ada"),
        ((2026, 1, 12, 7, 59), "ada"),
        ((2026, 1, 12, 8, 0), "ben"),
        ((2026, 1, 19, 8, 0), "cleo"),
        ((2026, 1, 26, 8, 0), "ada"),
        ((2026, 11, 24, 19, 59), "ben"),
        ((2026, 11, 24, 20, 0), "dora"),
        ((2026, 11, 25, 7, 59), "dora"),
        ((2026, 11, 25, 8, 0), "ben"),
        ((2026, 12, 24, 20, 0), None),
    ],
)
def test_turns_change_at_their_minute_and_a_shift_goes_before_them(at: tuple[int, ...], who: str | None) -> None:
    assert team(BOTH).person(ON_CALL, berlin(*at)) == who


def test_the_hand_over_stays_at_eight_when_the_clocks_change() -> None:
    assert team(BOTH).turn(datetime(2026, 3, 29, tzinfo=UTC)) == Turn(
        datetime(2026, 3, 23, 7, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC), "cleo"
    )


def test_a_turn_ends_where_a_shift_begins() -> None:
    turn = team(BOTH).turn(berlin(2026, 11, 24, 12))
    assert turn == Turn(berlin(2026, 11, 23, 8), berlin(2026, 11, 24, 20), "ben")


def test_a_shift_without_an_end_ends_with_the_next_and_the_rotation_goes_on_after_it() -> None:
    shifts = (
        "[{who: dora, from: 2026-11-20 20:00:00}, {who: eve, from: 2026-11-24 20:00:00, until: 2026-11-25 08:00:00}]"
    )
    doctors = team(f"{{rotation: {ROTATION}, shifts: {shifts}}}")
    times = (berlin(2026, 11, 24, 19, 59), berlin(2026, 11, 24, 20), berlin(2026, 11, 25, 8))
    assert [doctors.person(ON_CALL, at) for at in times] == ["dora", "eve", "ben"]


def test_the_next_is_whoever_has_the_next_turn_and_is_somebody_else() -> None:
    doctors = team(BOTH)
    assert doctors.person(SECOND, berlin(2026, 11, 24, 12)) == "dora"
    assert doctors.person(SECOND, berlin(2026, 11, 24, 21)) == "ben"
    assert doctors.person(SECOND, berlin(2026, 11, 25, 12)) == "cleo"
    alone = team(f"{{rotation: {ROTATION.replace('ada, ben, cleo', 'ada')}}}")
    assert (alone.person(ON_CALL, berlin(2026, 11, 25)), alone.person(SECOND, berlin(2026, 11, 25))) == ("ada", None)


def test_words_that_are_none_of_the_rotas_stand_for_themselves() -> None:
    assert team(BOTH).person("therapist", berlin(2026, 11, 25)) == "therapist"
    assert team(BOTH).person(LEAD, berlin(2026, 11, 25)) == "lena"
    without = team()
    assert [without.person(word, berlin(2026, 11, 25)) for word in (ON_CALL, SECOND)] == [ON_CALL, SECOND]
    assert without.turn(berlin(2026, 11, 25)) is None


def test_of_two_shifts_the_one_that_began_last_counts_and_one_without_an_end_lasts_until_the_next() -> None:
    rota = "{shifts: [{who: ada, from: 2026-11-24 08:00:00}, {who: ben, from: 2026-11-25 08:00:00}]}"
    doctors = team(rota)
    assert doctors.turn(berlin(2026, 11, 24, 9)) == Turn(berlin(2026, 11, 24, 8), berlin(2026, 11, 25, 8), "ada")
    assert doctors.turn(berlin(2026, 11, 30)) == Turn(berlin(2026, 11, 25, 8), None, "ben")


def test_a_rotation_ends_on_its_last_day() -> None:
    doctors = team(f"{{rotation: {ROTATION[:-1]}, last: 2026-01-14}}}}")
    ben = doctors.turn(berlin(2026, 1, 13))
    assert ben is not None
    assert (ben.who, ben.ends) == ("ben", berlin(2026, 1, 14, 8))
    assert doctors.turn(berlin(2026, 1, 14, 8)) is None


@given(st.integers(1, 2 * 365 * 24 * 60))
def test_at_every_moment_of_a_rotation_exactly_one_has_it(minutes: int) -> None:
    doctors = team(f"{{rotation: {ROTATION}}}")
    now = berlin(2026, 1, 5, 8) + minutes * MINUTE
    turn = doctors.turn(now)
    assert turn is not None
    assert turn.ends is not None
    assert turn.begins <= now < turn.ends
    before, after = doctors.turn(turn.begins - MINUTE), doctors.turn(turn.ends)
    assert before is None or before.ends == turn.begins
    assert after is not None
    assert after.begins == turn.ends
    assert after.who == doctors.person(SECOND, now)


@pytest.mark.parametrize(
    ("rota", "said"),
    [
        ("{}", "neither a rotation nor shifts"),
        (f"{{rotation: {ROTATION.replace('[ada, ben, cleo]', '[]')}}}", "at least 1"),
        (f"{{rotation: {ROTATION[:-1]}, last: 2026-01-05}}}}", "last is not after first"),
        (f"{{rotation: {ROTATION.replace(chr(34), '').replace('08:00', '17:00')}}}", "in quotes"),
        (f"{{rotation: {ROTATION.replace('08:00', '08:00:30')}}}", "hours and minutes"),
        ("{shifts: [{who: ada, from: 2026-11-24 08:00:00, until: 2026-11-24 08:00:00}]}", "ends before"),
        ("{shifts: [{who: ada, from: 2026-11-24T08:00:00Z}]}", "without an offset"),
        ("{shifts: [{whom: ada, from: 2026-11-24 08:00:00}]}", "whom"),
    ],
)
def test_a_mistake_is_told(rota: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        team(rota)
