"""Whatever the order, the repeats and the grouping in which events arrive: the same state, findings, points and links."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.detect import standing_findings
from streams.core.fold import link_items
from streams.core.links import LinkPopulation, read
from streams.core.moments import micros
from streams.core.rehearse import rehearse
from streams.core.state import EMPTY, State, pack
from tests.core.builders import POLICY, check_in, interaction, phq9

OFFSETS = st.sampled_from([-600, 0, 60, 330, 780])


@st.composite
def histories(draw: st.DrawFn) -> list[AnyEvent]:
    """Up to 70 days of one patient, some days busy, some empty, with a drop now and then."""
    events: list[AnyEvent] = []
    for day in range(draw(st.integers(1, 70))):
        low = draw(st.booleans())
        for slot in draw(st.lists(st.integers(0, 23), max_size=4, unique=True)):
            moment, offset = day + slot / 24, draw(OFFSETS)
            mood = draw(st.integers(0, 4) if low else st.integers(4, 10))
            events.append(check_in(moment, mood, offset=offset))
            if slot % 5 == 0:
                events.append(interaction(moment, person=draw(st.sampled_from(["a", "b"])), offset=offset))
            if slot % 11 == 0:
                events.append(phq9(moment, draw(st.integers(0, 24)), offset=offset))
    return events


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[AnyEvent], list[list[AnyEvent]]]:
    """A history, and batches in which it arrives: each event up to 14 days late, some of them twice."""
    events = draw(histories())
    late = [draw(st.floats(0, 13.9)) for _ in events]
    order = sorted(range(len(events)), key=lambda i: events[i].time + timedelta(days=late[i]))
    arriving = [events[i] for i in order]
    for i in draw(st.lists(st.integers(0, max(0, len(arriving) - 1)), max_size=5)) if arriving else []:
        arriving.insert(i, arriving[i])
    cuts = sorted(draw(st.lists(st.integers(0, len(arriving)), max_size=8)))
    edges = [0, *cuts, len(arriving)]
    return events, [arriving[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def run(batches: Sequence[Sequence[AnyEvent]]) -> tuple[State, list[str], int]:
    record, points, late = EMPTY, [], 0
    for batch in batches:
        result = analyse("p-1", record, batch, POLICY, closes=None, now=0)
        record, late = result.record, late + result.late
        points += result.points
    return record.state, sorted(points), late


@settings(max_examples=150, deadline=None)
@given(arrivals())
def test_arrival_leaves_no_trace(arrived: tuple[list[AnyEvent], list[list[AnyEvent]]]) -> None:
    events, batches = arrived
    in_order = sorted(events, key=lambda event: (event.time, event.mark()))
    expected, expected_points, _ = run([in_order])
    state, points, late = run(batches)
    assert late == 0
    assert pack(state) == pack(expected)
    assert standing_findings(state, "p-1") == standing_findings(expected, "p-1")
    assert points == expected_points
    links = [read(s.links, link_items(s.open), LinkPopulation(), "p-1") for s in (state, expected)]
    assert links[0] == links[1]


@settings(max_examples=60, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_rehearse_knows_no_order_and_no_copies(events: list[AnyEvent], random: object) -> None:
    lines = [event.to_json() for event in events]
    mixed = lines + [event.model_copy(update={"receivedat": event.time}).to_json() for event in events]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    once, again = rehearse(lines, POLICY), rehearse(mixed, POLICY)
    assert (again.alerts, again.links, again.points) == (once.alerts, once.links, once.points)
    assert (again.events, len(again.rejected)) == (once.events, 0)


def test_what_is_more_than_14_days_behind_becomes_a_point_marked_late() -> None:
    record = analyse("p-1", EMPTY, [check_in(20, 5)], POLICY, closes=None, now=0).record
    result = analyse("p-1", record, [check_in(5.9, 5)], POLICY, closes=None, now=0)
    assert result.late == 1
    assert [point.split(",")[0] for point in result.points] == ["mood", "late"]
    assert result.record.state == record.state


def test_of_two_contents_under_one_identity_the_same_one_stands_in_any_order() -> None:
    one, other = check_in(3, 2, id="same"), check_in(4, 9, id="same")
    states = [run([[a], [b]])[0] for a, b in ((one, other), (other, one))]
    assert pack(states[0]) == pack(states[1])
    assert [entry.mood for entry in states[0].open if hasattr(entry, "mood")] in ([200], [900])
    assert micros(other.time) == states[0].newest
