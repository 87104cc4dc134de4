"""What is planted is in the events, nothing of it is elsewhere, and all of it can be read by the pipeline."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import pytest

from schemas.reading import Accepted, read_event
from streams.simulate.cohort import cohort
from streams.simulate.mint import Timed, from_clinic
from streams.simulate.people import RISE
from tests.simulate.samples import DAYS, END, Made


def bytes_of(patients: Made) -> bytes:
    return b"\n".join(orjson.dumps([event for _, event in events]) + truth.to_json() for events, truth in patients)


def of_type(events: list[Timed], *kinds: str) -> list[dict[str, Any]]:
    return [event for _, event in events if event["type"] in kinds]


def local_date(event: dict[str, Any]) -> date:
    return date.fromisoformat(event["time"][:10])


def test_the_same_seed_gives_the_same_bytes_and_more_patients_only_add(made: Made) -> None:
    assert bytes_of(list(cohort(4, DAYS, END, 3))) == bytes_of(made[:4])
    assert bytes_of(list(cohort(1, DAYS, END, 4))) != bytes_of(made[:1])


def test_every_event_is_valid_and_holds_nothing_unknown(made: Made) -> None:
    for events, truth in made[:12]:
        for time, event in events:
            read = read_event(orjson.dumps(event), received=END)
            assert isinstance(read, Accepted), read
            assert read.unknown_fields == 0
            assert (read.event.subject, read.event.time) == (truth.patient, time.replace(microsecond=0))


@pytest.mark.parametrize("days", [1, 2, 15, 40])
def test_a_short_history_is_one_too(days: int) -> None:
    for events, truth in cohort(6, days, END, 5):
        assert truth.events == len(events)
        assert all(isinstance(read_event(orjson.dumps(event), received=END), Accepted) for _, event in events)


def test_events_are_in_order_within_their_days_and_ids_are_unique(made: Made) -> None:
    assert max(Counter(event["id"] for events, _ in made for _, event in events).values()) == 1
    for events, truth in made:
        times = [time for time, _ in events]
        assert times == sorted(times)
        assert times[-1] <= END
        assert END - times[0] < timedelta(days=DAYS + 1)
        assert truth.events == len(events)


def test_about_three_in_five_prompts_are_answered_by_those_who_are_not_silent(made: Made) -> None:
    asked: set[str] = set()
    answered = []
    for events, truth in made:
        if truth.silence is None:
            asked |= {event["data"]["id"] for event in of_type(events, "prompt.v1")}
            answered += [event["data"]["prompt"]["id"] for event in of_type(events, "check-in.v1")]
    assert set(answered) <= asked
    assert len(answered) / len(asked) == pytest.approx(0.6, abs=0.02)


def test_each_silence_is_of_its_kind(made: Made) -> None:
    kinds = set()
    for events, truth in made:
        gap = truth.silence
        if gap is None:
            continue
        kinds.add(gap.kind)
        within = [event for _, event in events if gap.since <= local_date(event) <= gap.until]
        heard = Counter(event["type"] for event in within if not from_clinic(event))
        before = [event for event in of_type(events, "check-in.v1") if local_date(event) < gap.since]
        assert before
        if gap.kind == "offline":
            assert not heard.keys() & {"heartbeat.v1", "prompt.v1", "check-in.v1", "questionnaire.v1"}
        elif gap.kind == "unanswered":
            assert heard["heartbeat.v1"]
            assert heard["prompt.v1"]
            assert not heard["check-in.v1"]
        else:
            assert 0.02 < heard["check-in.v1"] / heard["prompt.v1"] < 0.45
    assert kinds == {"offline", "unanswered", "dropping_off"}


def test_mood_falls_where_it_was_planted(made: Made) -> None:
    falls = 0
    for events, truth in made:
        if truth.deterioration is None or truth.setback is not None:
            continue
        falls += 1
        moods: dict[bool, list[int]] = {True: [], False: []}
        for event in of_type(events, "check-in.v1"):
            moods[local_date(event) >= truth.deterioration.since].append(event["data"]["mood"])
        if moods[True]:  # not silent
            before, after = (sum(moods[when]) / len(moods[when]) for when in (False, True))
            assert before - after > 0.25 * truth.deterioration.points
    assert falls >= 5


def test_something_is_there_to_be_found_in_the_last_two_weeks(made: Made) -> None:
    first, second = made[0][1], made[1][1]
    assert first.deterioration is not None
    assert END.date() - first.deterioration.since < timedelta(days=14)
    assert any(END - one.time < timedelta(days=4) for one in second.item9)
    assert first.silence is second.silence is None


def test_safety_is_where_it_was_planted_and_nowhere_else(made: Made) -> None:
    planted = {one.event: one.answer for _, truth in made for one in truth.item9}
    answered = {
        event["id"]: event["data"]["items"]["9"]
        for events, _ in made
        for event in of_type(events, "questionnaire.v1")
        if event["data"]["instrument"] == "PHQ-9" and event["data"]["items"]["9"] > 0
    }
    assert answered == planted
    assert 1 <= len(planted) < len(made) / 4
    pressed = {event["id"] for events, _ in made for event in of_type(events, "safety.v1")}
    assert pressed == {name for _, truth in made for name in truth.buttons} != set()
    violent = {event["id"] for events, _ in made for event in of_type(events, "interaction.v1")
               if event["data"]["kind"] == "violence"}  # fmt: skip
    assert violent == {name for _, truth in made for name in truth.violence} != set()


def test_clocks_change_at_home_and_some_travel(made: Made) -> None:
    changed = travelled = 0
    for events, truth in made:
        carried = {
            offset.total_seconds() / 3600
            for time, event in events
            if (offset := datetime.fromisoformat(event["time"]).utcoffset()) is not None and offset == time.utcoffset()
        }
        assert carried <= set(truth.offsets)
        travelled += truth.journey is not None
        if truth.journey is None:
            assert carried == set(truth.offsets)
            changed += len(carried) == 2
            assert len(carried) == (2 if truth.zone in {"Europe/Berlin", "Europe/London", "Australia/Adelaide"} else 1)
    assert changed
    assert travelled
    assert len({truth.zone for _, truth in made}) >= 4


def test_closeness_disputes_and_life_are_told(made: Made) -> None:
    moved = disputes = losses = 0
    for events, truth in made:
        told: dict[str, list[tuple[date, int]]] = defaultdict(list)
        for event in of_type(events, "person.v1"):
            told[event["data"]["person_id"]].append((local_date(event), event["data"]["ring"]))
        assert told == {one.person: list(one.rings) for one in truth.people}
        moved += any(len(one.rings) > 1 for one in truth.people)
        staged = [event for event in of_type(events, "interaction.v1") if "dispute_stage" in event["data"]]
        for event in staged:
            assert truth.dispute is not None
            assert event["data"]["person_id"] == truth.dispute.person
            stood = [stage for since, stage in truth.dispute.stages if since <= local_date(event)]
            assert event["data"]["dispute_stage"] == stood[-1]
        disputes += truth.dispute is not None and len(truth.dispute.stages) > 1
        said = [(event["data"]["kind"], event["data"]["date"]) for event in of_type(events, "life-event.v1")]
        assert len(said) <= len(truth.life)
        losses += any(one.kind == "bereavement" and one.on < one.told for one in truth.life)
    assert moved
    assert disputes
    assert losses


def test_quarrels_that_rise_are_more(made: Made) -> None:
    days = {False: 0.0, True: 0.0}
    expected_of = {False: 0.0, True: 0.0}
    for events, truth in made:
        for tie in truth.ties:
            if tie.rises is None or truth.silence is not None:
                continue
            for event in of_type(events, "interaction.v1"):
                if (event["data"]["person_id"], event["data"]["kind"]) == (tie.person, tie.kind):
                    days[local_date(event) >= tie.rises] += 1
            after = (END.date() - tie.rises).days
            expected_of[True] += after * tie.a_day
            expected_of[False] += (DAYS - after) * tie.a_day
    assert days[False] / expected_of[False] == pytest.approx(1, abs=0.35)
    assert days[True] / expected_of[True] == pytest.approx(RISE, rel=0.35)


def test_eating_is_counted_for_those_it_is_asked_of_and_rises_where_planted(made: Made) -> None:
    before = after = 0.0
    for events, truth in made:
        counted = [event for event in of_type(events, "check-in.v1") if "symptoms" in event["data"]]
        assert bool(counted) == (truth.eating is not None)
        if truth.eating is None or truth.eating.rises is None:
            continue
        rises = truth.eating.rises
        for event in counted:
            number = sum(event["data"]["symptoms"].values()) / sum(truth.eating.a_day)
            if local_date(event) >= rises:
                after += number / sum(local_date(other) >= rises for other in counted)
            else:
                before += number / sum(local_date(other) < rises for other in counted)
    assert after > 1.8 * before > 0


def test_nothing_private_is_in_any_event(made: Made) -> None:
    fields = {field for events, _ in made for _, event in events for field in event["data"]}
    assert not fields & {"note", "label"}
