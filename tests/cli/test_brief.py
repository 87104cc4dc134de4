"""`ipt-pulse brief` and `ipt-pulse outcomes` over files, as a user runs them."""

from pathlib import Path

import orjson
import pytest
from click.testing import Result
from typer.testing import CliRunner

from streams.cli import app
from tests.fixture_patient import BEFORE_SESSION_15, CANARY, PATIENT, lines


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("brief") / "before.ndjson"
    file.write_bytes(b"\n".join(lines(BEFORE_SESSION_15)))
    return file


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five patients like the one we know."""
    file = tmp_path_factory.mktemp("brief") / "whole.ndjson"
    named = [line.replace(PATIENT.encode(), f"p-{number}".encode()) for number in range(5) for line in lines()]
    file.write_bytes(b"\n".join(named))
    return file


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_the_brief_in_plain_text_with_a_picture_of_the_week(before: Path) -> None:
    told = run("brief", str(before), "--patient", PATIENT)
    assert told.exit_code == 0, told.output
    text = told.stdout
    assert text.splitlines()[:3] == [
        f"Pre-session brief: {PATIENT}",
        "============================",
        "Tue 7 Apr 2026 to Tue 14 Apr 2026 · before session 14 of 16 · termination phase · last session 7 Apr",
    ]
    picture = [line for line in text.splitlines() if "●" in line or line.endswith("no report")]
    assert len(picture) == 8
    assert picture[0] == "Tue  7 Apr  ············●·───────────················  3.0 (4)"
    assert "- Safe contact first: violence was logged of uncle." in text
    assert "associated with mood 1.1 points lower" in text
    assert CANARY not in text
    assert max(map(len, text.splitlines())) < 110


def test_the_reviews(whole: Path) -> None:
    told = run("brief", str(whole), "--patient", "p-3", "--review")
    assert told.exit_code == 0, told.output
    assert "Formulation after the initial phase: p-3" in told.stdout
    assert "Termination review: p-3" in told.stdout
    assert "Wed 14 Apr 2027: 2 years since a bereavement." in told.stdout


def test_who_is_not_there_and_who_is_in_no_care_is_told(before: Path, tmp_path: Path) -> None:
    nobody = run("brief", str(before), "--patient", "p-nobody")
    assert nobody.exit_code == 1
    assert "there is no patient p-nobody" in nobody.output
    outside = tmp_path / "outside.ndjson"
    outside.write_bytes(b"\n".join(line for line in lines() if b"check-in" in line))
    assert run("brief", str(outside), "--patient", PATIENT).exit_code == 0
    review = run("brief", str(outside), "--patient", PATIENT, "--review")
    assert review.exit_code == 1
    assert "has no episode of care" in review.output


def test_outcomes_as_a_table_and_as_json(whole: Path) -> None:
    table = run("outcomes", str(whole))
    assert table.exit_code == 0, table.output
    assert table.stdout.splitlines()[:5] == [
        "individual, depression, ipt: PHQ-9",
        "  5 of 5 closed episodes have two totals or more; 15 sessions attended (median)",
        "  first 15.0, last 3.0 on average",
        "  improved     5 of 5: 100% (57% to 100%)      5 of 5: 100% (57% to 100%)",
        "  recovered    5 of 5: 100% (57% to 100%)      5 of 5: 100% (57% to 100%)",
    ]
    rows = [orjson.loads(line) for line in run("outcomes", str(whole), "--by", "arm", "--json").stdout.splitlines()]
    assert [(row["group"], row["instrument"], row["scored"]) for row in rows] == [
        ({"arm": "ipt"}, "PHQ-9", 5),
        ({"arm": "ipt"}, "GAD-7", 5),
    ]


def test_of_fewer_than_five_no_figure_is_printed(whole: Path, tmp_path: Path) -> None:
    four = tmp_path / "four.ndjson"
    four.write_bytes(b"\n".join(line for line in whole.read_bytes().splitlines() if b"p-4" not in line))
    told = run("outcomes", str(four)).stdout
    assert "  4 of 4 closed episodes have two totals or more\n  fewer than 5 patients: no figures\n" in told
    assert "%" not in told.split("Rates:")[0]


def test_outcomes_of_nobody(before: Path) -> None:
    told = run("outcomes", str(before))
    assert told.exit_code == 0
    assert "no closed episode has two totals of one questionnaire" in told.stdout
