"""What every panel and variable has to show of the known cohort, computed from the points in plain Python."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

from schemas.alerts import Outcome
from schemas.questionnaires import INSTRUMENTS
from tests.deploy.grafana.cohort import Point, known
from tests.deploy.grafana.expand import ALL, Shown

Key = tuple[str | int, ...]
"""Tag values in the order of their names, the time in ms where it matters, and the column."""
Values = dict[Key, float | str | bool]
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Seen:
    """The points that a panel may show."""

    shown: Shown

    def of(self, name: str, *, always: bool = False, **tags: str) -> list[Point]:
        """Points of a measurement that are chosen; `always`: whatever the time shown."""
        return [
            point
            for point in known()
            if point.name == name
            and (always or self.shown.since <= point.at / 1e6 <= self.shown.until)
            and all(point.tags.get(tag) == value for tag, value in tags.items())
            and all(self._chosen(point, name) for name in self.shown.variables)
        ]

    def _chosen(self, point: Point, variable: str) -> bool:
        chosen = self.shown.variables[variable]
        if variable not in point.tags and variable != "patient":
            return variable != "person" or chosen == ALL
        if chosen == ALL:
            return True
        return point.tags.get(variable) in ([chosen] if isinstance(chosen, str) else chosen)

    def patient(self) -> str:
        """The one that is chosen."""
        chosen = self.shown.variables["patient"]
        assert isinstance(chosen, str)
        return chosen

    def slot(self, point: Point) -> int:
        """Where the interval begins in which the point lies; InfluxDB counts them from 1970."""
        return point.at // 1_000_000 // self.shown.interval_ms * self.shown.interval_ms


def having(points: Iterable[Point], name: str) -> list[Point]:
    return [point for point in points if name in point.fields]


def by(points: Iterable[Point], *tags: str) -> dict[tuple[str, ...], list[Point]]:
    found: defaultdict[tuple[str, ...], list[Point]] = defaultdict(list)
    for point in points:
        found[tuple(point.tags.get(tag, "") for tag in sorted(tags))].append(point)
    return found


def newest(points: Iterable[Point], field: str) -> Point:
    return max(having(points, field), key=lambda point: point.at)


def total(points: Iterable[Point], field: str, column: str = "sum") -> Values:
    told = having(points, field)
    return {(column,): sum(float(point.fields[field]) for point in told)} if told else {}


def number(value: float | str, column: str = "count") -> Values:
    return {(column,): value}


def counted(points: list[Point], column: str = "count") -> Values:
    return number(len(points), column) if points else {}


def slots(
    seen: Seen,
    points: Iterable[Point],
    fields: Mapping[str, str],
    what: Callable[[list[float]], float],
    *tags: str,
) -> Values:
    """By tags and interval, `what` of each field; `fields`: name to column."""
    found: Values = {}
    for names, group in by(points, *tags).items():
        for field, column in fields.items():
            in_slot: defaultdict[int, list[float]] = defaultdict(list)
            for point in having(group, field):
                in_slot[seen.slot(point)].append(float(point.fields[field]))
            found |= {(*names, at, column): what(values) for at, values in in_slot.items()}
    return found


def each(points: Iterable[Point], field: str, *tags: str) -> Values:
    """Every single point of a field."""
    return {
        (*names, point.ms, field): point.fields[field]
        for names, group in by(points, *tags).items()
        for point in having(group, field)
    }


def standing(seen: Seen, field: str) -> list[Values]:
    points = having(seen.of("standing"), field)
    return [number(newest(points, field).fields[field], "last") if points else {}]


def caseload_table(seen: Seen) -> list[Values]:
    fields = ("heard", "mood", "usual", "change", "phase", "held", "planned")
    rows: Values = {}
    for (patient,), points in by(seen.of("standing"), "patient").items():
        last = newest(points, "heard")
        rows |= {(patient, name): last.fields[name] for name in fields if name in last.fields}
    waiting = by((point for point in seen.of("alert", always=True) if point.fields["open"] == 1), "patient")
    silent = by(seen.of("silence"), "patient")
    return [
        rows,
        {(*names, "open"): len(points) for names, points in waiting.items()},
        {(*names, "level"): max(float(one.fields["level"]) for one in points) for names, points in waiting.items()},
        {(*names, "silent"): newest(points, "silent").fields["silent"] for names, points in silent.items()},
    ]


def below_usual(seen: Seen) -> list[Values]:
    last = [newest(points, "change") for points in by(having(seen.of("standing"), "change"), "patient").values()]
    return [counted([point for point in last if float(point.fields["change"]) <= -1])]


def not_heard(seen: Seen) -> list[Values]:
    last = [newest(points, "heard") for points in by(seen.of("standing"), "patient").values()]
    return [counted([point for point in last if float(point.fields["heard"]) < seen.shown.until - 7 * DAY_MS])]


def people(seen: Seen) -> list[Values]:
    rings = by(seen.of("closeness", always=True), "person")
    links = [one for one in seen.of("link") if one.fields["shown"] and "person" in one.tags]
    strongest = {
        names: min(points, key=lambda one: float(one.fields["effect"])) for names, points in by(links, "person").items()
    }
    return [
        {(*names, "ring"): newest(points, "ring").fields["ring"] for names, points in rings.items()},
        {
            (*names, column): value
            for names, point in strongest.items()
            for column, value in (*((name, point.fields[name]) for name in ("effect", "low", "high")),
                                  ("kind", point.tags["kind"]))
        },
    ]  # fmt: skip


def links(seen: Seen, *tags: str) -> list[Values]:
    shown = [one for one in seen.of("link") if one.fields["shown"] and tags[0] in one.tags]
    return [
        {
            (*names, field): newest(points, "effect").fields[field]
            for names, points in by(shown, *tags).items()
            for field in ("effect", "low", "high", "n")
        }
    ]


def links_by_kind(seen: Seen) -> list[Values]:
    points = [one for one in seen.of("link") if "person" not in one.tags and "kind" in one.tags]
    points.sort(key=lambda one: one.at)
    return [slots(seen, points, {"effect": "last"}, lambda values: values[-1], "kind")]


def met(seen: Seen) -> list[Values]:
    everybody = by(seen.of("interaction"), "person")
    conflicts = by(seen.of("interaction", kind="conflict"), "person")
    rings = by(seen.of("closeness", always=True), "person")
    values = {names: [float(one.fields["valence"]) for one in points] for names, points in everybody.items()}
    return [
        {(*names, "times"): len(told) for names, told in values.items()}
        | {(*names, "pleasant"): fmean(told) for names, told in values.items()},
        {(*names, "conflicts"): len(points) for names, points in conflicts.items()},
        {(*names, "ring"): newest(points, "ring").fields["ring"] for names, points in rings.items()},
    ]


def share(field: str, *, cases: bool = False) -> Callable[[Seen], list[Values]]:
    def of(seen: Seen) -> list[Values]:
        told = [float(one.fields[field]) for one in seen.of("outcome") if one.fields["case"] or not cases]
        return [number(fmean(told), "share") if len(told) >= 5 else {}]

    return of


def by_treatment(seen: Seen) -> list[Values]:
    columns = {
        "first": "first", "last": "last", "change": "change", "improved": "improved",
        "deteriorated": "deteriorated", "sessions": "held", "completed": "completed",
    }  # fmt: skip
    rows: Values = {}
    for names, points in by(seen.of("outcome"), "arm", "modality").items():
        if len(points) >= 5:
            rows[(*names, "episodes")] = len(points)
            rows |= {
                (*names, column): fmean(float(one.fields[name]) for one in points) for column, name in columns.items()
            }
    return [rows]


def open_alerts(seen: Seen) -> list[Values]:
    waiting = [one for one in seen.of("alert", always=True) if one.fields["open"] == 1 and one.fields["imported"] == 0]
    return [
        {
            (one.ms, column): value
            for one in waiting
            for column, value in (
                *((name, one.fields[name]) for name in ("level", "status", "escalations")),
                ("patient", one.tags["patient"]),
                ("rule", one.tags["rule"]),
            )
        }
    ]


def unanswered(seen: Seen) -> list[Values]:
    answered = {"acknowledged", "handed_over", "closed"}
    points = seen.of("alert", always=True)
    return [
        total([one for one in points if one.fields["status"] not in answered and not one.fields["imported"]], "open")
    ]


def alerts(seen: Seen, **where: float) -> list[Point]:
    points = seen.of("alert", always=True)
    return [one for one in points if all(one.fields[name] == value for name, value in where.items())]


def in_time(seen: Seen, points: Iterable[Point]) -> list[Point]:
    return [one for one in points if seen.shown.since <= one.at / 1e6 <= seen.shown.until]


def answered_within(seen: Seen) -> list[Values]:
    told = having(in_time(seen, alerts(seen, level=3)), "answer_s")
    return [number(median(float(one.fields["answer_s"]) for one in told), "median") if told else {}]


def ended(seen: Seen) -> list[Values]:
    closed = in_time(seen, alerts(seen, open=0))
    return [counted([one for one in closed if one.fields["outcome"] == outcome.value]) for outcome in Outcome]


def in_slots(seen: Seen, field: str) -> dict[str, list[tuple[int, float]]]:
    """By process, the largest of a count in each interval, in their order."""
    found: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    for point in having(seen.of("pipeline"), field):
        found[point.tags["process"], seen.slot(point)].append(float(point.fields[field]))
    ordered: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for (process, at), values in sorted(found.items()):
        ordered[process].append((at, max(values)))
    return ordered


def steps(seen: Seen, field: str) -> dict[str, list[tuple[int, float]]]:
    """By process and interval, how much a count grew; InfluxDB looks one interval further back for the first."""
    shown = seen.shown
    earlier = shown.since // shown.interval_ms * shown.interval_ms - shown.interval_ms
    wider = Seen(Shown(earlier, shown.until, shown.interval, shown.interval_ms, shown.variables))
    return {
        process: [(at, value - before) for (_, before), (at, value) in pairwise(counts) if value >= before]
        for process, counts in in_slots(wider, field).items()
    }


def rate(field: str) -> Callable[[Seen], list[Values]]:
    return lambda seen: [
        {
            (process, at, "non_negative_derivative"): step / seen.shown.interval_ms * 1000
            for process, grown in steps(seen, field).items()
            for at, step in grown
        }
    ]


def difference(field: str) -> Callable[[Seen], list[Values]]:
    return lambda seen: [
        {
            (process, at, "non_negative_difference"): step
            for process, grown in steps(seen, field).items()
            for at, step in grown
        }
    ]


def growth(field: str) -> Callable[[Seen], list[Values]]:
    def of(seen: Seen) -> list[Values]:
        grown = [step for of_one in steps(seen, field).values() for _, step in of_one]
        return [number(sum(grown), "sum") if grown else {}]

    return of


def largest(field: str) -> Callable[[Seen], list[Values]]:
    return lambda seen: [
        {(process, at, "max"): value for process, counts in in_slots(seen, field).items() for at, value in counts}
    ]


def processes(seen: Seen) -> list[Values]:
    fields = ("memory", "records", "behind", "set_aside", "missed", "expired")
    rows: Values = {}
    for (process,), points in by(seen.of("pipeline"), "process").items():
        last = newest(points, "memory")
        rows |= {(process, name): last.fields[name] for name in fields if name in last.fields}
    return [rows]


def waiting_messages(seen: Seen) -> list[Values]:
    last = [newest(points, "pending") for points in by(having(seen.of("pipeline"), "pending"), "process").values()]
    return [total(last, "pending")]


def affects(seen: Seen) -> list[Values]:
    points = seen.of("affects")
    names = {name: f"mean_{name}" for point in points for name in point.fields}
    return [slots(seen, points, names, fmean)]


def usual(seen: Seen) -> Values:
    points = sorted(seen.of("standing"), key=lambda one: one.at)
    names = {"usual_low": "low", "usual": "usual", "usual_high": "high"}
    return slots(seen, points, names, lambda values: values[-1])


def questionnaire(name: str) -> Callable[[Seen], list[Values]]:
    return lambda seen: [each(seen.of("questionnaire", instrument=name), "total")]


def group(measurement: str, *fields: str) -> Callable[[Seen], list[Values]]:
    return lambda seen: [each(seen.of(measurement), field) for field in fields]


def raised_by_rule(seen: Seen) -> list[Values]:
    return [slots(seen, seen.of("alert"), {"raised": "sum"}, sum, "rule")]


def own_raised_by_rule(seen: Seen) -> list[Values]:
    return [slots(seen, in_time(seen, alerts(seen, imported=0)), {"raised": "sum"}, sum, "rule")]


TRUTH: dict[tuple[str, str], Callable[[Seen], list[Values]]] = {
    ("ipt-caseload", "Patients"): lambda seen: [counted(list(by(seen.of("standing"), "patient")))],  # type: ignore[arg-type]
    ("ipt-caseload", "Below their usual"): below_usual,
    ("ipt-caseload", "Not heard for a week"): not_heard,
    ("ipt-caseload", "Open alerts"): lambda seen: [total(alerts(seen), "open")],
    ("ipt-caseload", "Patients, the worst first"): caseload_table,
    ("ipt-caseload", "Alerts raised"): raised_by_rule,
    ("ipt-caseload", "Check-ins"): lambda seen: [slots(seen, seen.of("mood"), {"mood": "count"}, len)],
    ("ipt-patient", "Mood"): lambda seen: standing(seen, "mood"),
    ("ipt-patient", "Against usual"): lambda seen: standing(seen, "change"),
    ("ipt-patient", "Last heard"): lambda seen: standing(seen, "heard"),
    ("ipt-patient", "Open alerts"): lambda seen: [total(alerts(seen), "open")],
    ("ipt-patient", "Phase"): lambda seen: standing(seen, "phase"),
    ("ipt-patient", "Sessions held"): lambda seen: standing(seen, "held"),
    ("ipt-patient", "Mood against usual"): lambda seen: [
        slots(seen, seen.of("mood"), {"mood": "mean"}, fmean),
        usual(seen),
    ],
    ("ipt-patient", "Feelings"): affects,
    ("ipt-patient", "Sleep"): lambda seen: [slots(seen, seen.of("mood"), {"sleep_hours": "mean"}, fmean)],
    ("ipt-patient", "Eating symptoms"): lambda seen: [
        slots(seen, seen.of("mood"), {name: name for name in ("binge", "purge", "restrict")}, sum)
    ],
    **{("ipt-patient", name): questionnaire(name) for name in INSTRUMENTS},
    ("ipt-patient", "People by closeness"): people,
    ("ipt-patient", "Goals"): lambda seen: [each(seen.of("goal"), "rating", "goal")],
    ("ipt-relationships", "Interactions by kind"): lambda seen: [
        slots(seen, seen.of("interaction"), {"valence": "count"}, len, "kind")
    ],
    ("ipt-relationships", "How pleasant, by person"): lambda seen: [
        slots(seen, seen.of("interaction"), {"valence": "mean"}, fmean, "person")
    ],
    ("ipt-relationships", "People"): met,
    ("ipt-relationships", "Links with people"): lambda seen: links(seen, "person", "kind"),
    ("ipt-relationships", "Links with ways of communicating"): lambda seen: links(without_people(seen), "pattern"),
    ("ipt-relationships", "Links by kind over time"): lambda seen: links_by_kind(without_people(seen)),
    ("ipt-group", "Mood of the group"): group("group_week", "mood"),
    ("ipt-group", "Members who reported"): group("group_week", "members"),
    ("ipt-group", "Attendance"): group("group_session", "held", "missed"),
    ("ipt-group", "Cohesion"): group("group_session", "cohesion"),
    ("ipt-group", "Worse in the week after"): group("group_session", "judged", "worse"),
    ("ipt-group", "Open alerts of the group"): lambda seen: [total(seen.of("group_alert", always=True), "open")],
    ("ipt-outcomes", "Closed episodes"): lambda seen: [counted(seen.of("outcome"))],
    ("ipt-outcomes", "Reliably improved"): share("improved"),
    ("ipt-outcomes", "Recovered"): share("recovered", cases=True),
    ("ipt-outcomes", "Deteriorated"): share("deteriorated"),
    ("ipt-outcomes", "By treatment and modality"): by_treatment,
    ("ipt-outcomes", "Episodes closed"): lambda seen: [slots(seen, seen.of("outcome"), {"first": "count"}, len, "arm")],
    ("ipt-on-call", "Critical and open"): lambda seen: [total(alerts(seen, level=3), "open")],
    ("ipt-on-call", "Unanswered"): unanswered,
    ("ipt-on-call", "Shifts to be filled"): lambda _: [
        total([point for point in known() if point.name == "team_alert"], "open")
    ],
    ("ipt-on-call", "Open"): lambda seen: [total(alerts(seen, imported=0), "open")],
    ("ipt-on-call", "Answered within"): answered_within,
    ("ipt-on-call", "Open alerts, the worst first"): open_alerts,
    ("ipt-on-call", "Raised by rule"): own_raised_by_rule,
    ("ipt-on-call", "How they ended"): ended,
    ("ipt-on-call", "Escalations"): lambda seen: [slots(seen, seen.of("alert"), {"escalations": "sum"}, sum)],
    ("ipt-pipeline", "Processes"): processes,
    ("ipt-pipeline", "Set aside"): growth("set_aside"),
    ("ipt-pipeline", "Points refused"): growth("points_refused"),
    ("ipt-pipeline", "Messages that wait"): waiting_messages,
    ("ipt-pipeline", "Sending failed"): growth("send_failures"),
    ("ipt-pipeline", "Records taken up"): rate("records"),
    ("ipt-pipeline", "Behind"): largest("behind"),
    ("ipt-pipeline", "Busy"): rate("busy_s"),
    ("ipt-pipeline", "Points written"): rate("points_written"),
    ("ipt-pipeline", "Messages sent"): difference("sent"),
    ("ipt-pipeline", "Memory"): largest("memory"),
}
"""By dashboard and panel: what each of its queries has to give."""


def without_people(seen: Seen) -> Seen:
    """Links that are about nobody are shown whoever is chosen."""
    chosen = {name: value for name, value in seen.shown.variables.items() if name != "person"}
    shown = seen.shown
    return Seen(Shown(shown.since, shown.until, shown.interval, shown.interval_ms, chosen))
