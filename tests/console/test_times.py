from datetime import UTC, datetime, timedelta, timezone

import pytest

from streams.console.times import offset, offset_minutes, patient_clock, roughly, span, utc_clock


@pytest.mark.parametrize(
    ("length", "words", "rough"),
    [
        (timedelta(seconds=-5), "less than a minute", "less than a minute"),
        (timedelta(seconds=59), "less than a minute", "less than a minute"),
        (timedelta(minutes=1), "1 min", "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min", "59 min"),
        (timedelta(hours=1), "1 h", "1 h"),
        (timedelta(hours=2, minutes=10), "2 h 10 min", "2 h"),
        (timedelta(hours=23, minutes=59), "23 h 59 min", "23 h"),
        (timedelta(days=1), "1 day", "1 day"),
        (timedelta(days=3, hours=4), "3 days 4 h", "3 days"),
        (timedelta(days=12, hours=4), "12 days", "12 days"),
    ],
)
def test_spans_in_words(length: timedelta, words: str, rough: str) -> None:
    assert (span(length), roughly(length)) == (words, rough)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(60, "UTC+01:00"), (-210, "UTC-03:30"), (345, "UTC+05:45"), (0, "UTC±00:00")],
)
def test_offsets(minutes: int, words: str) -> None:
    at = datetime(2026, 11, 20, 21, 3, tzinfo=timezone(timedelta(minutes=minutes)))
    assert (offset(at), offset_minutes(at)) == (words, minutes)


def test_both_clocks_of_a_moment() -> None:
    at = datetime(2026, 11, 20, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert utc_clock(at) == "19 Nov 2026, 23:30 UTC"
    assert patient_clock(at) == "20 Nov, 00:30 (UTC+01:00)"
    assert utc_clock(at.astimezone(UTC)) == utc_clock(at)
