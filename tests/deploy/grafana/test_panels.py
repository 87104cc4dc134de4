"""Every panel, mark, variable and alert rule of every dashboard, on real InfluxDB 1.8 and 2.7, beside what is known."""

from collections.abc import Iterator

import pytest

from deploy.grafana.rules import RULES, Rule
from tests.deploy.grafana.asking import (
    MARKS,
    PANELS,
    VARIABLES,
    Team,
    cohort,
    marks_stand_where_things_happened,
    panel_shows_what_is_known,
    rule_asks_what_is_known,
    variable_offers_what_there_is,
)
from tests.deploy.grafana.truth import TRUTH

pytestmark = pytest.mark.influxdb


@pytest.fixture(scope="module", params=["influxdb", "locked_influxdb18"])
def team(request: pytest.FixtureRequest) -> Iterator[Team]:
    made = cohort(request.getfixturevalue(request.param), "dashboards-north")
    yield made
    made.reader.close()


@pytest.mark.parametrize(("uid", "title"), PANELS, ids=[f"{uid}: {title}" for uid, title in PANELS])
def test_a_panel_shows_what_is_known(team: Team, uid: str, title: str) -> None:
    assert panel_shows_what_is_known(team, uid, title).values


def test_every_panel_has_a_truth_and_every_truth_a_panel() -> None:
    assert set(PANELS) == set(TRUTH)
    assert len(PANELS) == len(set(PANELS))


@pytest.mark.parametrize(("uid", "name"), MARKS)
def test_marks_stand_where_things_happened(team: Team, uid: str, name: str) -> None:
    assert marks_stand_where_things_happened(team, uid, name).values


@pytest.mark.parametrize(("uid", "name"), VARIABLES)
def test_variables_offer_what_there_is_points_of(team: Team, uid: str, name: str) -> None:
    assert variable_offers_what_there_is(team, uid, name).values


@pytest.mark.parametrize("rule", RULES, ids=[rule.uid for rule in RULES])
def test_alert_rules_ask_what_is_known(team: Team, rule: Rule) -> None:
    assert rule_asks_what_is_known(team, rule).asked
