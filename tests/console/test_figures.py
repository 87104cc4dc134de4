from datetime import UTC, date, datetime, timedelta

import pytest

from schemas.alerts import AlertStatus
from schemas.views import DayView, PatientView
from streams.console.figures import Span, mood_figure
from streams.core.baseline import LEAST_DAYS, own_baseline
from tests.console.samples import NOW, alert, fallen_mood, view


def days(*means: float, first: date = date(2026, 9, 1)) -> list[DayView]:
    return [DayView(day=first + timedelta(days=at), n=3, mean=mean) for at, mean in enumerate(means)]


def test_the_usual_range_is_the_middle_of_the_days_before_the_last_two_weeks() -> None:
    known = own_baseline([*days(*range(1, 10)), *days(*[0.0] * 14, first=date(2026, 9, 10))])
    assert known is not None
    assert (known.low, known.middle, known.high) == pytest.approx((1.8, 5, 8.2))
    assert (known.days, known.before) == (9, date(2026, 9, 10))


def test_with_too_few_days_there_is_no_usual_range() -> None:
    recent = days(*[5.0] * 14, first=date(2026, 9, 30))
    assert own_baseline(recent) is None
    assert own_baseline([*days(*[5.0] * (LEAST_DAYS - 1)), *recent]) is None
    assert own_baseline([*days(*[5.0] * LEAST_DAYS), *recent]) is not None
    assert own_baseline([]) is None


def test_a_fall_that_still_waits_is_not_usual() -> None:
    fall = date(2026, 9, 20)
    low_since = [*days(*[6.0] * 19), *days(*[2.0] * 40, first=fall)]
    known = own_baseline(low_since, falls_since=[fall])
    assert known is not None
    assert (known.low, known.before) == (6.0, fall)


@pytest.mark.parametrize(
    ("status", "revised", "counts"),
    [("raised", False, True), ("closed", False, False), ("raised", True, False)],
)
def test_only_falls_that_stand_count(status: str, revised: bool, counts: bool) -> None:
    long_ago = fallen_mood().model_copy(
        update={"since": date(2026, 10, 20), "status": AlertStatus(status), "revised": revised}
    )
    baseline = mood_figure(view(), [long_ago], NOW).baseline
    assert baseline is not None
    assert (baseline.before == date(2026, 10, 20)) == counts


def test_silence_up_to_today_is_part_of_the_picture() -> None:
    figure = mood_figure(view(now=NOW - timedelta(days=10)), [], NOW)
    assert figure.last == date(2026, 11, 23)
    assert [known for _, known in figure.every_day[-10:]] == [None] * 10


def test_a_picture_of_long_ago_ends_with_the_last_report() -> None:
    figure = mood_figure(view(now=datetime(2013, 5, 1, 12, tzinfo=UTC)), [], NOW)
    assert figure.last == date(2013, 5, 1)
    assert len(figure.every_day) == 42


def test_today_is_the_patients_own() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert mood_figure(view(now=late), [], late).today == date(2026, 11, 24)


def test_only_what_lies_within_is_shown() -> None:
    old = alert(since=NOW - timedelta(days=21))
    figure = mood_figure(view(), [old, alert(2)], NOW, Span.THREE_WEEKS)
    assert [shown.alert_id for shown in figure.alerts] == [f"{2:032x}"]
    assert figure.length == 21


def test_the_summary_tells_what_the_picture_shows() -> None:
    seen = PatientView(
        patient="p-1",
        last_heard=NOW,
        days=tuple(days(4.0, 6.0, first=date(2026, 11, 20))),
        moods=(),
        interactions=(),
        scores=(),
        links=(),
    )
    assert mood_figure(seen, [alert()], NOW).summary == (
        "Mood from 13 Oct to 23 Nov, 0 to 10, higher is better. Reports on 2 of 42 days. "
        "Day means lie between 4.0 and 6.0; the last is 6.0. "
        "Too few days for a usual range. 1 alert began in this time. "
        "Single reports and interactions are shown for the last 14 days only, 9 Nov to 23 Nov: 0 interactions. "
        "There may have been some before."
    )
