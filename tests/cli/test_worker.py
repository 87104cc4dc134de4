"""What each worker is built with so that it tells the truth about itself."""

from pathlib import Path

from streams.cli.worker import WORKERS
from streams.settings import Settings
from streams.topics import ACTIONS, EVENTS, SIGNALS
from streams.transport import Desk


def test_what_may_page_must_not_wait(tmp_path: Path) -> None:
    app = WORKERS["alerting"](Settings(home=tmp_path), Desk())
    assert app.urgent == dict.fromkeys((EVENTS, SIGNALS, ACTIONS), 30.0)
    assert app.trouble() == "is starting"
    app.vitals.found(None)
    assert app.trouble() is None


def test_a_backlog_of_analysis_is_no_trouble_of_its_own(tmp_path: Path) -> None:
    assert WORKERS["analysis"](Settings(home=tmp_path), Desk()).urgent == {}


def test_points_that_wait_are_the_trouble_of_timeseries(tmp_path: Path) -> None:
    app = WORKERS["timeseries"](Settings(home=tmp_path), Desk())
    app.vitals.found(None)
    assert app.trouble() is None
    app._job_trouble = lambda: "InfluxDB has taken no points for 3 s"
    assert app.trouble() == "InfluxDB has taken no points for 3 s"
    app.vitals.found("has no partition")
    assert app.trouble() == "has no partition"
