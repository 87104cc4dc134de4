from collections import Counter
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from schemas.reading import Accepted, read_event
from streams.simulate.cohort import cohort
from streams.simulate.mint import Event
from streams.simulate.truth import Truth

END = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAYS = 60


def bytes_of(patients: list[tuple[list[Event], Truth]]) -> bytes:
    return b"\n".join(orjson.dumps(events) + truth.to_json() for events, truth in patients)


@pytest.fixture(scope="module")
def made() -> list[tuple[list[Event], Truth]]:
    return list(cohort(40, DAYS, END, 3))


def test_the_same_seed_gives_the_same_bytes_and_more_patients_only_add(made: list[tuple[list[Event], Truth]]) -> None:
    assert bytes_of(list(cohort(5, DAYS, END, 3))) == bytes_of(made[:5])
    assert bytes_of(list(cohort(1, DAYS, END, 4))) != bytes_of(made[:1])


def test_every_event_is_valid_and_holds_nothing_unknown(made: list[tuple[list[Event], Truth]]) -> None:
    for events, truth in made[:12]:
        for event in events:
            read = read_event(orjson.dumps(event), received=END)
            assert isinstance(read, Accepted), read
            assert read.unknown_fields == 0
            assert read.event.subject == truth.patient


def test_events_are_in_order_and_ids_are_unique(made: list[tuple[list[Event], Truth]]) -> None:
    ids = Counter(event["id"] for events, _ in made for event in events)
    assert max(ids.values()) == 1
    for events, truth in made:
        times = [datetime.fromisoformat(event["time"]) for event in events]
        assert times == sorted(times)
        assert times[-1] <= END
        assert END - times[0] < timedelta(days=DAYS + 1)
        assert truth.events == len(events)


def test_about_three_in_five_prompts_are_answered(made: list[tuple[list[Event], Truth]]) -> None:
    check_ins = sum(event["type"] == "check-in.v1" for events, _ in made for event in events)
    assert check_ins / (len(made) * DAYS * 5) == pytest.approx(0.6, abs=0.02)


def test_mood_falls_where_it_was_planted(made: list[tuple[list[Event], Truth]]) -> None:
    falls = 0
    for events, truth in made:
        if truth.deterioration is None:
            continue
        falls += 1
        moods: dict[bool, list[int]] = {True: [], False: []}
        for event in events:
            if event["type"] == "check-in.v1":
                moods[event["time"][:10] >= truth.deterioration.since.isoformat()].append(event["data"]["mood"])
        before, after = (sum(moods[when]) / len(moods[when]) for when in (False, True))
        assert before - after > 0.25 * truth.deterioration.points
    assert falls >= 5


def test_something_is_there_to_be_found_in_the_last_two_weeks(made: list[tuple[list[Event], Truth]]) -> None:
    first, second = made[0][1], made[1][1]
    assert first.deterioration is not None
    assert END.date() - first.deterioration.since < timedelta(days=14)
    assert any(END - one.time < timedelta(days=4) for one in second.item9)


def test_item_9_is_answered_above_0_where_it_was_planted_and_nowhere_else(
    made: list[tuple[list[Event], Truth]],
) -> None:
    planted = {one.event: one.answer for _, truth in made for one in truth.item9}
    answered = {
        event["id"]: event["data"]["items"]["9"]
        for events, _ in made
        for event in events
        if event["type"] == "questionnaire.v1"
        and event["data"]["instrument"] == "PHQ-9"
        and event["data"]["items"]["9"] > 0
    }
    assert answered == planted
    assert 1 <= len(planted) < len(made) / 4


def test_questionnaires_follow_the_mood(made: list[tuple[list[Event], Truth]]) -> None:
    assert {name for _, truth in made for name in truth.instruments} == {"PHQ-9", "GAD-7", "EDE-QS"}
    totals: dict[bool, list[int]] = {True: [], False: []}
    for events, truth in made:
        scores = [sum(event["data"]["items"].values()) for event in events if event["type"] == "questionnaire.v1"
                  and event["data"]["instrument"] == "PHQ-9"]  # fmt: skip
        assert len(scores) >= DAYS // 7
        totals[truth.usual_mood > 5.8] += scores
    well, unwell = (sum(totals[when]) / len(totals[when]) for when in (True, False))
    assert unwell - well > 2


def test_some_travel_and_the_offset_travels_with_them(made: list[tuple[list[Event], Truth]]) -> None:
    travelled = [(events, truth) for events, truth in made if len(truth.offsets) > 1]
    assert travelled
    for events, truth in travelled:
        carried = {
            offset.total_seconds() / 3600
            for event in events
            if (offset := datetime.fromisoformat(event["time"]).utcoffset()) is not None
        }
        assert carried <= set(truth.offsets)


def test_nothing_private_is_in_any_event(made: list[tuple[list[Event], Truth]]) -> None:
    fields = {field for events, _ in made for event in events for field in event["data"]}
    assert not fields & {"note", "label"}
