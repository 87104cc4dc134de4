from datetime import UTC, datetime

import pytest

from schemas.events import AnyEvent, CheckInEvent, InteractionEvent, QuestionnaireEvent
from streams.cli.importing.mapping import Mapping
from streams.cli.importing.rows import MappedRow, map_row

LATER = datetime(2021, 1, 1, tzinfo=UTC)


def mapped(mapping: Mapping, cells: dict[str, str], **changes: str) -> MappedRow:
    return map_row(mapping, 7, cells | changes, newest=LATER)


def event(row: MappedRow, part: str) -> AnyEvent:
    return next(found.event for found in row.events if found.part == part)


def told(row: MappedRow) -> list[tuple[str, str, str]]:
    return [(refusal.part, refusal.field, refusal.reason) for refusal in row.refusals]


def test_a_full_row_is_one_event_of_each_part(mapping: Mapping, cells: dict[str, str]) -> None:
    row = mapped(mapping, cells)
    assert [found.part for found in row.events] == ["check-in", "interaction event", "PHQ-9"]
    assert row.answered
    assert row.refusals == ()
    assert all(found.event.history and found.event.subject == "t-a" for found in row.events)


@pytest.mark.parametrize(("glad", "sad", "mood"), [("7", "1", 10), ("1", "7", 0), ("4", "4", 5), ("4", "2", 20 / 3)])
def test_mood_is_the_mean_of_its_columns_on_0_to_10(
    mapping: Mapping, cells: dict[str, str], glad: str, sad: str, mood: float
) -> None:
    check_in = event(mapped(mapping, cells, glad=glad, sad=sad), "check-in")
    assert isinstance(check_in, CheckInEvent)
    assert check_in.data.mood == pytest.approx(mood)
    assert check_in.data.affects["sad"] == pytest.approx((int(sad) - 1) / 6 * 10)


def test_an_interaction_lies_before_the_report(mapping: Mapping, cells: dict[str, str]) -> None:
    interaction = event(mapped(mapping, cells), "interaction event")
    assert isinstance(interaction, InteractionEvent)
    assert (interaction.data.valence, interaction.data.person_id) == (2, "unspecified")
    assert interaction.time.isoformat() == "2020-01-06T07:30:00+01:00"


@pytest.mark.parametrize(
    ("felt", "person"), [("-3", "bad"), ("-1", "bad"), ("0", "neither"), ("1", "good"), ("3", "good")]
)
def test_how_it_felt_can_stand_in_for_the_person(
    mapping: Mapping, cells: dict[str, str], felt: str, person: str
) -> None:
    ids = {"unpleasant": "bad", "neutral": "neither", "pleasant": "good"}
    told = mapping.model_dump(mode="json", by_alias=True)
    told["interactions"][0]["person_id"] = ids
    interaction = event(mapped(Mapping.model_validate(told), cells, event=felt), "interaction event")
    assert isinstance(interaction, InteractionEvent)
    assert interaction.data.person_id == person


def test_items_of_a_questionnaire(mapping: Mapping, cells: dict[str, str]) -> None:
    questionnaire = event(mapped(mapping, cells, p1="NA"), "PHQ-9")
    assert isinstance(questionnaire, QuestionnaireEvent)
    assert questionnaire.data.items == {"9": 0}


def test_nothing_answered_is_no_report(mapping: Mapping, cells: dict[str, str]) -> None:
    nothing = dict.fromkeys(cells, "NA")
    assert map_row(mapping, 7, nothing, newest=LATER) == MappedRow(7, answered=False)
    assert map_row(mapping, 7, nothing | {"worry": "3"}, newest=LATER) == MappedRow(7, answered=False, stray=True)


@pytest.mark.parametrize(
    ("changes", "refused", "kept"),
    [
        ({"event": "-4"}, ("interaction event", "event", "outside -3 to 3"), ["check-in", "PHQ-9"]),
        ({"event": "1.5"}, ("interaction event", "event", "not a whole number"), ["check-in", "PHQ-9"]),
        ({"glad": "8"}, ("check-in", "glad", "outside 1 to 7"), ["interaction event", "PHQ-9"]),
        ({"sad": "NA"}, ("check-in", "sad", "not answered, and the mood needs it"), ["interaction event", "PHQ-9"]),
        ({"worry": "x"}, ("check-in", "worry", "not a number"), ["check-in", "interaction event", "PHQ-9"]),
        ({"worry": "nan"}, ("check-in", "worry", "outside 1 to 7"), ["check-in", "interaction event", "PHQ-9"]),
        ({"p1": "4"}, ("PHQ-9", "p1", "outside 0 to 3"), ["check-in", "interaction event", "PHQ-9"]),
        ({"beep": "NA"}, ("row", "beep", "not answered, so the time of the report is unknown"), []),
        ({"who": "NA"}, ("row", "who", "not answered, so nobody knows whose report it is"), []),
    ],
)
def test_what_is_wrong_is_told_and_costs_the_rest_nothing(
    mapping: Mapping, cells: dict[str, str], changes: dict[str, str], refused: tuple[str, str, str], kept: list[str]
) -> None:
    row = mapped(mapping, cells, **changes)
    assert told(row) == [refused]
    assert [found.part for found in row.events] == kept


def test_a_subject_that_is_no_pseudonym_is_refused_without_showing_it(mapping: Mapping, cells: dict[str, str]) -> None:
    row = mapped(mapping, cells, who="A Name")
    assert row.events == ()
    assert {refusal.field for refusal in row.refusals} == {"who"}
    assert "Name" not in repr(row)


def test_what_is_not_long_past_is_refused(mapping: Mapping, cells: dict[str, str]) -> None:
    row = map_row(mapping, 7, cells, newest=datetime(2020, 1, 6, tzinfo=UTC))
    assert told(row) == [("row", "day", "less than 14 days ago; only the past can be imported")]


def test_ids_depend_on_what_the_row_says_and_not_on_where_it_stands(mapping: Mapping, cells: dict[str, str]) -> None:
    here = [found.event for found in mapped(mapping, cells).events]
    there = [found.event for found in map_row(mapping, 99, cells, newest=LATER).events]
    assert here == there
    assert len({found.id for found in here}) == 3
    other = mapped(mapping, cells, beep="2")
    assert {found.id for found in here}.isdisjoint(found.event.id for found in other.events)


def test_text_around_the_pseudonym_is_taken_off(mapping: Mapping, cells: dict[str, str]) -> None:
    person = mapping.person.model_copy(update={"remove": "User #"})
    row = mapped(mapping.model_copy(update={"person": person}), cells, who="User #12")
    assert row.events[0].event.subject == "t-12"
