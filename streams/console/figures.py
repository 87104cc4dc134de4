"""What a picture of mood shows, and the same in words and rows for those who do not see it.

Pages make a figure for their table and text, and the picture's own address makes the same one to draw.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import cached_property

from schemas.alerts import Alert, AlertStatus
from schemas.views import DayView, InteractionView, MoodView, PatientView
from streams.console.times import short_day
from streams.core.baseline import Baseline, own_baseline

MOOD_RULE = "deterioration.mood"

SINGLE_DAYS = 14
"""Up to so many days before a patient was last heard, reports and interactions are told one by one; of earlier days
only the mean mood is."""


class Span(IntEnum):
    """How many days a picture can show."""

    THREE_WEEKS = 21
    SIX_WEEKS = 42
    TWELVE_WEEKS = 84


@dataclass(frozen=True)
class MoodFigure:
    """Mood, interactions and alerts of one patient between two local days, both included.

    Before `single_from` there are neither single reports nor interactions to show, which says nothing of the patient.
    """

    patient: str
    first: date
    last: date
    today: date
    single_from: datetime
    days: dict[date, DayView]
    moods: tuple[MoodView, ...]
    interactions: tuple[InteractionView, ...]
    alerts: tuple[Alert, ...]
    baseline: Baseline | None
    marked: Alert | None
    """The one of `alerts` that the page is about."""

    @property
    def length(self) -> int:
        """How many days it shows."""
        return (self.last - self.first).days + 1

    @cached_property
    def every_day(self) -> tuple[tuple[date, DayView | None], ...]:
        """Each day with its reports, or with None where there were none; the oldest first."""
        shown = (self.first + timedelta(days=days) for days in range(self.length))
        return tuple((day, self.days.get(day)) for day in shown)

    @property
    def single_span(self) -> str:
        """Which days single reports and interactions are shown of."""
        until = self.single_from + timedelta(days=SINGLE_DAYS)
        return f"the last {SINGLE_DAYS} days only, {short_day(self.single_from)} to {short_day(until)}"

    @property
    def summary(self) -> str:
        """The picture in a few sentences."""
        told = [f"Mood from {short_day(self.first)} to {short_day(self.last)}, 0 to 10, higher is better."]
        means = [known.mean for _, known in self.every_day if known is not None]
        told.append(f"Reports on {len(means)} of {self.length} days.")
        if means:
            told.append(f"Day means lie between {min(means):.1f} and {max(means):.1f}; the last is {means[-1]:.1f}.")
        if self.baseline is None:
            told.append("Too few days for a usual range.")
        else:
            told.append(f"The usual range is {self.baseline.low:.1f} to {self.baseline.high:.1f}.")
        told.append(f"{_count(len(self.alerts), 'alert')} began in this time.")
        if self.marked is not None:
            told.append(f"The one of this page began on {short_day(began(self.marked))}.")
        told.append(
            f"Single reports and interactions are shown for {self.single_span}: "
            f"{_count(len(self.interactions), 'interaction')}. There may have been some before."
        )
        return " ".join(told)


def mood_figure(
    view: PatientView,
    alerts: Iterable[Alert],
    now: datetime,
    span: Span = Span.SIX_WEEKS,
    *,
    about: Alert | None = None,
) -> MoodFigure:
    """The last `span` days up to today on the patient's calendar, or up to the last report if that is longer ago.

    `about` is the alert to mark among the others, if it began in these days.
    """
    alerts = tuple(alerts)
    days = {day.day: day for day in view.days}
    today = now.astimezone(view.last_heard.tzinfo if view.last_heard else None).date()
    newest = max(days, default=today)
    last = today if today - timedelta(days=span) < newest <= today else newest
    first = last - timedelta(days=span - 1)
    return MoodFigure(
        patient=view.patient,
        first=first,
        last=last,
        today=today,
        single_from=(view.last_heard or now) - timedelta(days=SINGLE_DAYS),
        days=days,
        moods=tuple(report for report in view.moods if first <= report.time.date() <= last),
        interactions=tuple(event for event in view.interactions if first <= event.time.date() <= last),
        alerts=tuple(alert for alert in alerts if first <= began(alert) <= last),
        marked=about if about and first <= began(about) <= last else None,
        baseline=own_baseline(view.days, falls_since=(began(alert) for alert in alerts if _waiting_fall(alert))),
    )


def began(alert: Alert) -> date:
    """The patient's day on which an alert's finding began."""
    return alert.since.date() if isinstance(alert.since, datetime) else alert.since


def _waiting_fall(alert: Alert) -> bool:
    return alert.rule == MOOD_RULE and alert.status is not AlertStatus.CLOSED and not alert.revised


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
