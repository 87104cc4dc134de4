from pathlib import Path

import orjson
import pytest
import typer
from typer.testing import CliRunner

from streams.cli.simulate import simulate
from streams.errors import Misconfigured

app = typer.Typer()
app.command()(simulate)


def run(folder: Path, *options: str) -> tuple[bytes, bytes]:
    files = folder / "events.ndjson", folder / "truth.ndjson"
    command = ["--out", str(files[0]), "--truth", str(files[1]), "--patients", "3", "--days", "20", *options]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return files[0].read_bytes(), files[1].read_bytes()


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    options = ("--late", "0.1", "--doubled", "0.1", "--offline", "0.1")
    assert run(tmp_path, *options) == run(tmp_path, *options)
    assert run(tmp_path, *options) != run(tmp_path, "--seed", "9", *options)


def test_truth_has_a_line_a_patient_that_counts_their_events(tmp_path: Path) -> None:
    events, truth = run(tmp_path)
    planted = [orjson.loads(line) for line in truth.splitlines()]
    assert sum(one["events"] for one in planted) == len(events.splitlines())
    assert {one["patient"] for one in planted} == {orjson.loads(line)["subject"] for line in events.splitlines()}


@pytest.mark.parametrize("end", ["soon", "2026-06-01T12:00:00"])
def test_an_end_without_an_offset_is_refused(tmp_path: Path, end: str) -> None:
    with pytest.raises(Misconfigured, match="--end"):
        run(tmp_path, "--end", end)


def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    command = ["--out", str(tmp_path / "none" / "events.ndjson"), "--truth", str(tmp_path / "truth.ndjson")]
    assert "cannot write" in str(CliRunner().invoke(app, command).exception)
    assert list(tmp_path.iterdir()) == []
