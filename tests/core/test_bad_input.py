"""What becomes of input that is wrong, strange or out of place: docs/bad-input.md lists each case and its test here."""

import pytest

from streams.core.analyse import Analysis, analyse
from streams.core.inventory import inventory
from streams.core.moments import micros
from streams.core.rehearse import Rehearsal, rehearse
from streams.core.state import EMPTY
from streams.core.therapy import present_with_tries
from tests.core.builders import (
    POLICY,
    check_in,
    clinic,
    date_of,
    event,
    heartbeat,
    interaction,
    opened,
    person,
    phq9,
    raw,
)

LINK = {"person_id": "a-1", "kind": "conflict", "valence": -2}


def rehearsed(*lines: bytes) -> Rehearsal:
    return rehearse(lines, POLICY)


def refused(*lines: bytes) -> tuple[str, str]:
    """Field and reason of the one line that was refused, of which nothing counts."""
    rehearsal = rehearsed(*lines)
    assert (rehearsal.events, rehearsal.points) == (0, [])
    [rejection] = rehearsal.rejected
    return rejection.field, rejection.reason


def analysed(*events: object) -> Analysis:
    return analyse("p-1", EMPTY, list(events), POLICY, closes=None, now=micros(heartbeat(100).time))


def set_aside(*events: object) -> list[str]:
    return [refused.reason for refused in analysed(*events).refused]


# Unknown


def test_a_person_nobody_told_of_is_known_by_their_id_and_counts() -> None:
    analysis = analysed(interaction(1, person="stranger"), check_in(2, 5))
    [known] = inventory(analysis.record.state)
    assert (known.person, known.entry) == ("stranger", None)
    assert len(analysis.points) == 2
    links = rehearsed(interaction(1, person="stranger").to_json(), check_in(1.1, 5).to_json()).links
    assert "stranger" in {link.cell.person for link in links}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"patterns": ["shouting"]}, "data.patterns.*"),
        ({"kind": "feud"}, "data.kind"),
        ({"problem_area": "money"}, "data.problem_area"),
        ({"dispute_stage": "war"}, "data.dispute_stage"),
    ],
)
def test_a_word_outside_a_closed_list_refuses_the_event(changed: dict[str, object], field: str) -> None:
    assert refused(raw("interaction.v1", 1, LINK | changed))[0] == field


@pytest.mark.parametrize("instrument", ["PHQ-8", "", None])
def test_an_unknown_instrument_refuses_the_questionnaire(instrument: str | None) -> None:
    assert refused(raw("questionnaire.v1", 1, {"instrument": instrument, "items": {"1": 1}}))[0] == "data.instrument"


def test_a_strategy_or_goal_nobody_set_is_counted_when_tried_and_set_aside_when_rated() -> None:
    tried = event(raw("interaction.v1", 1, LINK | {"strategy_id": "s-9", "strategy_helped": 4}))
    analysis = analysed(opened(0), tried)
    assert analysis.refused == []
    assert set(present_with_tries(analysis.record.state).tried) == {"s-9"}
    assert set_aside(opened(0), clinic("goal", 1, goal_id="g", what="rated", rating=4)) == ["the goal was not set yet"]


# Answers


@pytest.mark.parametrize("answer", [-1, 4, 1.5, "1", True, None])
def test_an_answer_that_cannot_be_refuses_the_questionnaire(answer: object) -> None:
    line = raw("questionnaire.v1", 1, {"instrument": "GAD-7", "items": {"1": 1, "2": answer}})
    assert refused(line)[0].startswith("data")


def test_an_item_the_instrument_has_not_refuses_the_questionnaire() -> None:
    line = raw("questionnaire.v1", 1, {"instrument": "GAD-7", "items": {"8": 1}})
    assert refused(line) == ("data", "the instrument has no such item")


def test_an_item_answered_twice_refuses_the_questionnaire() -> None:
    line = raw("questionnaire.v1", 1, {"instrument": "GAD-7", "items": {"1": 1}})
    assert refused(line.replace(b'{"1": 1}', b'{"1": 1, "1": 1}')) == (
        "data.items", "an item is answered more than once"
    )  # fmt: skip


@pytest.mark.parametrize("mood", [-0.01, 10.01])
def test_a_mood_off_the_scale_refuses_the_check_in(mood: float) -> None:
    assert refused(raw("check-in.v1", 1, {"mood": mood}))[0] == "data.mood"


def test_a_positive_item_9_pages_whatever_else_is_wrong() -> None:
    rehearsal = rehearsed(raw("questionnaire.v1", 1, {"instrument": "PHQ-9", "items": {"1": 7, "9": 1}}))
    assert (rehearsal.events, len(rehearsal.rejected)) == (0, 1)
    assert [alert.rule for alert in rehearsal.alerts] == ["safety.item9"]


def test_a_safety_button_pages_whatever_else_is_wrong() -> None:
    rehearsal = rehearsed(raw("safety.v1", 1, {"kind": "crisis", "note": "n" * 9_000}))
    assert (rehearsal.events, len(rehearsal.rejected)) == (0, 1)
    assert [alert.rule for alert in rehearsal.alerts] == ["safety.contact"]


# People


def test_what_is_logged_of_a_merged_person_counts_for_the_other_before_and_after() -> None:
    merged = person(3, "a-2", merged_into="a-1")
    events = [interaction(1, person="a-2"), person(0, "a-1"), merged, interaction(4, person="a-2"), check_in(5, 5)]
    [known] = inventory(analysed(*events).record.state)
    assert (known.person, known.also) == ("a-1", ("a-2",))
    links = rehearsed(*(one.to_json() for one in events)).links
    assert {(link.cell.person, link.n) for link in links if link.cell.person} == {("a-1", 2)}


