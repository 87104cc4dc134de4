"""docs/simulation.md tells of every field of the truth, and of no other."""

import re
from dataclasses import fields
from pathlib import Path

import orjson

from streams.simulate.truth import Truth
from tests.simulate.samples import Made

DOC = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text()


def test_every_field_is_documented() -> None:
    rows = [
        line.split("|")[1] for line in DOC.split("## What the truth says")[1].splitlines() if line.startswith("| `")
    ]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == {field.name for field in fields(Truth)}


def test_it_is_one_line_of_json(made: Made) -> None:
    for _, truth in made:
        line = truth.to_json()
        assert b"\n" not in line
        assert orjson.loads(line)["patient"] == truth.patient
