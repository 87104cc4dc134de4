import pytest

from streams.core.brief.logged import around, guarded, patterns_seen, strongest, tried_lately, tried_so_far
from tests.core.brief.of import FIRST, known, met
from tests.core.builders import check_in, person

TODAY = FIRST + 40


@pytest.mark.parametrize(("clock", "there"), [(-6.01, False), (-6.0, True), (0.0, True), (23.99, True), (24.0, False)])
def test_around_a_day_is_the_day_and_the_evening_before(clock: float, there: bool) -> None:
    told = known(met(39 + clock / 24), check_in(40.5, 5))
    assert (around(told, TODAY - 1) != []) is there


def test_the_evening_is_on_the_patients_clock() -> None:
    told = known(met(38 + 14 / 24), check_in(40.5, 5))
    assert around(told, TODAY - 1) == []


def test_of_many_the_strongest_in_the_order_of_time() -> None:
    valences = [1, -3, 0, 2, 3, -1, 2]
    told = known(*(met(39.1 + at / 24, valence=felt) for at, felt in enumerate(valences)), check_in(40, 5))
    there = around(told, TODAY - 1)
    assert len(there) == 7
    assert [one.valence for one in strongest(told, there)] == [-3, 2, 3, 2]


def test_an_interaction_says_what_was_tried() -> None:
    told = known(met(39, strategy_id="s", strategy_helped=6.5, patterns=["silence"]), met(39.1), check_in(40, 5))
    tried, plain = strongest(told, around(told, TODAY - 1))
    assert (tried.strategy, tried.helped, tried.patterns) == ("s", 6.5, ("silence",))
    assert (plain.strategy, plain.helped, plain.patterns) == (None, None, ())


def test_patterns_are_counted_with_whom_the_most_frequent_first() -> None:
    told = known(
        met(33.9, patterns=["indirect_verbal"]),  # the day before those of the brief
        met(35, "a", patterns=["silence", "indirect_verbal"]),
        met(36, "b", patterns=["silence"]),
        met(37, "b2", patterns=["silence"]),
        met(38, "a", "violence", patterns=["indirect_nonverbal"]),
        person(38.5, "b2", merged_into="b"),
        check_in(40, 5),
    )
    seen = [(one.pattern, one.n, one.people) for one in patterns_seen(told)]
    assert seen == [("silence", 3, ("b", "a")), ("indirect_verbal", 1, ("a",))]


def test_tries_are_counted_by_strategy_and_person_what_helped_most_first() -> None:
    told = known(
        met(1, "a", strategy_id="s", strategy_helped=1),
        met(35, "a", strategy_id="s", strategy_helped=4),
        met(36, "a2", strategy_id="s", strategy_helped=7),
        met(36, "b", strategy_id="s", strategy_helped=9),
        met(37, "c", strategy_id="t"),
        met(37, "c", "violence", strategy_id="t", strategy_helped=10),
        person(38, "a2", merged_into="a"),
        check_in(40, 5),
    )
    lately = [(one.strategy, one.person, one.times, one.rated, one.helped) for one in tried_lately(told)]
    assert lately == [("s", "b", 1, 1, 9.0), ("s", "a", 2, 2, 5.5), ("t", "c", 1, 0, None)]
    so_far = [(one.person, one.times, one.rated, one.helped) for one in tried_so_far(told, ["s"])]
    assert so_far == [("b", 1, 1, 9.0), ("a", 3, 3, 4.0)]


def test_violence_is_guarded_also_when_it_is_long_ago() -> None:
    told = guarded(known(met(1, "a", "violence"), met(36, "b", "violence"), check_in(40, 5)))
    assert told
    assert told.people == ("a", "b")
    assert [one.person for one in told.logged] == ["b"]
    assert guarded(known(met(36), check_in(40, 5))) is None
