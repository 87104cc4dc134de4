"""What one sees: lines as things happen, and on a terminal a table of counts below them. In a plain log, lines alone.

Told by `clinic`, `watch` and `pager`; shows pseudonyms and rules, never an answer or a note.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from deploy.demo.pager import Page
from deploy.demo.tally import Tally
from schemas.alerts import Alert, Severity
from streams.console.words import rule_words

COLOURS = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


class Screen:
    """Everything the demo prints, except the progress of the start."""

    def __init__(self, console: Console, tally: Tally) -> None:
        self._console = console
        self._tally = tally
        self._today = ""

    @contextmanager
    def live(self) -> Iterator[None]:
        """Keep the table of counts at the bottom, where there is a terminal to keep it on."""
        if not self._console.is_terminal:
            yield
            return
        with Live(get_renderable=self._table, console=self._console, refresh_per_second=4, transient=True):
            yield

    def say(self, text: str) -> None:
        """A line of plain text."""
        self._console.print(escape(text), soft_wrap=True)

    def day(self, today: date) -> None:
        """A day of the play begins; in a log, the counts so far stand beside it."""
        self._today = f"{today:%A %d %B}"
        counts = "" if self._console.is_terminal else f"  {self.counts()}"
        self._console.print(f"[dim]── {self._today}[/dim]{counts}", soft_wrap=True)

    def alert(self, alert: Alert) -> None:
        """An alert was raised."""
        words = escape(rule_words(alert.rule).title)
        instrument = alert.evidence.get("instrument")
        about = f"{alert.rule}, {instrument}" if instrument else alert.rule
        colour = COLOURS[alert.severity]
        self._console.print(
            f"  [{colour}]alert[/{colour}]  {words} ({escape(about)}, {alert.severity})"
            f"  patient {escape(alert.patient)}  since {_when(alert.since)}",
            soft_wrap=True,
        )

    def page(self, page: Page) -> None:
        """The pager rang."""
        self._console.print(
            f"  [bold magenta]pager[/bold magenta]  signature valid: {escape(page.urgency)}, "
            f"for {escape(page.recipient)}, {escape(page.link)}",
            soft_wrap=True,
        )

    def counts(self) -> str:
        """All counts in one line."""
        tally = self._tally
        alerts = ", ".join(f"{rule} {count}" for rule, count in sorted(tally.raised.items())) or "none"
        return (
            f"accepted {tally.accepted:,}  rejected {tally.rejected:,}  analysed {tally.analysed:,}  "
            f"points {tally.points:,}  alerts {alerts}  notified {tally.notified:,}  "
            f"from imported history {tally.imported:,}"
        )

    def _table(self) -> Table:
        tally = self._tally
        table = Table(title=self._today, title_justify="left", expand=False)
        for heading in ("accepted", "rejected", "analysed", "points", "alerts", "notified"):
            table.add_column(heading, justify="right")
        counts = (tally.accepted, tally.rejected, tally.analysed, tally.points, tally.raised.total(), tally.notified)
        table.add_row(*(f"{count:,}" for count in counts))
        return table


def _when(since: datetime | date) -> str:
    """A moment by the clock that the days of the play follow; a date as the patient's own calendar has it."""
    return f"{since.astimezone():%Y-%m-%d %H:%M}" if isinstance(since, datetime) else since.isoformat()
