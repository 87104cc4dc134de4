"""`ipt-pulse grafana sync` on a strict Grafana, with either library."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.grafana.api import LIBRARIES
from deploy.grafana.pages import BOARDS
from deploy.grafana.rules import RULES
from streams.adapters.care_teams import FILE
from streams.adapters.influx_tokens import keep_token, reader_file
from streams.settings import settings
from tests.deploy.grafana.fake_grafana import FakeGrafana, serving
from tests.integration.workers import ROOT

runner = CliRunner()
TEAMS = """
teams:
  - {id: north, name: North clinic, users: [{login: th-1, email: th-1@clinic.example}]}
  - id: south
    name: South & West
    users: [{login: th-1, email: th-1@clinic.example}, {login: lead, email: lead@clinic.example, role: Editor}]
operators: [{login: op-1, email: op-1@clinic.example}]
"""
OF_TEAMS = {board.uid for board in BOARDS if not board.operations}
OF_OPERATIONS = {board.uid for board in BOARDS if board.operations}


@pytest.fixture
def grafana(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGrafana]:
    with serving() as fake:
        (tmp_path / FILE).write_text(TEAMS)
        for name, value in {
            "HOME": tmp_path,
            "POLICY": tmp_path,
            "KAFKA": "127.0.0.1:1",
            "INFLUX_URL": "http://influxdb:8086/",
            "GRAFANA_URL": fake.url,
            "GRAFANA_PASSWORD": fake.password,
            "CONSOLE_URL": "https://console.clinic.example/",
        }.items():
            monkeypatch.setenv(f"IPT_PULSE_{name}", str(value))
        settings.cache_clear()
        for bucket in ("ipt-pulse", "ipt-pulse_operations", "ipt-pulse-north", "ipt-pulse-south"):
            keep_token(reader_file(tmp_path / "keys", bucket), f"read-{bucket}")
        yield fake
        settings.cache_clear()
        assert fake.complaints == []


def sync(*options: str) -> tuple[int, list[str]]:
    result = runner.invoke(app, ["grafana", "sync", *options])
    return result.exit_code, result.output.splitlines()


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_team_gets_an_organisation_that_reads_its_bucket_alone(grafana: FakeGrafana, library: str) -> None:
    code, told = sync("--apply", "--library", library)
    assert code == 0, told
    assert {org.name for org in grafana.orgs.values()} == {"Main Org.", "North clinic", "South & West"}
    for name, bucket in (("North clinic", "north"), ("South & West", "south")):
        org = grafana.org(name)
        [source] = org.sources.values()
        assert (source["url"], source["jsonData"]["dbName"]) == ("http://influxdb:8086", f"ipt-pulse-{bucket}")
        assert org.secrets["ipt-pulse"] == {"httpHeaderValue1": f"Token read-ipt-pulse-{bucket}"}
        assert set(org.boards) == OF_TEAMS
        assert not org.rules
    main = grafana.org("Main Org.")
    assert main.sources["ipt-pulse"]["jsonData"]["dbName"] == "ipt-pulse_operations"
    assert (set(main.boards), set(main.rules)) == (OF_OPERATIONS, {rule.uid for rule in RULES})
    assert grafana.logins("North clinic") == {"admin": "Admin", "th-1": "Viewer"}
    assert grafana.logins("South & West") == {"admin": "Admin", "th-1": "Viewer", "lead": "Editor"}
    assert grafana.logins("Main Org.") == {"admin": "Admin", "op-1": "Viewer"}
    assert sync("--apply", "--library", library) == (0, ["nothing to change"])


def test_a_dry_run_tells_everything_and_changes_nothing(grafana: FakeGrafana) -> None:
    code, told = sync()
    assert code == 0
    assert [org.name for org in grafana.orgs.values()] == ["Main Org."]
    assert all(asked.startswith("GET ") for asked in grafana.asked)
    assert "+ North clinic: organisation" in told
    assert "+ North clinic: user th-1 as Viewer" in told
    assert told[-1] == f"{len(told) - 1} to change: run it with --apply"
    applied = sync("--apply")[1]
    assert applied == told[:-1]


def test_what_was_changed_by_hand_is_told_and_put_right(grafana: FakeGrafana) -> None:
    sync("--apply")
    north = grafana.org("North clinic")
    board = north.boards["ipt-patient"]["dashboard"]
    board["title"] = "Mine"
    board["panels"][1]["title"] = "Also mine"
    north.boards["ipt-group"]["meta"]["folderUid"] = ""
    north.sources["ipt-pulse"]["jsonData"]["dbName"] = "ipt-pulse-south"
    north.folders["ipt-pulse"]["title"] = "Elsewhere"
    grafana.org("Main Org.").rules[RULES[0].uid]["for"] = "9h"
    lead = next(user["id"] for user in grafana.users.values() if user["login"] == "lead")
    north.members[lead] = "Viewer"
    grafana.org("South & West").members[lead] = "Admin"
    code, told = sync()
    assert code == 0
    assert told[:-1] == [
        f"~ Main Org.: alert rule {RULES[0].title} (for)",
        "~ North clinic: data source of bucket ipt-pulse-north (jsonData)",
        "~ North clinic: folder (title)",
        "~ North clinic: dashboard Patient (title, panels)",
        "~ North clinic: dashboard Group (folder)",
        "- North clinic: user lead",
        "~ South & West: user lead is Admin, becomes Editor",
    ]
    assert north.sources["ipt-pulse"]["jsonData"]["dbName"] == "ipt-pulse-south"
    sync("--apply")
    assert sync() == (0, ["nothing to change"])
    assert grafana.logins("North clinic") == {"admin": "Admin", "th-1": "Viewer"}
    assert north.sources["ipt-pulse"]["jsonData"]["dbName"] == "ipt-pulse-north"


def test_a_token_made_anew_gets_there(grafana: FakeGrafana, tmp_path: Path) -> None:
    sync("--apply")
    keep_token(reader_file(tmp_path / "keys", "ipt-pulse-north"), "another")
    assert sync("--apply")[1] == ["~ North clinic: data source of bucket ipt-pulse-north (jsonData)"]
    assert grafana.org("North clinic").secrets["ipt-pulse"] == {"httpHeaderValue1": "Token another"}


def test_one_team_on_its_own_has_all_in_the_main_organisation(grafana: FakeGrafana, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("teams: []")
    grafana.users[2] = {"id": 2, "login": "somebody", "email": "s@x"}
    grafana.orgs[1].members[2] = "Viewer"
    sync("--apply")
    main = grafana.org("Main Org.")
    assert list(grafana.orgs) == [1]
    assert main.sources["ipt-pulse"]["jsonData"]["dbName"] == "ipt-pulse"
    assert set(main.boards) == OF_TEAMS | OF_OPERATIONS
    assert grafana.logins("Main Org.") == {"admin": "Admin", "somebody": "Viewer"}


def test_links_lead_to_the_clinics_own_console(grafana: FakeGrafana) -> None:
    sync("--apply")
    text = json.dumps(grafana.org("North clinic").boards["ipt-caseload"]["dashboard"])
    assert "https://console.clinic.example" in text
    assert "127.0.0.1:8081" not in text


def test_without_the_read_token_it_says_what_to_do(grafana: FakeGrafana, tmp_path: Path) -> None:
    reader_file(tmp_path / "keys", "ipt-pulse-north").unlink()
    code, told = sync("--apply")
    assert code == 1
    assert "run `ipt-pulse influx setup` first" in " ".join(told)
    assert not any(org.sources for org in grafana.orgs.values() if org.name == "North clinic")


def test_without_a_grafana_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IPT_PULSE_GRAFANA_URL", raising=False)
    monkeypatch.setenv("IPT_PULSE_KAFKA", "127.0.0.1:1")
    settings.cache_clear()
    code, told = sync()
    settings.cache_clear()
    assert (code, "IPT_PULSE_GRAFANA_URL" in " ".join(told)) == (1, True)


def test_it_needs_nothing_that_only_developers_have() -> None:
    """The image has no development dependencies: dashboards come as files, what they are made with stays out."""
    without = ("grafana_foundation_sdk", "grafana_client", "niquests")
    script = f"import sys\nfor name in {without}: sys.modules[name] = None\nimport deploy.grafana.command"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
