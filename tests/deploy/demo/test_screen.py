from datetime import UTC, date, datetime
from io import StringIO

from rich.console import Console

from deploy.demo.pager import Page
from deploy.demo.screen import Screen
from deploy.demo.tally import Tally
from schemas.alerts import Alert, AlertStatus, Severity

ALERT = Alert(
    alert_id="a",
    patient="p-123",
    rule="deterioration.mood",
    severity=Severity.HIGH,
    raised_at=datetime(2026, 3, 2, tzinfo=UTC),
    since=date(2026, 3, 1),
    evidence={},
    policy_version="1",
    status=AlertStatus.RAISED,
    version=1,
)


def screen(*, terminal: bool = False) -> tuple[Screen, StringIO]:
    text = StringIO()
    return Screen(Console(file=text, force_terminal=terminal, width=120, highlight=False), Tally()), text


def test_an_alert_in_plain_words() -> None:
    shown, text = screen()
    shown.alert(ALERT)
    assert "Mood has fallen (deterioration.mood, high)  patient p-123  since 2026-03-01" in text.getvalue()


def test_a_page_as_received() -> None:
    shown, text = screen()
    shown.page(Page("on_call", "critical", "http://console/alerts/a"))
    assert "critical, for on_call, http://console/alerts/a" in text.getvalue()


def test_in_a_log_each_day_is_one_line_with_the_counts() -> None:
    shown, text = screen()
    with shown.live():
        shown.day(date(2026, 3, 2))
        shown.day(date(2026, 3, 3))
    lines = text.getvalue().splitlines()
    assert len(lines) == 2
    assert "Monday 02 March" in lines[0]
    assert "accepted 0" in lines[0]


def test_on_a_terminal_a_table_of_counts_stays_below() -> None:
    shown, text = screen(terminal=True)
    with shown.live():
        shown.day(date(2026, 3, 2))
    assert "notified" in text.getvalue()
