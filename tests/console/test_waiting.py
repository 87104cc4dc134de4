from datetime import timedelta

import pytest

from streams.console.waiting import known_since, late_arrival
from tests.console.samples import NOW, alert, fallen_mood, raised


def test_an_alert_is_known_since_it_was_raised_here_whatever_the_finding_says() -> None:
    long_ago = NOW - timedelta(days=11)
    assert known_since(alert(raised_at=long_ago, history=raised(NOW))) == NOW
    assert known_since(alert(raised_at=long_ago, history=())) == long_ago


@pytest.mark.parametrize(("seconds", "late"), [(0, False), (60, False), (61, True)])
def test_what_took_more_than_a_minute_came_late(seconds: int, late: bool) -> None:
    arrival = late_arrival(alert(since=NOW - timedelta(seconds=seconds), raised_at=NOW))
    assert (arrival is not None) is late
    if arrival is not None:
        assert arrival.after == timedelta(seconds=61)


def test_rules_that_look_at_days_have_no_arrival() -> None:
    assert late_arrival(fallen_mood()) is None
