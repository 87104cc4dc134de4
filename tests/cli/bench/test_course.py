import json
from datetime import datetime

from streams.cli.bench.course import FIRST_DAY, check_ins, patient_key, turn_at


def test_patients_take_turns_and_every_event_is_another() -> None:
    made = list(check_ins("t", events=7, patients=3))
    assert [output.key for output in made[:4]] == [b"p-00000000", b"p-00000001", b"p-00000002", b"p-00000000"]
    events = [json.loads(output.value or b"") for output in made]
    assert len({event["id"] for event in events}) == 7
    assert all(event["subject"].encode() == output.key for event, output in zip(events, made, strict=True))
    assert 250 < len(made[0].value or b"") < 300


def test_everybody_reports_three_times_a_day_without_a_gap_and_every_third_begins_a_day() -> None:
    events = [json.loads(output.value or b"") for output in check_ins("t", events=12, patients=3)]
    times = [datetime.fromisoformat(event["time"]) for event in events]
    assert times[::3] == [turn_at(turn) for turn in range(4)]
    assert times[2::3] == [turn_at(turn) for turn in range(2, 6)]
    for start in range(0, 12, 3):
        assert sum(time.hour == FIRST_DAY.hour for time in times[start : start + 3]) == 1


def test_a_turn_s_time() -> None:
    assert turn_at(0) == FIRST_DAY
    assert [(turn_at(turn).day, turn_at(turn).hour) for turn in (-1, 2, 3)] == [(4, 19), (5, 19), (6, 9)]
    assert patient_key(7) == b"p-00000007"
