from tests.faults.fault import Verdict
from tests.faults.influx_reader import Point, points_of
from tests.faults.meter import longest_pause, quantile
from tests.faults.reader import compare_sets


def test_what_is_missing_is_lost_and_what_nobody_expected_is_doubled() -> None:
    verdict = Verdict()
    compare_sets(verdict, "points", {1, 2}, {1, 2})
    assert verdict.holds
    compare_sets(verdict, "states", {1, 3, 4}, {1, 2})
    assert verdict.figures == {"points": 2, "states": 2, "lost": 1, "doubled": 2}
    assert len(verdict.broken) == 2


def test_a_count_that_is_off_and_a_time_at_its_bound_do_not_hold() -> None:
    verdict = Verdict()
    verdict.count("noticed", 19, expected=20)
    assert verdict.broken
    timed = Verdict()
    timed.seconds("resumed", 9.9, below=10)
    assert timed.holds
    timed.seconds("resumed", 10.0, below=10)
    assert timed.slow
    assert not timed.broken


def test_line_protocol_is_read_as_influxdb_reads_it() -> None:
    lines = [
        "mood,patient=p-1 mood=5,sleep_hours=7.5 17",
        'interaction,person=a,kind=x valence=-2i,patterns="a,b c" 18',
    ]
    assert list(points_of(lines)) == [
        Point("mood,patient=p-1", "mood", 17, 5.0),
        Point("mood,patient=p-1", "sleep_hours", 17, 7.5),
        Point("interaction,kind=x,person=a", "valence", 18, -2.0),
        Point("interaction,kind=x,person=a", "patterns", 18, "a,b c"),
    ]


def test_pauses_count_from_their_beginning_and_the_slowest_partition_decides() -> None:
    times = [[0.0, 1.0, 4.0], [0.0, 2.0, 3.0]]
    assert longest_pause(times, 0.0, 1.0) == 2.0
    assert longest_pause(times, 1.0, 2.0) == 3.0


def test_quantiles_are_nearest_ranks() -> None:
    values = [float(one) for one in range(1, 21)]
    assert quantile(values, 0.95) == 19.0
    assert quantile(values, 0.5) == 10.0
    assert quantile([7.0], 0.95) == 7.0
