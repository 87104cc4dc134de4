"""Who is erased is in nothing that any dashboard shows or offers, on either version; everybody else is still there."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from deploy.grafana.rules import RULES
from deploy.local.influxdb import InfluxDB
from streams.adapters.influx_admin import admin_of
from streams.adapters.influx_admin.erasure import left_of
from tests.deploy.grafana.asking import (
    ALL_OF_IT,
    CHOICES,
    MARKS,
    PANELS,
    VARIABLES,
    Team,
    cohort,
    mark_of,
    options,
    panel_queries,
    rule_query,
    variable_query,
)
from tests.deploy.grafana.cohort import PATIENTS
from tests.deploy.grafana.expand import Shown, expand

pytestmark = pytest.mark.influxdb

ERASED = "p.1"
NUMBERS = count()
SHOWS = (
    "SHOW SERIES",
    "SHOW MEASUREMENTS",
    "SHOW FIELD KEYS",
    "SHOW TAG KEYS",
    'SELECT * FROM "autogen"./.*/ GROUP BY *',
    'SELECT * FROM "daily"./.*/ GROUP BY *',
)


@pytest.fixture(params=["influxdb", "locked_influxdb18"])
def server(request: pytest.FixtureRequest) -> InfluxDB:
    found: InfluxDB = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def team(server: InfluxDB) -> Iterator[Team]:
    made = cohort(server, f"erased{next(NUMBERS)}")
    yield made
    made.reader.close()


def queries() -> Iterator[tuple[str, str]]:
    """Dashboard and query, all there are."""
    yield from ((uid, query) for uid, title in PANELS for query in panel_queries(uid, title))
    yield from ((uid, mark_of(uid, name)["query"]) for uid, name in MARKS)
    yield from ((uid, variable_query(uid, name)) for uid, name in VARIABLES)
    yield from (("ipt-pipeline", rule_query(rule)) for rule in RULES)


def told_of(team: Team, patient: str) -> set[tuple[str, str]]:
    """The queries whose answers name a patient, whatever is chosen, or give anything where the patient is chosen."""
    found = set()
    for uid, query in queries():
        everybody = Shown(*ALL_OF_IT, variables={**CHOICES[uid][0]})
        if json.dumps(patient) in json.dumps(team.ask(expand(query, everybody))):
            found.add((uid, query))
        if "$patient" in query or "${patient" in query:
            chosen = replace(everybody, variables={**CHOICES[uid][0], "patient": patient})
            if team.ask(expand(query, chosen)):
                found.add((uid, query))
    return found


def test_no_dashboard_shows_or_offers_who_was_erased(server: InfluxDB, team: Team) -> None:
    admin = admin_of(server.url, server.token, server.org)
    admin.ensure_daily(team.bucket)
    before, others = told_of(team, ERASED), told_of(team, "1.2")
    assert len(before) > len(others) > len(PANELS) // 2
    admin.erase(team.bucket, ERASED)
    assert told_of(team, ERASED) == set()
    assert left_of(admin.server, team.bucket, ERASED) == 0
    for query in SHOWS:
        assert f"patient={ERASED}" not in str(told := team.ask(query)), query
        assert f"'{ERASED}'" not in str(told), query
    for uid, name in VARIABLES:
        if name == "patient":
            everybody = Shown(*ALL_OF_IT, variables={})
            assert options(team, variable_query(uid, name), everybody) == sorted({*PATIENTS} - {ERASED})
    assert told_of(team, "1.2") == others
    admin.server.close()
