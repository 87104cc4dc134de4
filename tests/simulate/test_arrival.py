from collections import Counter
from datetime import UTC, datetime, timedelta

from streams.simulate.arrival import Trouble, arrive
from streams.simulate.cohort import cohort
from streams.simulate.mint import Event, Timed, from_clinic

END = datetime(2026, 6, 1, 12, tzinfo=UTC)


def events() -> list[Timed]:
    return next(iter(cohort(1, 40, END, 3)))[0]


def phones() -> list[Event]:
    return [event for _, event in events() if not from_clinic(event)]


def delays(trouble: Trouble) -> list[timedelta]:
    arrived = [(at, event) for at, event in arrive(events(), trouble, 1) if not from_clinic(event)]
    return [at - datetime.fromisoformat(event["time"]) for at, event in arrived]


def test_without_trouble_everything_arrives_at_its_time() -> None:
    assert arrive(events(), Trouble(), 1) == events()
    assert set(delays(Trouble())) == {timedelta()}


def test_the_same_seed_gives_the_same_order() -> None:
    trouble = Trouble(late=0.1, doubled=0.1, offline=0.1)
    assert arrive(events(), trouble, 1) == arrive(events(), trouble, 1)
    assert arrive(events(), trouble, 1) != arrive(events(), trouble, 2)


def test_late_events_come_within_13_days() -> None:
    late = [delay for delay in delays(Trouble(late=0.3)) if delay]
    assert 0.2 < len(late) / len(phones()) < 0.4
    assert timedelta() < min(late) <= max(late) <= timedelta(days=13)


def test_doubled_events_are_the_same_event_again() -> None:
    arrived = [event for _, event in arrive(events(), Trouble(doubled=0.2), 1) if not from_clinic(event)]
    copies = Counter(event["id"] for event in arrived)
    assert set(copies.values()) == {1, 2}
    assert len(copies) == len(phones())


def test_an_offline_day_arrives_together() -> None:
    moments: dict[str, set[datetime]] = {}
    for at, event in arrive(events(), Trouble(offline=1.0), 1):
        if from_clinic(event):
            continue
        moments.setdefault(event["time"][:10], set()).add(at)
    together = [day for day, when in moments.items() if len(when) == 1]
    assert len(together) > len(moments) / 4
    assert max(delays(Trouble(offline=1.0))) <= timedelta(days=3)


def test_the_clinics_system_has_no_trouble() -> None:
    arrived = arrive(events(), Trouble(late=0.3, doubled=0.3, offline=0.3), 1)
    told = [(time, event) for time, event in events() if from_clinic(event)]
    assert told
    assert [timed for timed in arrived if from_clinic(timed[1])] == told
