"""Moments read in parts: what is taken, the full reader takes for the same."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.identity import counted
from schemas.instants import instant
from schemas.model import Instant

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
MOMENTS = st.datetimes(
    datetime(1970, 1, 3),  # noqa: DTZ001 - the zone is drawn too
    datetime(2199, 12, 29),  # noqa: DTZ001
    timezones=st.integers(-1_439, 1_439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


def full(text: str) -> datetime | None:
    try:
        return INSTANT.validate_python(text)
    except ValidationError:
        return None


def assert_agrees(*texts: str) -> None:
    for text in texts:
        if (read := instant(text)) is not None:
            moment = full(text)
            assert moment is not None, text
            assert read == counted(moment), text


@given(MOMENTS, st.sampled_from(["seconds", "microseconds"]))
def test_what_is_usual_is_read(moment: datetime, precision: str) -> None:
    text = moment.isoformat(timespec=precision)
    for one in (text, text.replace("+00:00", "Z")):
        assert instant(one) is not None
        assert_agrees(one)


@pytest.mark.parametrize(
    "text",
    [
        "", "Z", "2026-11-20", "2026-11-20T21:03:00", "2026-11-20T21:03Z", "2026-11-20t21:03:00Z",
        "2026-11-20 21:03:00Z",
        "2026-11-20T21:03:00z", "2026-11-20T21:03:00.Z", "2026-11-20T21:03:00.1234567Z", "2026-11-20T21:03:00,123Z",
        "2026-11-20T21:03:00.123Z", "2026-11-20T24:00:00Z", "2026-11-20T23:60:00Z", "2026-11-20T23:59:60Z",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-00-10T00:00:00Z", "2026-13-10T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-11-20T21:03:00+24:00", "2026-11-20T21:03:00+01:60",
        "2026-11-20T21:03:00+0100", "2026-11-20T21:03:00+01", "2026-11-20T21:03:00+01:00Z", "2026-11-20T21:03:00ZZ",
        "2026-11-20T21:03:00Z ", " 2026-11-20T21:03:00Z", "2026-11-20T21:03:00+01:00:00", "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01", "2200-01-01T00:00:00Z", "2199-12-31T23:59:59-00:01",
        "2026-11-20T21:03:00.123456+01:00+",
        "2026-11-20T21:03:00.123456+01:00" * 9,
        "+026-11-20T21:03:00Z", "2026-11-20T-1:03:00Z",
    ],
)  # fmt: skip
def test_what_is_odd_is_not(text: str) -> None:
    assert instant(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-02T00:00:00+23:59", "1970-01-02T00:00:00-23:59", "2199-12-30T23:59:59.999999-23:59",
        "2199-12-30T23:59:59Z",
        "2024-02-29T12:00:00Z", "2000-02-29T12:00:00-23:59", "2026-11-20T21:03:00-00:00",
    ],
)  # fmt: skip
def test_the_edges_of_what_is_read(text: str) -> None:
    assert instant(text) is not None
    assert_agrees(text)


@settings(max_examples=300)
@given(
    st.from_regex(
        r"(19|20|2[01])\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-6]\d:[0-6]\d([.,]\d{0,7})?([Zz]|[+-][0-2]\d:?[0-6]\d)",
        fullmatch=True,
    )
)
def test_what_is_nearly_right_is_read_as_the_full_reader_would_or_not_at_all(text: str) -> None:
    assert_agrees(text)


@given(MOMENTS, st.integers(0, 31), st.characters(max_codepoint=127))
def test_one_character_changed(moment: datetime, at: int, other: str) -> None:
    text = moment.isoformat(timespec="microseconds")
    assert_agrees(text[:at] + other + text[at + 1 :], text[:at] + other + text[at:], text[:at] + text[at + 1 :])


def test_a_moment_is_counted_without_rounding() -> None:
    assert counted(datetime(2199, 12, 31, 23, 59, 59, 999_999, UTC)) == (7_258_118_399_999_999, 0)
    assert counted(datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1, minutes=30)))) == (-1_800_000_000, 90)
