"""Each alert of a rehearsal as the console would have shown it two weeks later: was there something to see?

Called by `ipt-pulse rehearse --pictures`. The core is run once more for each alert, over what its patient had sent by
then. Imports matplotlib.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from schemas.alerts import Alert, AlertStatus, Finding
from schemas.reading import Accepted, read_event
from streams.console.figures import MOOD_RULE, MoodFigure, Span, mood_figure
from streams.console.pictures.mood import draw_mood
from streams.console.pictures.style import Size, Style, Theme
from streams.console.pictures.svg import svg
from streams.core.moments import moment
from streams.core.policy import Policy
from streams.core.rehearse import rehearse
from streams.core.view import view

LATER: Final = timedelta(days=14)
"""How long after the alert: single reports of its days are still shown, and what came of it is there to see."""
STYLE: Final = Style(Theme.LIGHT, Size.DESK)


def draw_alerts(folder: Path, alerts: Sequence[Finding], lines: Iterable[bytes], policy: Policy) -> None:
    """Draw the alerts about mood, one SVG file each, named by patient and the day on which it is raised.

    Args:
        folder: where to; made if it is not there.
        alerts: of the whole rehearsal.
        lines: the events, in any order.
        policy: what they were rehearsed under.
    """
    folder.mkdir(parents=True, exist_ok=True)
    about_mood = [alert for alert in alerts if alert.rule == MOOD_RULE]
    said = _by_patient(lines, {alert.patient for alert in about_mood})
    for alert in about_mood:
        later = alert.raised_at + LATER
        others = [one for one in alerts if one.patient == alert.patient and one.raised_at <= later]
        figure = _figure(alert, others, [line for time, line in said[alert.patient] if time <= later], policy)
        (folder / f"{alert.patient}-{alert.raised_at:%Y-%m-%d}.svg").write_text(svg(draw_mood, figure, STYLE))


def _by_patient(lines: Iterable[bytes], patients: set[str]) -> dict[str, list[tuple[datetime, bytes]]]:
    said: dict[str, list[tuple[datetime, bytes]]] = {patient: [] for patient in patients}
    for line in lines:
        outcome = read_event(line) if line.strip() else None
        if isinstance(outcome, Accepted) and outcome.event.subject in said:
            said[outcome.event.subject].append((outcome.event.time, line))
    return said


def _figure(alert: Finding, others: Sequence[Finding], lines: Sequence[bytes], policy: Policy) -> MoodFigure:
    by_then = rehearse(lines, policy)
    seen = view(by_then.states[alert.patient], alert.patient, by_then.population, policy)
    shown = [_as_raised(one, policy) for one in others]
    about = next(one for one in shown if one.alert_id == alert.alert_id)
    return mood_figure(seen, shown, moment(by_then.now), Span.TWELVE_WEEKS, about=about)


def _as_raised(finding: Finding, policy: Policy) -> Alert:
    content = {name: getattr(finding, name) for name in Finding.model_fields}
    return Alert(**content, policy_version=policy.version, status=AlertStatus.RAISED, version=1)
