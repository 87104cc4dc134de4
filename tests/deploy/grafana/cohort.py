"""A known cohort as points: written by the writers themselves, read back by a reader of our own."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from schemas.alerts import ActionKind, AlertSignal, Outcome, Severity
from schemas.events import AnyEvent
from streams.core.alerts import PatientAlerts, act, report
from streams.core.analyse import analyse
from streams.core.group.show import show
from streams.core.links import LinkPopulation
from streams.core.points import points
from streams.core.series.alert import alert_points
from streams.core.series.group import group_points
from streams.core.series.health import health_points
from streams.core.series.quiet import quiet_points
from streams.core.series.stamp import noon
from streams.core.series.standing import standing_points
from streams.core.state import EMPTY
from streams.core.view import view
from tests.core.alerts.samples import PLAN, action, signal
from tests.core.builders import (
    POLICY,
    START,
    clinic,
    event,
    interaction,
    life_event,
    opened,
    person,
    phq9,
    raw,
)
from tests.core.group.members import attended, member

DAYS = 42
END = START + timedelta(days=DAYS)
PATIENTS = ("p.1", "p-1", "p11", "1.2", "1x2", "p~1")
"""Some hold what regular expressions are made of, some are what those would also match, some look like numbers."""


@dataclass(frozen=True)
class Point:
    """One point, as InfluxDB would hold it."""

    name: str
    tags: dict[str, str]
    at: int
    """Nanoseconds."""
    fields: dict[str, float | str | bool] = field(default_factory=dict)

    @property
    def ms(self) -> int:
        return self.at // 1_000_000


def story(number: int, patient: str) -> Iterator[AnyEvent]:
    """What happens to one patient; each has a mood of their own, and what is odd is theirs alone."""
    of = {"subject": patient}
    yield opened(0, id=f"open-{patient}")
    for day in range(DAYS):
        if number == 3 and day > DAYS - 12:
            break
        low = 3.0 if number == 0 and day > DAYS - 9 else 0.0
        mood = round(4 + number / 2 + (day % 7) / 3 - low, 2)
        said = {"mood": mood, "affects": {"sad": (day + number) % 10, "calm": day % 5}}
        if number == 1:
            said |= {"symptoms": {"binge": day % 3, "purge": day % 2}, "sleep_hours": 5 + day % 4}
        yield event(raw("check-in.v1", day + 0.4, said, **of))
        if day % 4 == number % 4:
            kind = "conflict" if day % 8 < 4 else "support"
            who = ("a.b", "a-b", "axb")[day % 3]
            yield interaction(day + 0.3, who, kind, -2 if kind == "conflict" else 2, **of)
        if day % 14 == 13:
            yield phq9(day + 0.45, 12 - number - day // 14, **of)
        if number == 0 and day % 14 == 6:
            for instrument, items in (("GAD-7", 7), ("EDE-QS", 12)):
                answers = {str(item): (item + day) % 3 for item in range(1, items + 1)}
                yield event(
                    raw("questionnaire.v1", day + items / 100, {"instrument": instrument, "items": answers}, **of)
                )
    for ring, who in enumerate(("a.b", "a-b", "axb"), start=1):
        yield person(1, who, ring=ring, envelope=of | {"id": f"{who}-{patient}"})


def care(number: int, patient: str) -> Iterator[AnyEvent]:
    def about(kind: str, day: float, **data: object) -> AnyEvent:
        told = clinic(kind, day, id=f"{kind}-{day}-{patient}", **data)
        return told.model_copy(update={"subject": patient})

    for day in (7, 14, 21):
        status = "missed" if day == 14 and number % 2 else "held"
        yield about("session", day + 0.5, session_id=f"s-{day}", status=status, on=day)
    yield about("phase", 8, phase="middle", starts_on=8)
    yield about("goal", 7.5, goal_id="g.1", what="set")
    yield about("goal", 14.5, goal_id="g.1", what="rated", rating=3 + number)
    yield about("goal", 21.5, goal_id="g.1", what="rated", rating=4 + number)
    yield life_event(20, "2026-06-20", id=f"life-{patient}", subject=patient)
    if number < 5:
        closes = opened(40, id=f"close-{patient}", on=0, closed_on=day_of(39), outcome="completed")
        yield closes.model_copy(update={"subject": patient})


def day_of(day: int) -> str:
    return (START + timedelta(days=day)).date().isoformat()


def lines_of_patient(number: int, patient: str) -> list[str]:
    told = [one.model_copy(update={"subject": patient}) for one in (*story(number, patient), *care(number, patient))]
    told.sort(key=lambda one: (one.time, one.id))
    state, lines = EMPTY, [line for one in told for line in points(one)]
    for first in range(0, DAYS + 1, 7):
        week = [one for one in told if first <= (one.time - START).total_seconds() / 86_400 < first + 7]
        state = analyse(patient, state, week, POLICY, closes=None, now=0).record
        shown = view(state.state, patient, LinkPopulation(), POLICY)
        lines += standing_points(shown)
        lines += quiet_points(patient, state.state)
    return lines


def raised(alert_id: str, patient: str, day: float, rule: str, severity: Severity) -> AlertSignal:
    at = START + timedelta(days=day)
    return signal(alert_id, patient=patient, rule=rule, severity=severity, raised_at=at, since=at)


def alert_lines() -> list[str]:
    """One unanswered and critical, one acknowledged, two closed, one imported, one of a group, one of a rota."""
    lines: list[str] = []
    given = (
        ("a0", "p.1", 30, "safety.item9", Severity.CRITICAL, False),
        ("a1", "p-1", 31, "safety.contact", Severity.CRITICAL, False),
        ("a2", "p.1", 32, "deterioration.mood", Severity.HIGH, False),
        ("a3", "1.2", 33, "silence", Severity.WARNING, False),
        ("a4", "1x2", 34, "deterioration.mood", Severity.HIGH, True),
        ("a5", "g-1", 35, "group.deterioration", Severity.WARNING, False),
        ("a6", "north", 36, "rota.empty", Severity.HIGH, False),
    )
    for alert_id, patient, day, rule, severity, imported in given:
        told = raised(alert_id, patient, day, rule, severity).model_copy(update={"history": imported})
        record = report(PatientAlerts(), told, told.raised_at, PLAN).record
        lines += alert_points(record.cases[alert_id].alert)
        before = record.cases[alert_id].alert
        for kind, outcome, minutes in {
            "a1": ((ActionKind.ACKNOWLEDGE, None, 4),),
            "a2": ((ActionKind.ACKNOWLEDGE, None, 10), (ActionKind.CLOSE, Outcome.CONTACTED, 70)),
            "a3": ((ActionKind.CLOSE, Outcome.FALSE_ALARM, 30),),
        }.get(alert_id, ()):
            at = told.raised_at + timedelta(minutes=minutes)
            until = at + timedelta(hours=8) if outcome is None else None
            said = action(kind, f"x{minutes}", alert_id=alert_id, patient=patient, outcome=outcome, until=until)
            record = act(record, said.model_copy(update={"at": at}), at, PLAN).record
            lines += alert_points(record.cases[alert_id].alert, before)
    return lines


def group_lines() -> list[str]:
    sessions = [attended(7), attended(5, on=date(2026, 7, 8))]
    return [
        line
        for group, size in (("g-1", 5), ("g.1", 4), ("gx1", 3))
        for line in group_points(show(group, [member(f"p-{at}", *sessions, group=group) for at in range(size)], POLICY))
    ]


def outcome_lines() -> list[str]:
    """Closed episodes beside those of the cohort: enough of one arm, too few of another."""
    arms = ["ipt"] * 6 + ["medication"] * 4
    return [
        f"outcome,patient=o{n},arm={arm},modality=individual,focus=depression,instrument=PHQ-9 "
        f"first={10 + n}.0,last={4 + 2 * (n % 4)}.0,change={2 * (n % 4) - 6 - n}.0,improved={int(n % 2 == 0)}i,"
        f"recovered={int(n % 4 == 0)}i,deteriorated={int(n == 5)}i,case={int(n != 3)}i,held={8 + n}i,"
        f"completed={int(n != 1)}i {noon(date(2026, 6, 2 + n))}"
        for n, arm in enumerate(arms)
    ]


def link_lines() -> list[str]:
    """Links that are shown, on two days; the newer word on one of them is that it is weaker."""
    cells = {
        "person=a.b,kind=conflict": (-1.5, -2.0, -1.0, 12),
        "person=a.b,kind=support": (0.5, 0.1, 0.9, 9),
        "person=a-b,kind=conflict": (-0.75, -1.25, -0.25, 8),
        "kind=conflict": (-1.0, -1.5, -0.5, 20),
        "pattern=indirect_verbal": (-0.25, -0.5, -0.125, 6),
    }
    return [
        f"link,patient=p.1,{cell} n={n}i,shown=true,effect={effect + later},low={low},high={high},peak={2 * effect} "
        f"{noon(date(2026, 6, day))}"
        for later, day in ((0.0, 20), (0.25, 27))
        for cell, (effect, low, high, n) in cells.items()
    ]


def health_lines() -> list[str]:
    """Two workers over ten minutes; one starts anew in between, so its counts do too."""
    lines = []
    for second in range(0, 600, 10):
        at = END.timestamp() - 600 + second
        own = second if second < 300 else second - 300
        counts = {"records": own * 5, "busy_s": own / 4, "behind": abs(100 - own), "set_aside": own // 100}
        lines.append(health_points("analysis", counts | {"memory": 200_000_000 + second, "points_written": own}, at))
        sent = {"records": second, "busy_s": second / 100, "behind": 0, "pending": 2, "sent": second // 60}
        failures = {
            "send_failures": second // 200,
            "memory": 100_000_000,
            "points_refused": 0,
            "missed": 1,
            "expired": 0,
        }
        lines.append(health_points("alerting.2", sent | failures, at))
    return lines


@cache
def lines() -> tuple[str, ...]:
    """All of it as line protocol."""
    of_patients = [line for number, patient in enumerate(PATIENTS) for line in lines_of_patient(number, patient)]
    return (*of_patients, *alert_lines(), *group_lines(), *link_lines(), *outcome_lines(), *health_lines())


@cache
def known() -> tuple[Point, ...]:
    """All of it as InfluxDB would hold it: of one series and time, the fields that were written last."""
    found: dict[tuple[str, int], dict[str, float | str | bool]] = defaultdict(dict)
    for line in lines():
        series, rest = line.split(" ", 1)
        told, at = rest.rsplit(" ", 1)
        found[series, int(at)] |= dict(_field(pair) for pair in re.findall(r'[^,=]+=(?:"[^"]*"|[^,]+)', told))
    return tuple(
        Point(series.split(",")[0], dict(pair.split("=") for pair in series.split(",")[1:]), at, fields)
        for (series, at), fields in sorted(found.items(), key=lambda item: item[0][1])
    )


def _field(pair: str) -> tuple[str, float | str | bool]:
    name, value = pair.split("=", 1)
    if value.startswith('"'):
        return name, value.strip('"')
    return name, value == "true" if value in {"true", "false"} else float(value.removesuffix("i"))


def ms(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)