def test_a_merge_into_an_unknown_person_counts_for_their_id() -> None:
    [known] = inventory(analysed(interaction(1, person="a-2"), person(2, "a-2", merged_into="nobody")).record.state)
    assert (known.person, known.entry, known.also) == ("nobody", None, ("a-2",))


def test_a_merge_in_a_circle_leaves_out_the_last() -> None:
    events = [person(1, "a-1", merged_into="a-2"), person(2, "a-2", merged_into="a-1")]
    [known] = inventory(analysed(*events).record.state)
    assert (known.person, known.also) == ("a-2", ("a-1",))


@pytest.mark.parametrize(
    "said",
    [{"merged_into": "a-1"}, {"merged_into": "a-2", "removed": True}, {"never_contact": True, "safe_to_contact": True}],
)
def test_an_entry_that_contradicts_itself_is_refused(said: dict[str, object]) -> None:
    assert refused(raw("person.v1", 1, {"person_id": "a-1"} | said))[0] == "data"


def test_what_is_logged_of_a_removed_person_stays_and_counts() -> None:
    events = [person(0, "a-1"), interaction(1), person(2, "a-1", removed=True), interaction(3, kind="violence")]
    analysis = analysed(*events)
    [known] = inventory(analysis.record.state)
    assert known.entry is not None
    assert known.entry.removed
    assert [signal.evidence["what"] for signal in analysis.signals] == ["violence"]
    assert analysis.refused == []


# Out of place in time


def test_what_the_phone_tells_before_any_episode_counts() -> None:
    analysis = analysed(check_in(1, 5), phq9(2, 9), interaction(3), opened(10))
    assert len(analysis.record.state.open) == 4
    assert (analysis.refused, analysis.late) == ([], 0)


def test_what_the_phone_tells_after_closing_counts_and_pages() -> None:
    closed = opened(20, on=0, closed_on=date_of(20), outcome="completed", id="closing")
    after = [check_in(30, 5), phq9(31, 5, item9=1)]
    rehearsal = rehearsed(*(one.to_json() for one in (opened(0), closed, *after)))
    assert (rehearsal.events, rehearsal.rejected) == (4, [])
    assert [alert.rule for alert in rehearsal.alerts] == ["safety.item9"]


def test_a_step_of_care_before_its_episode_is_set_aside() -> None:
    assert set_aside(clinic("session", 1, session_id="s", status="held", on=1)) == ["there is no such episode yet"]
    early = clinic("session", 6, session_id="s", status="held", on=4)
    assert set_aside(opened(5), early) == ["that is before the episode opened"]


def test_a_step_of_care_after_closing_is_set_aside() -> None:
    closed = opened(8, on=0, closed_on=date_of(8), outcome="completed", id="closing")
    late = clinic("session", 10, session_id="s", status="held", on=9)
    assert set_aside(opened(0), closed, late) == ["that is after the episode closed"]


def test_a_phase_begins_on_a_later_day_than_those_before_it() -> None:
    ending = clinic("phase", 0.2, phase="termination", starts_on=0)
    initial = clinic("phase", 0.5, phase="initial", starts_on=0)
    wrong = "the initial phase comes before it, and does not begin on an earlier day"
    assert set_aside(opened(0), ending, initial) == [wrong]
    middle = clinic("phase", 5, phase="middle", starts_on=5)
    assert set_aside(opened(0), initial, middle, clinic("phase", 6, phase="termination", starts_on=5)) == [
        "the middle phase comes before it, and does not begin on an earlier day"
    ]


@pytest.mark.parametrize("phase", ["termination", "maintenance"])
def test_termination_and_maintenance_end_something(phase: str) -> None:
    ends = clinic("phase", 20, phase=phase, starts_on=20)
    assert set_aside(opened(0), ends) == ["no phase was said to begin before it, and no session was held"]
    assert set_aside(opened(0), clinic("phase", 1, phase="initial", starts_on=0), ends) == []
    assert set_aside(opened(0), clinic("session", 19, session_id="s", status="held", on=19), ends) == []


def test_an_opening_or_closing_that_leaves_something_outside_is_set_aside() -> None:
    goal = clinic("goal", 5, goal_id="g", what="set")
    middle = clinic("phase", 6, phase="middle", starts_on=10)
    assert set_aside(opened(0), goal, opened(7, on=6, id="moved")) == ["a goal was set before the episode opened"]
    closing = opened(10, on=0, closed_on=date_of(9), outcome="completed", id="closing")
    assert set_aside(opened(0), goal, middle, closing) == ["a phase began after the episode closed"]


def test_what_is_too_late_becomes_a_point_and_is_not_analysed() -> None:
    first = analysed(check_in(40, 5)).record
    analysis = analyse("p-1", first, [check_in(25.9, 1)], POLICY, closes=None, now=first.view_at)
    assert (analysis.late, len(analysis.record.state.open)) == (1, 1)
    assert [line.split(",")[0] for line in analysis.points] == ["mood", "late"]


def test_two_contents_under_one_identity_leave_one_standing() -> None:
    rehearsal = rehearsed(check_in(1, 5, id="x").to_json(), check_in(1, 6, id="x").to_json())
    assert (rehearsal.events, [rejection.field for rejection in rehearsal.rejected]) == (1, ["id"])
