"""The table holds for every line that any writer makes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

import orjson
import pytest
from prometheus_client.registry import REGISTRY

from schemas.questionnaires import INSTRUMENTS
from streams import metrics
from streams.adapters.policy import read_policy
from streams.agents.reporting import COUNTED
from streams.core.group.show import show
from streams.core.points import late_mark, points
from streams.core.rehearse import Rehearsal, rehearse
from streams.core.series.alert import alert_points
from streams.core.series.check import faults
from streams.core.series.group import group_points
from streams.core.series.health import health_points
from streams.core.series.measurements import BY_NAME, MEASUREMENTS
from streams.core.series.quiet import quiet_points
from streams.core.series.standing import standing_points
from streams.core.view import view
from streams.simulate.cohort import cohort
from tests.core.alerts.samples import Life, signal
from tests.core.builders import POLICY, check_in, event, raw
from tests.core.group.members import GROUP, attended, member


@cache
def rehearsed() -> Rehearsal:
    """Eight made-up patients: everything that events and views give points for."""
    end = datetime(2026, 6, 1, 12, tzinfo=UTC)
    return rehearse((orjson.dumps(one) for events, _ in cohort(8, 70, end, seed=3) for _, one in events), read_policy())


def of_views() -> list[str]:
    found = rehearsed()
    return [
        line
        for patient, state in found.states.items()
        for line in (
            *standing_points(view(state, patient, found.population, POLICY)),
            *quiet_points(patient, state),
        )
    ]


def of_alerts() -> list[str]:
    life = Life()
    life.report(signal())
    group = signal("a2", rule="group.deterioration", patient="g-1").model_dump()
    grouped = Life()
    grouped.report(signal(**{**group, "alert_id": "a1"}))
    team = Life()
    team.report(signal(**{**group, "alert_id": "a1", "rule": "rota.empty", "patient": "north"}))
    return [line for one in (life, grouped, team) for line in alert_points(one.alert)]


def of_groups() -> list[str]:
    return group_points(show(GROUP, [member(f"p-{at}", attended(7)) for at in range(4)], POLICY))


def everything() -> list[str]:
    said = event(raw("check-in.v1", 1, {"mood": 5, "symptoms": {"binge": 1, "purge": 2, "restrict": 0}}))
    health = health_points("analysis", dict.fromkeys((*COUNTED, "memory"), 1.0), 1_700_000_000.5)
    return [*rehearsed().points, *of_views(), *of_alerts(), *of_groups(), *points(said), late_mark(said), health]


def test_every_line_keeps_to_the_table() -> None:
    assert {fault for line in everything() for fault in faults(line)} == set()


def test_every_measurement_is_written() -> None:
    assert {line.split(",", 1)[0] for line in everything()} == set(BY_NAME)


def seen(lines: Iterable[str]) -> set[tuple[str, str]]:
    from streams.core.series.check import _FIELD, _LINE  # noqa: PLC0415 - the check's own eyes

    matches = [found for line in lines if (found := _LINE.fullmatch(line))]
    return {(found["name"], field["name"]) for found in matches for field in _FIELD.finditer(found["fields"])}


RARE = {
    *((name, field) for name in ("alert", "group_alert", "team_alert") for field in ("answer_s", "closed_s")),
    ("session", "group"), ("session", "cohesion"), ("mood", "sleep_hours"),
}  # fmt: skip
"""Shown by tests of their own."""


def test_every_field_of_the_table_is_written_by_somebody() -> None:
    written = seen(everything())
    named = {(one.name, column.name) for one in MEASUREMENTS for column in one.columns if "*" not in column.name}
    assert named - written - RARE == set()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("moods,patient=p mood=1.0 1", "measurement moods is not in the table"),
        ("mood,patient=p,person=x mood=1.0 1", "tag person is not in the table"),
        ("mood mood=1.0 1", "tag patient is missing"),
        ("mood,patient=p moody=1.0 1", "field moody is not in the table"),
        ("mood,patient=p mood=1i 1", "field mood is integer, not float"),
        ('mood,patient=p mood="1" 1', "field mood is string, not float"),
        ("mood,patient=p binge=1.0 1", "field binge is float, not integer"),
        ('late,patient=p,type=t late="x" 1', "field late is string, not boolean"),
        ("mood,patient=p mood=1.0,,binge=1i 1", "its fields cannot be read"),
        ("mood,patient=p mood=1.0", "is no line protocol"),
    ],
)
def test_what_does_not_keep_to_it_is_told(line: str, fault: str) -> None:
    assert fault in faults(line)


def test_a_link_may_be_about_a_kind_alone() -> None:
    assert faults("link,patient=p,kind=conflict n=1i 1") == []
    assert faults("affects,patient=p affect_sad=1.0,affect_any_other=2.0 1") == []


def test_series_are_counted_from_what_tags_can_be() -> None:
    assert BY_NAME["mood"].most_series == 1
    assert BY_NAME["questionnaire"].most_series == len(INSTRUMENTS)
    assert BY_NAME["interaction"].usual_series == 8 * 4
    of_a_patient = sum(one.usual_series for one in MEASUREMENTS if one.about == "patient")
    assert of_a_patient * 1_000 < 1_000_000


def test_no_patient_of_the_cohort_has_more_series_than_the_table_allows() -> None:
    found = {line.split(" ", 1)[0] for line in (*rehearsed().points, *of_views())}
    patients = len(rehearsed().states)
    for one in MEASUREMENTS:
        if one.about == "patient":
            assert sum(series.split(",", 1)[0] == one.name for series in found) <= patients * one.most_series


def test_each_column_of_health_is_a_metric_that_exists() -> None:
    assert metrics.WORKER_RECORDS
    known = {sample.name for metric in REGISTRY.collect() for sample in metric.samples}
    families = {metric.name for metric in REGISTRY.collect()}
    for name in COUNTED.values():
        assert name in known or name.removesuffix("_total") in families, name
    assert {*COUNTED, "memory"} == {column.name for column in BY_NAME["pipeline"].columns}


def test_a_repeat_writes_the_same_points() -> None:
    assert points(check_in(1, 5)) == points(check_in(1, 5))
    assert of_views() == of_views()
