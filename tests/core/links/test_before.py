from math import sqrt

import pytest
from msgspec.structs import replace

from streams.core.links import Happened, LinkPopulation, Links, Report, advance, read
from streams.core.links.before import CARRIED, LOW_BEFORE, TRUST_N, before, carried_over, low_before
from streams.core.links.posterior import posterior
from streams.core.links.state import Tally

HOUR = 3600.0
USUAL = replace(Links.empty(), reports=100, moods=60_000)


def tally(heard: int, mood: float) -> Tally:
    """`heard` events with a report of `mood` points before each."""
    return Tally(events=heard, heard=heard, mood=round(100 * heard * mood))


def test_mood_before_is_told_against_the_usual() -> None:
    assert before(tally(4, 4.5), USUAL) == pytest.approx(-1.5)


def test_nothing_heard_before_says_nothing() -> None:
    assert before(Tally(events=3), USUAL) == 0.0
    assert before(Tally(), Links.empty()) == 0.0
    assert not low_before(Tally(events=3), USUAL, spread=0.0)


def test_low_begins_half_a_point_below_the_usual() -> None:
    assert low_before(tally(100, 6.0 - LOW_BEFORE), USUAL, spread=1.5)
    assert not low_before(tally(100, 6.0 - LOW_BEFORE + 0.01), USUAL, spread=1.5)


def test_few_events_need_a_lower_mood_to_be_called_low() -> None:
    least = 1.645 * 1.5 / sqrt(9)
    assert low_before(tally(9, 6.0 - least - 0.01), USUAL, spread=1.5)
    assert not low_before(tally(9, 6.0 - least + 0.01), USUAL, spread=1.5)


def test_what_is_carried_over_is_believed_the_more_the_more_was_heard() -> None:
    cells = (("a/conflict", "b/conflict"), (), ())
    links = replace(USUAL, cells=cells, tallies=((tally(4, 5.0), tally(400, 5.0)), (), ()))
    few, many = carried_over(links, 0)
    assert few == pytest.approx(-CARRIED * 4 / (4 + TRUST_N))
    assert many == pytest.approx(-CARRIED, rel=0.02)


def daily(before_event: int, after_event: int) -> list[Report | Happened]:
    """60 days with a report at 9, 12 and 15; every other day an event at 12:10, its mood at 12 and 15 as asked."""
    items: list[Report | Happened] = []
    for day in range(60):
        happens, start = day % 2 == 0, day * 24 * HOUR
        moods = (600, before_event, after_event) if happens else (600, 600, 600)
        items += [
            Report(start + hour * HOUR, hour * 3600, mood + day * 37 % 70 - 35)
            for hour, mood in zip((9, 12, 15), moods, strict=True)
        ]
        if happens:
            items.append(Happened(start + 12 * HOUR + 600, "a", "conflict"))
    return sorted(items, key=lambda item: item.time)


def test_a_shown_card_says_that_mood_was_low_before() -> None:
    dipped = read(Links.empty(), daily(400, 250), LinkPopulation(), "p-1")
    level = read(Links.empty(), daily(600, 350), LinkPopulation(), "p-1")
    assert [(link.shown, link.low_before) for link in dipped] == [(True, True)] * 2
    assert [(link.shown, link.low_before) for link in level] == [(True, False)] * 2


def test_a_card_that_is_not_shown_says_nothing_of_before() -> None:
    links = read(Links.empty(), daily(400, 600)[:12], LinkPopulation(), "p-1")
    assert [(link.shown, link.low_before) for link in links] == [(False, False)] * 2


def test_low_moods_before_are_taken_off_the_effect() -> None:
    """The same sums with another mood before: the effect moves by what that mood carries over."""
    links = advance(Links.empty(), daily(600, 350))
    first = links.tallies[0][0]
    lower = replace(links, tallies=((replace(first, mood=first.mood - 100 * first.heard),), *links.tallies[1:]))
    moved = posterior(lower, 0, LinkPopulation()).mean[0] - posterior(links, 0, LinkPopulation()).mean[0]
    assert 0.7 * CARRIED < moved < CARRIED
