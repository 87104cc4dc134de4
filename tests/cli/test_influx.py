"""`ipt-pulse influx` on both versions, for a clinic of two care teams."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from deploy.local.influxdb import InfluxDB
from streams.adapters.care_teams import FILE
from streams.adapters.influx_tokens import known_token, reader_file, writer_file
from streams.cli import app
from streams.settings import settings

runner = CliRunner()
NUMBERS = count()
TEAMS = "teams: [{id: north, name: North}, {id: south, name: South}]"


@pytest.fixture(params=["influxdb", "locked_influxdb18"])
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InfluxDB]:
    found: InfluxDB = request.getfixturevalue(request.param)
    (tmp_path / FILE).write_text(TEAMS)
    for name, value in {
        "HOME": tmp_path,
        "POLICY": tmp_path,
        "INFLUX_URL": found.url,
        "INFLUX_ADMIN_TOKEN": found.token,
        "INFLUX_ORG": found.org,
        "INFLUX_BUCKET": f"cli{next(NUMBERS)}",
    }.items():
        monkeypatch.setenv(f"IPT_PULSE_{name}", str(value))
    settings.cache_clear()
    yield found
    settings.cache_clear()


def run(*arguments: str) -> tuple[int, str]:
    result = runner.invoke(app, ["influx", *arguments])
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.influxdb
def test_set_up_checked_written_to_and_erased_from(server: InfluxDB, tmp_path: Path) -> None:
    base = settings().influx_bucket
    code, told = run("check")
    assert code == 1
    assert told.count("is missing") == 4
    assert run("setup")[0] == 0
    keys = {file: known_token(file) for file in (tmp_path / "keys" / "influxdb").iterdir()}
    assert {file.name for file in keys} == {
        "writer", f"{base}.reader", f"{base}_operations.reader", f"{base}-north.reader", f"{base}-south.reader",
    }  # fmt: skip
    assert run("setup", "--keep-days", "400")[0] == 0
    assert {file: known_token(file) for file in keys} == keys
    code, told = run("check")
    assert (code, told.count("400 days"), told.count("missing")) == (0, 4, 0), told
    writer = {"Authorization": f"Token {known_token(writer_file(tmp_path / 'keys'))}"}
    for patient in ("p-1", "p-2"):
        params = {"org": server.org, "bucket": f"{base}-north"}
        line = f"mood,patient={patient} mood=5.0"
        httpx.post(f"{server.url}/api/v2/write", params=params, content=line, headers=writer).raise_for_status()
    assert run("erase", "p-1") == (0, "nothing of the patient is left in InfluxDB")
    reader = {"Authorization": f"Token {known_token(reader_file(tmp_path / 'keys', f'{base}-north'))}"}
    query = {"db": f"{base}-north", "q": 'SELECT "mood", "patient" FROM "mood"'}
    [series] = httpx.get(f"{server.url}/query", params=query, headers=reader).json()["results"][0]["series"]
    assert [row[2] for row in series["values"]] == ["p-2"]


@pytest.mark.influxdb
def test_a_token_that_opens_more_than_its_bucket_is_found(server: InfluxDB, tmp_path: Path) -> None:
    base = settings().influx_bucket
    assert run("setup")[0] == 0
    file = reader_file(tmp_path / "keys", f"{base}-north")
    file.unlink()
    assert "its read token is not kept here" in run("check")[1]
    file.touch(mode=0o600)
    file.write_text(server.token)
    code, told = run("check")
    assert code == 1
    assert f"its read token opens {base}-south" in told
    file.write_text("admin:wrong")
    assert "its read token does not open it" in run("check")[1]


@pytest.mark.influxdb
def test_what_is_no_patient_is_refused(server: InfluxDB) -> None:
    assert server
    run("setup")
    code, told = run("erase", 'p" or patient!="p')
    assert code == 1
    assert "is no patient's id" in told


def test_without_an_influxdb_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IPT_PULSE_INFLUX_URL", raising=False)
    settings.cache_clear()
    assert run("check") == (1, "error: no InfluxDB is named: set IPT_PULSE_INFLUX_URL")
    settings.cache_clear()


@pytest.mark.influxdb
def test_one_that_asks_nobody_is_told(influxdb18: InfluxDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).write_text(TEAMS)
    for name, value in {"HOME": tmp_path, "POLICY": tmp_path, "INFLUX_URL": influxdb18.url}.items():
        monkeypatch.setenv(f"IPT_PULSE_{name}", str(value))
    monkeypatch.setenv("IPT_PULSE_INFLUX_BUCKET", "open")
    settings.cache_clear()
    assert run("setup")[0] == 0
    code, told = run("check")
    settings.cache_clear()
    assert code == 1
    assert "anybody may read this InfluxDB" in told
