from collections.abc import Sequence
from math import exp

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.links import Happened, Links, Report, advance
from streams.core.links.state import dense

HOUR = 3600.0
START = 1_790_000_000.0

reports = st.builds(Report, time=st.integers(0, 20_000).map(lambda step: START + 60.0 * step),
                    tod=st.integers(0, 86_399), mood=st.integers(0, 1000))  # fmt: skip
happenings = st.builds(
    Happened,
    time=st.integers(0, 20_000).map(lambda step: START + 60.0 * step),
    person=st.sampled_from(["a", "b", "c"]),
    kind=st.sampled_from(["conflict", "support"]),
    patterns=st.lists(st.sampled_from(["silence", "indirect_verbal"]), max_size=3).map(tuple),
)
sets = st.lists(reports | happenings, max_size=40)


def in_order(items: Sequence[Report | Happened]) -> list[Report | Happened]:
    return sorted(items, key=lambda item: (item.time, msgspec.msgpack.encode(item)))


def packed(links: Links) -> bytes:
    return msgspec.msgpack.encode(links)


@given(sets, st.lists(st.integers(0, 20_000), max_size=5))
def test_any_split_in_time_gives_the_same_bytes(items: list[Report | Happened], cuts: list[int]) -> None:
    ordered = in_order(items)
    links, rest = Links.empty(), ordered
    for horizon in sorted(START + 60.0 * cut for cut in cuts):
        links = advance(links, [item for item in rest if item.time < horizon])
        rest = [item for item in rest if item.time >= horizon]
    assert packed(advance(links, rest)) == packed(advance(Links.empty(), ordered))


@given(sets, st.randoms(use_true_random=False))
def test_the_order_they_came_in_does_not_show(items: list[Report | Happened], random: np.random.Generator) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert packed(advance(Links.empty(), in_order(shuffled))) == packed(advance(Links.empty(), in_order(items)))


@given(sets)
def test_state_survives_packing(items: list[Report | Happened]) -> None:
    links = advance(Links.empty(), in_order(items))
    assert msgspec.msgpack.decode(packed(links), type=Links) == links


def test_nothing_new_changes_nothing() -> None:
    links = advance(Links.empty(), [Report(START, 0, 500)])
    assert advance(links, []) is links


def test_an_item_older_than_the_state_is_refused() -> None:
    links = advance(Links.empty(), [Report(START, 0, 500)])
    with pytest.raises(ValueError, match="older"):
        advance(links, [Report(START - 1, 0, 500)])


def test_an_event_at_the_time_of_a_report_counts_as_before_it() -> None:
    items: list[Report | Happened] = [Report(START, 0, 500), Happened(START, "a", "conflict")]
    both = advance(Links.empty(), items)
    matrix = dense(np.frombuffer(both.sums, "<f8"), both.sizes, 0)
    assert matrix[3, 3] > 0


def test_a_trace_halves_with_its_time_and_adds_up() -> None:
    links = advance(Links.empty(), [Happened(START, "a", "conflict"), Happened(START + 6 * HOUR, "a", "conflict")])
    now = np.frombuffer(links.traces, "<f8").reshape(3, -1)[0]
    assert now[3] == pytest.approx(1 + exp(-1))
    assert links.cells == (("a/conflict",), ("conflict",), ())
    assert [tally.events for tally in links.tallies[0]] == [2]


def test_a_pattern_named_twice_in_one_event_counts_once() -> None:
    links = advance(Links.empty(), [Happened(START, "a", "conflict", ("silence", "silence"))])
    assert links.tallies[2][0].events == 1


def test_the_mood_just_before_is_counted_when_it_was_heard() -> None:
    items: list[Report | Happened] = [
        Report(START, 0, 300),
        Happened(START + HOUR, "a", "conflict"),
        Happened(START + 7 * HOUR, "a", "conflict"),
    ]
    tally = advance(Links.empty(), items).tallies[0][0]
    assert (tally.events, tally.heard, tally.mood) == (2, 1, 300)
