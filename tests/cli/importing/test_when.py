from datetime import datetime

import pytest

from streams.cli.importing.mapping import Clock, Mapping
from streams.cli.importing.when import observed_at
from streams.errors import Rejected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "2020-01-06T08:15:00+01:00"),
        ({"beep": "10"}, "2020-01-06T21:45:00+01:00"),
        ({"day": "3"}, "2020-01-08T08:15:00+01:00"),
        ({"part": "1"}, "2020-03-02T08:15:00+01:00"),
        ({"part": "1", "day": "28"}, "2020-03-29T08:15:00+02:00"),  # summer time began that night
    ],
)
def test_a_count_of_days_and_prompts(
    mapping: Mapping, cells: dict[str, str], changes: dict[str, str], expected: str
) -> None:
    assert observed_at(mapping, cells | changes).isoformat() == expected


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"beep": "11"}, "beep", "not a whole number from 1 to 10"),
        ({"beep": "1.5"}, "beep", "not a whole number from 1 to 10"),
        ({"day": "0"}, "day", "not a whole number from 1"),
        ({"part": "2"}, "part", "the mapping's `starts` has no date for it"),
    ],
)
def test_a_count_that_makes_no_sense(
    mapping: Mapping, cells: dict[str, str], changes: dict[str, str], field: str, reason: str
) -> None:
    with pytest.raises(Rejected, match=reason) as caught:
        observed_at(mapping, cells | changes)
    assert caught.value.field == field


@pytest.mark.parametrize("column", ["beep", "day", "part"])
def test_a_count_that_was_not_answered(mapping: Mapping, cells: dict[str, str], column: str) -> None:
    del cells[column]
    with pytest.raises(Rejected, match="the time of the report is unknown"):
        observed_at(mapping, cells)


CLOCK = Clock(column="at", offsets={"EET": "+02:00", "NST": "-03:30"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-03-16 12:04:45 EET", "2020-03-16T12:04:45+02:00"),
        ("2020-03-16 12:04:45 NST", "2020-03-16T12:04:45-03:30"),
        ("2020-03-16T12:04:45+05:30", "2020-03-16T12:04:45+05:30"),
        ("2020-03-16 12:04", "2020-03-16T12:04:00+01:00"),
    ],
)
def test_a_column_of_times(mapping: Mapping, text: str, expected: str) -> None:
    assert observed_at(mapping.model_copy(update={"time": CLOCK}), {"at": text}).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2020-03-16 12:04:45 XYZ", "not among the mapping's `offsets`"),
        ("16.03.2020 12:04", "not a date and time"),
        ("2020-13-16 12:04", "not a date and time"),
        ("2020-03-16", "not a date and time"),
    ],
)
def test_a_time_that_makes_no_sense(mapping: Mapping, text: str, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        observed_at(mapping.model_copy(update={"time": CLOCK}), {"at": text})


def test_a_time_is_plain_data(mapping: Mapping, cells: dict[str, str]) -> None:
    assert observed_at(mapping, cells) == datetime.fromisoformat("2020-01-06T08:15:00+01:00")
    assert "ZoneInfo" not in repr(observed_at(mapping, cells).tzinfo)
