import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schemas.reading import Accepted, read_event
from streams.cli import app
from streams.settings import settings


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPT_PULSE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("IPT_PULSE_TOKEN", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_events_into_a_file_and_a_report_beside_it(tmp_path: Path, csv_file: Path, mapping_file: Path) -> None:
    out, report = tmp_path / "events.ndjson", tmp_path / "report.json"
    arguments = ["--mapping", str(mapping_file), "--out", str(out), "--report", str(report)]
    result = CliRunner().invoke(app, ["import", str(csv_file), *arguments])
    assert result.exit_code == 0, result.output
    assert "answered reports = 5 accepted + 4 refused" in result.stdout
    outcomes = [read_event(line) for line in out.read_bytes().splitlines()]
    assert len(outcomes) == 10
    assert all(isinstance(outcome, Accepted) and outcome.event.history for outcome in outcomes)
    assert json.loads(report.read_text())["answered"] == 9


def test_the_same_file_gives_the_same_bytes(tmp_path: Path, csv_file: Path, mapping_file: Path) -> None:
    files = [tmp_path / "one.ndjson", tmp_path / "two.ndjson"]
    for out in files:
        CliRunner().invoke(app, ["import", str(csv_file), "--mapping", str(mapping_file), "--out", str(out)])
    assert files[0].read_bytes() == files[1].read_bytes()


def test_without_a_token_or_an_issuer_it_says_what_to_do(csv_file: Path, mapping_file: Path) -> None:
    result = CliRunner().invoke(app, ["import", str(csv_file), "--mapping", str(mapping_file)])
    assert result.exit_code == 1
    assert "set IPT_PULSE_TOKEN" in result.stderr


def test_an_unwritable_file_is_an_error_without_a_traceback(tmp_path: Path, csv_file: Path, mapping_file: Path) -> None:
    out = tmp_path / "no" / "such" / "folder.ndjson"
    result = CliRunner().invoke(app, ["import", str(csv_file), "--mapping", str(mapping_file), "--out", str(out)])
    assert result.exit_code == 1
    assert "cannot write" in result.stderr
