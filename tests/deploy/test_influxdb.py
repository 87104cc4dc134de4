import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import httpx
import pytest

from deploy.local.errors import StackError
from deploy.local.influxd import INFLUXDB_1, INFLUXDB_2, cached, ensure, find
from deploy.local.influxdb import InfluxDB, kept_token, onboard

pytestmark = pytest.mark.influxdb


@pytest.fixture(params=["influxdb", "influxdb18"])
def server(request: pytest.FixtureRequest) -> InfluxDB:
    found: InfluxDB = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def client(server: InfluxDB) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Token {server.token}"}) as found:
        yield found


def write(client: httpx.Client, server: InfluxDB, line: str) -> httpx.Response:
    return client.post("/api/v2/write", params={"org": server.org, "bucket": server.bucket}, content=line)


def read(client: httpx.Client, server: InfluxDB, query: str) -> list[dict[str, str]]:
    answer = client.get("/query", params={"db": server.bucket, "q": query}, headers={"Accept": "application/csv"})
    return list(csv.DictReader(StringIO(answer.text)))


def test_a_point_written_is_read_back_in_influxql(client: httpx.Client, server: InfluxDB) -> None:
    assert write(client, server, "mood,patient=p1 value=6.5 1700000000000000000").status_code == 204
    rows = read(client, server, "SELECT value FROM mood WHERE patient = 'p1'")
    assert [float(row["value"]) for row in rows] == [6.5]


def test_a_broken_line_is_refused(client: httpx.Client, server: InfluxDB) -> None:
    assert write(client, server, "no fields here").status_code == 400


def test_setting_up_again_changes_nothing(client: httpx.Client, server: InfluxDB) -> None:
    write(client, server, "again value=1 1700000000000000000")
    onboard(server.url, server.release, token=server.token)
    assert len(read(client, server, "SELECT value FROM again")) == 1


def test_another_token_is_refused(influxdb: InfluxDB) -> None:
    with pytest.raises(StackError, match="refused to be set up"):
        onboard(influxdb.url, influxdb.release, token="another")  # noqa: S106 - wrong on purpose


def test_data_outlives_a_kill(own_influxdb: InfluxDB) -> None:
    headers = {"Authorization": f"Token {own_influxdb.token}"}
    with httpx.Client(base_url=own_influxdb.url, headers=headers) as client:
        assert write(client, own_influxdb, "mood value=3 1700000000000000000").status_code == 204
        own_influxdb.kill()
        own_influxdb.start()
        assert len(read(client, own_influxdb, "SELECT value FROM mood")) == 1


def test_the_token_is_kept_and_private(tmp_path: Path) -> None:
    token = kept_token(tmp_path)
    assert kept_token(tmp_path) == token
    assert (tmp_path / "token").stat().st_mode & 0o077 == 0


def test_a_program_on_the_path_is_used_only_for_its_own_release_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "influxd"
    program.write_text("#!/bin/sh\necho InfluxDB v2.7.5\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert find(INFLUXDB_2, cache=tmp_path) == program
    assert find(INFLUXDB_1, cache=tmp_path) is None
    cached(INFLUXDB_1, cache=tmp_path).touch()
    assert find(INFLUXDB_1, cache=tmp_path) == cached(INFLUXDB_1, cache=tmp_path)


def test_without_rust_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match="no cargo, rustc, cc here") as caught:
        ensure(INFLUXDB_2, cache=tmp_path)
    assert "Install Rust" in caught.value.hint
