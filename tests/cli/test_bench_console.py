from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.cli.bench import console
from streams.cli.bench.console import PAGES, measure_console
from streams.cli.bench.console_clinic import patterns, records

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_every_page_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "PATTERNS", 4)
    told: list[str] = []
    measured = measure_console(tmp_path, patients=9, rounds=1, now=NOW, say=told.append)
    assert measured["pages"].keys() == PAGES.keys()
    assert all(figures["kB"] > 0 for figures in measured["pages"].values())
    assert "9 patients taken up" in told[1]


def test_each_patient_has_an_id_and_alerts_of_their_own() -> None:
    known = patterns(NOW, patients=2)
    made = list(records(known, 4))
    keys = [record.key for record in made]
    assert len(set(keys)) == len(keys) == 2 * sum(1 + len(pattern.alerts) for pattern in known)
    assert not any(pattern.view.patient.encode() in record.value for pattern in known for record in made)
