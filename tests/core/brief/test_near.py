import pytest

from streams.core.brief.near import come_round, near
from tests.core.brief.of import FIRST, known, met
from tests.core.builders import check_in, date_of, life_event


@pytest.mark.parametrize(("day", "there"), [(33, False), (34, True), (54, True), (55, False)])
def test_life_events_from_the_first_of_the_days_to_a_fortnight_ahead(day: int, there: bool) -> None:
    told = known(check_in(0, 5), life_event(1, date_of(day), "move"), check_in(40, 5))
    assert [one.kind for one in near(told)] == (["move"] if there else [])


@pytest.mark.parametrize(("day", "there"), [(33, False), (34, True), (54, True), (55, False)])
def test_losses_come_round_and_other_events_do_not(day: int, there: bool) -> None:
    last_year = date_of(day).replace("2026", "2024")
    told = known(check_in(0, 5), life_event(1, last_year), life_event(1.1, last_year, "move"), check_in(40, 5))
    assert [(one.kind, one.years) for one in near(told)] == ([("bereavement", 2)] if there else [])


def test_one_event_told_twice_is_one_and_a_loss_names_whom() -> None:
    told = known(
        life_event(1, date_of(36), "birth"), life_event(2, date_of(36), "birth"), met(2, "b", "loss"), check_in(366, 5)
    )
    assert [(one.kind, one.years, one.person) for one in near(told)] == [("loss", 1, "b")]
    earlier = known(life_event(1, date_of(36), "birth"), life_event(2, date_of(36), "birth"), check_in(40, 5))
    assert len(near(earlier)) == 1


@pytest.mark.parametrize(("first", "last", "there"), [(0, 9, 0), (1, 9, 0), (10, 20, 1), (5, 10, 1), (11, 300, 0)])
def test_anniversaries_between_two_days_both_counted(first: int, last: int, there: int) -> None:
    told = known(life_event(0, date_of(10).replace("2026", "2025")), check_in(5, 5))
    assert len(come_round(told, FIRST + first, FIRST + last)) == there
