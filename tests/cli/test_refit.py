from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.cli.refit import RETRY_S, every_night, next_run
from streams.errors import Misconfigured, Unavailable

NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NIGHT - timedelta(seconds=1), NIGHT),
        (NIGHT, NIGHT + timedelta(days=1)),
        (NIGHT + timedelta(hours=5), NIGHT + timedelta(days=1)),
    ],
)
def test_the_next_night_is_always_ahead(now: datetime, expected: datetime) -> None:
    assert next_run(now, 3, 0) == expected


class Stop(Exception):
    pass


def test_each_night_has_one_refit_and_a_broker_that_is_away_is_waited_for() -> None:
    slept: list[float] = []
    times = iter([NIGHT - timedelta(hours=1), NIGHT + timedelta(minutes=5)])
    outcomes: Iterator[Exception | None] = iter([Unavailable("away"), None, Stop()])

    def work() -> None:
        if (outcome := next(outcomes)) is not None:
            raise outcome

    with pytest.raises(Stop):
        every_night(3, 0, work, now=lambda: next(times), sleep=slept.append)
    assert slept == [3600.0, RETRY_S, 24 * 3600.0 - 300.0]


@pytest.mark.parametrize("text", ["25:00", "3", "three"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    result = CliRunner().invoke(app, ["refit", "--nightly", text])
    assert isinstance(result.exception, Misconfigured) or "is no time of day" in result.output


def test_without_a_broker_it_says_so() -> None:
    result = CliRunner().invoke(app, ["refit", "--dry-run"], env={"IPT_PULSE_KAFKA": "127.0.0.1:1"})
    assert result.exit_code != 0
    assert isinstance(result.exception, Unavailable) or "does not answer" in result.output
