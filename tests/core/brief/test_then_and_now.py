from streams.core.brief.then_and_now import closeness, disputes
from tests.core.brief.of import FIRST, known, met
from tests.core.builders import check_in, person


def test_closeness_then_and_now_the_closest_first() -> None:
    told = known(
        person(1, "a", ring=3, relation="sister"),
        person(1, "b", ring=2),
        person(20, "a", ring=1, relation="sister"),
        person(30, "c"),
        person(31, "gone", ring=1),
        person(32, "gone", removed=True),
        met(33, "unknown"),
        check_in(40, 5),
    )
    now = [(one.person, one.relation, one.ring_then, one.ring_now) for one in closeness(told, FIRST, told.today)]
    assert now == [("a", "sister", 3, 1), ("b", None, 2, 2), ("c", None, None, None)]
    early = [(one.person, one.ring_now) for one in closeness(told, FIRST, FIRST + 18)]
    assert early == [("b", 2), ("a", 3)]


def test_before_anything_was_said_what_was_said_first_counts() -> None:
    told = known(check_in(0, 5), person(10, "a"), person(20, "a", ring=4), check_in(40, 5))
    assert [(one.ring_then, one.ring_now) for one in closeness(told, FIRST, told.today)] == [(4, 4)]


def test_disputes_through_their_stages_up_to_a_day() -> None:
    told = known(
        person(1, "a", dispute_stage="renegotiation"),
        met(10, "a", dispute_stage="impasse"),
        met(20, "a", dispute_stage="impasse"),
        met(30, "a2", dispute_stage="dissolution"),
        person(31, "a2", merged_into="a"),
        met(35, "b", dispute_stage="impasse"),
        check_in(40, 5),
    )
    [first] = disputes(told, FIRST + 29)
    assert [(stage.stage, stage.on.isoformat()) for stage in first.stages] == [
        ("renegotiation", "2026-06-02"),
        ("impasse", "2026-06-11"),
    ]
    assert [(one.person, len(one.stages)) for one in disputes(told, told.today)] == [("a", 3), ("b", 1)]
