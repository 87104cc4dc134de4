"""`ipt-pulse export fhir`, as a script would call it."""

import stat
from pathlib import Path

import orjson
from click.testing import Result
from fhir.resources.R4B.bundle import Bundle
from typer.testing import CliRunner

from streams.cli import app
from tests.core.builders import check_in, phq9, raw

EVENTS = [
    phq9(1, 5).to_json(),
    phq9(1, 5, receivedat="2026-09-01T00:00:00Z").to_json(),
    phq9(2, 20, subject="p-2").to_json(),
    check_in(1, 5).to_json(),
    raw("questionnaire.v1", 3, {"instrument": "PHQ-9", "items": {"9": 4}}),
    b"",
    b"{",
]


def export(folder: Path, events: bytes, *more: str) -> Result:
    source = folder / "events.ndjson"
    source.write_bytes(events)
    return CliRunner().invoke(app, ["export", "fhir", str(source), "--out", str(folder / "bundle.json"), *more])


def test_a_file_of_events_becomes_a_bundle_that_is_its_owners_alone(tmp_path: Path) -> None:
    result = export(tmp_path, b"\xef\xbb\xbf" + b"\r\n".join(EVENTS))
    assert (result.exit_code, result.stderr) == (0, "2 questionnaires, 2 rejected\n")
    written = tmp_path / "bundle.json"
    assert len(Bundle.model_validate_json(written.read_bytes()).entry) == 5
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_one_patient_alone(tmp_path: Path) -> None:
    result = export(tmp_path, b"\n".join(EVENTS), "--patient", "p-2", "--system", "https://clinic.example/p")
    assert result.stderr == "1 questionnaires, 2 rejected\n"
    made = orjson.loads((tmp_path / "bundle.json").read_bytes())
    subjects = [entry["resource"]["subject"] for entry in made["entry"] if "subject" in entry["resource"]]
    assert [subject["identifier"] for subject in subjects] == [
        {"system": "https://clinic.example/p", "value": "p-2"}
    ] * 2


def test_a_patient_without_a_questionnaire_is_no_empty_bundle(tmp_path: Path) -> None:
    result = export(tmp_path, b"\n".join(EVENTS), "--patient", "p-3")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: no questionnaire of patient p-3")
    assert not (tmp_path / "bundle.json").exists()


def test_an_empty_file_is_an_empty_bundle(tmp_path: Path) -> None:
    assert export(tmp_path, b"").stderr == "0 questionnaires, 0 rejected\n"
    assert orjson.loads((tmp_path / "bundle.json").read_bytes()) == {"resourceType": "Bundle", "type": "collection"}


def test_what_cannot_be_written_is_told_in_a_line(tmp_path: Path) -> None:
    result = export(tmp_path, b"", "--out", str(tmp_path / "none" / "bundle.json"))
    assert result.exit_code == 1
    assert result.stderr.startswith("error: cannot write")
