from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

from deploy.demo.clinic import LIVE_DAYS
from deploy.demo.timetable import first_midnight, split, timetable
from streams.simulate.mint import Timed

START = datetime(2026, 3, 2, tzinfo=UTC)
END = START + timedelta(days=14)


def made_up() -> list[Timed]:
    moments = [START - timedelta(days=3) + timedelta(hours=2 * number) for number in range(200)]
    return [
        (moment, {"id": f"{patient}-{number}", "subject": patient, "source": "app/1", "time": moment.isoformat()})
        for patient in ("a", "b", "c")
        for number, moment in enumerate(moments)
    ]


def test_the_past_ends_where_the_play_begins() -> None:
    past, present = split(made_up(), START)
    assert len(past) == 3 * 36
    assert max(event["time"] for event in past) < START.isoformat() == min(event["time"] for _, event in present)


def test_every_event_is_uploaded_by_its_own_phone_and_some_twice() -> None:
    _, present = split(made_up(), START)
    deliveries = timetable(present, START, END, seed=1)
    uploaded = Counter(event["id"] for delivery in deliveries for event in delivery.events)
    assert uploaded.keys() == {event["id"] for _, event in present}
    assert set(uploaded.values()) == {1, 2}
    assert all(event["subject"] == delivery.patient for delivery in deliveries for event in delivery.events)


def test_uploads_come_in_order_within_the_play_and_never_before_what_they_tell() -> None:
    _, present = split(made_up(), START)
    deliveries = timetable(present, START, END, seed=1)
    assert [delivery.at for delivery in deliveries] == sorted(delivery.at for delivery in deliveries)
    assert all(0 <= delivery.at <= 14 for delivery in deliveries)
    for delivery in deliveries:
        for event in delivery.events:
            assert datetime.fromisoformat(event["time"]) <= START + timedelta(days=delivery.at, seconds=1)


def test_a_phone_that_was_offline_sends_its_queue_at_once() -> None:
    _, present = split(made_up(), START)
    assert max(len(delivery.events) for delivery in timetable(present, START, END, seed=1)) > 2


def test_the_clinics_system_uploads_by_itself_at_once_and_in_order() -> None:
    _, present = split(made_up(), START)
    noted = [(time, event | {"source": "clinic/1", "id": f"c-{event['id']}"}) for time, event in present]
    deliveries = timetable(noted + present, START, END, seed=1)
    assert all((event["source"] == "clinic/1") == delivery.by_clinic for delivery in deliveries
               for event in delivery.events)  # fmt: skip
    told = [(delivery.at, event) for delivery in deliveries if delivery.by_clinic for event in delivery.events]
    assert len(told) == len(noted)
    for at, event in told:
        assert at == min(datetime.fromisoformat(event["time"]) - START, END - START) / timedelta(days=1)


def test_the_seed_decides() -> None:
    _, present = split(made_up(), START)
    assert timetable(present, START, END, seed=1) == timetable(present, START, END, seed=1)
    assert timetable(present, START, END, seed=1) != timetable(present, START, END, seed=2)


@pytest.mark.parametrize("hour", [0, 18])
def test_the_days_of_the_play_are_those_of_the_calendar_and_what_was_before_is_history(hour: int) -> None:
    now = datetime(2026, 3, 2, hour, tzinfo=timezone(timedelta(hours=-5)))
    start = first_midnight(now, LIVE_DAYS)
    assert start.isoformat() == "2026-02-16T00:00:00-05:00"
    assert now - start >= timedelta(days=14)
