import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnyEvent
from schemas.vocabulary import CommunicationPattern, InteractionKind, LifeEventKind
from streams.core.moments import micros
from streams.core.points import late_mark, points
from tests.core.builders import at, check_in, event, heartbeat, interaction, person, phq9, raw, safety

SLUG = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}", fullmatch=True)
RATING = st.floats(0, 10)
LINE = re.compile(
    r'[a-z_]+(,[a-z]+=[A-Za-z0-9._~-]+)+ [a-z][a-z0-9_]*=(true|-?\d+i|[0-9.e-]+|"[^"\\\n]*")'
    r'(,[a-z][a-z0-9_]*=(true|-?\d+i|[0-9.e-]+|"[^"\\\n]*"))* \d+'
)


def nanoseconds(line: str) -> int:
    return int(line.rsplit(" ", 1)[1])


def test_a_check_in_is_mood_with_sleep_and_symptoms_and_its_affects_beside_it() -> None:
    data = {"mood": 6, "affects": {"sad": 4, "anxious": 3.5}, "symptoms": {"binge": 2}, "sleep_hours": 7.5}
    mood, affects = points(event(raw("check-in.v1", 1, data)))
    assert mood.startswith("mood,patient=p-1 mood=6.0,sleep_hours=7.5,binge=2i 1780358400000000")
    assert affects.startswith("affects,patient=p-1 affect_anxious=3.5,affect_sad=4.0 ")
    assert nanoseconds(mood) == nanoseconds(affects)


def test_the_time_is_the_events_own_to_the_microsecond() -> None:
    said = check_in(1.123456789, 5, offset=330)
    [line] = points(said)
    assert nanoseconds(line) // 1000 == micros(said.time)


def test_an_interaction_is_tagged_with_person_and_kind() -> None:
    [line] = points(interaction(1, person="b", kind="loss"))
    assert line.startswith('interaction,patient=p-1,person=b,kind=loss valence=-2i,patterns="silence" ')


@pytest.mark.parametrize(("total", "band"), [(4, "minimal"), (5, "mild"), (19, "moderately_severe"), (20, "severe")])
def test_a_questionnaire_carries_its_band(total: int, band: str) -> None:
    [line] = points(phq9(1, total))
    fields = f'answered=9i,total={total}.0,band="{band}",imputed=0i'
    assert line.startswith(f"questionnaire,patient=p-1,instrument=PHQ-9 {fields} ")


def test_without_a_total_there_is_no_band() -> None:
    [line] = points(event(raw("questionnaire.v1", 1, {"instrument": "PHQ-9", "items": {"9": 3}})))
    assert line.startswith("questionnaire,patient=p-1,instrument=PHQ-9 answered=1i ")


def test_no_answer_to_item_9_and_no_note_is_in_a_point() -> None:
    [one], [other] = points(phq9(1, 5, item9=1)), points(phq9(1, 6, item9=0))
    assert one == other
    assert points(event(raw("check-in.v1", 1, {"mood": 5, "note": "canary"}))) == points(check_in(1, 5))


def test_closeness_is_a_point_where_an_entry_names_it() -> None:
    [line] = points(person(1, "b", ring=2, relation="partner"))
    assert line.startswith("closeness,patient=p-1,person=b ring=2i ")
    assert points(person(1, "b", relation="partner")) == []


def test_what_is_no_measurement_is_no_point() -> None:
    assert [points(said) for said in (safety(1), heartbeat(1))] == [[], []]


@pytest.mark.parametrize("said", [check_in(1, 5), interaction(1), phq9(1, 5)])
def test_a_copy_writes_the_same_point(said: AnyEvent) -> None:
    received = said.model_copy(update={"receivedat": check_in(9, 0).time, "history": True})
    assert points(received) == points(said)


def test_two_reports_of_one_instant_stay_two_points() -> None:
    times = {nanoseconds(points(check_in(1, 5, id=f"r-{n}"))[0]) for n in range(20)}
    assert len(times) > 15
    assert {time // 1000 for time in times} == {micros(check_in(1, 5).time)}


@settings(deadline=None)
@given(
    SLUG,
    SLUG,
    st.sampled_from(InteractionKind),
    st.lists(st.sampled_from(CommunicationPattern), max_size=5),
    st.sampled_from(LifeEventKind),
    st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True), RATING, max_size=4),
    RATING,
)
def test_nothing_an_event_may_hold_can_break_out_of_its_line(  # noqa: PLR0917 - one strategy each
    subject: str,
    person: str,
    kind: InteractionKind,
    patterns: list[CommunicationPattern],
    life: LifeEventKind,
    affects: dict[str, float],
    mood: float,
) -> None:
    met = {"person_id": person, "kind": kind, "valence": 0, "patterns": patterns, "note": "a b,c=d\n e"}
    said = [
        raw("interaction.v1", 1, met, subject=subject, id='i"d, =\\', source='s"o, ='),
        raw("life-event.v1", 1, {"kind": life, "date": "1999-12-31"}, subject=subject),
        raw("check-in.v1", 1, {"mood": mood, "affects": affects, "sleep_hours": mood}, subject=subject),
    ]
    lines = [line for one in said for line in (*points(event(one)), late_mark(event(one)))]
    assert len(lines) >= 6
    for line in lines:
        assert LINE.fullmatch(line), line


def test_the_mark_of_a_late_event_stands_at_its_time() -> None:
    said = check_in(1, 5, receivedat=at(40))
    assert late_mark(said).startswith("late,patient=p-1,type=check-in.v1 late=true ")
    assert nanoseconds(late_mark(said)) == nanoseconds(points(said)[0])
