from pathlib import Path

import numpy as np
import orjson
import pytest
from typer.testing import CliRunner

from schemas.events import AnyEvent
from streams.cli.evaluate import app
from streams.cli.mood_before import FEWEST_EVENTS, PAIR, measure_pull
from streams.core.entry import InteractionEntry, MoodEntry
from streams.core.moments import MINUTE
from tests.core.builders import check_in, interaction

BLOCK = 90 * MINUTE


def reports(moods: list[float], gap: int = BLOCK) -> list[MoodEntry]:
    return [MoodEntry(at * gap, b"%d" % at, b"", 0, round(100 * mood)) for at, mood in enumerate(moods)]


def happened(time: int, valence: int) -> InteractionEntry:
    return InteractionEntry(time, b"i%d" % time, b"", 0, "a", "other", valence, ())


def a_patient(rng: np.random.Generator, pull: float) -> list[MoodEntry | InteractionEntry]:
    """300 reports; an unpleasant event after each with odds e^(-1 + pull · mood in SD)."""
    scaled = rng.standard_normal(300)
    chances = 1 / (1 + np.exp(1 - pull * scaled))
    known: list[MoodEntry | InteractionEntry] = list(reports((5 + scaled).tolist()))
    known += [happened(at * BLOCK + MINUTE, -2) for at in np.flatnonzero(rng.random(300) < chances).tolist()]
    return sorted(known, key=lambda one: one.time)


def test_a_known_pull_is_found_again() -> None:
    rng = np.random.default_rng(3)
    found = measure_pull([a_patient(rng, -0.5) for _ in range(30)], -1)
    assert found is not None
    assert found.low < -0.5 < found.high
    assert found.high - found.low < 0.15
    assert found.spread < 0.1


def test_patients_who_differ_are_seen_to() -> None:
    rng = np.random.default_rng(4)
    found = measure_pull([a_patient(rng, pull) for pull in rng.normal(-0.3, 0.4, 40)], -1)
    assert found is not None
    assert 0.25 < found.spread < 0.55


def test_what_felt_the_other_way_or_came_too_late_does_not_count() -> None:
    moods = [5.0, 6.0] * 40
    felt_well = [*reports(moods), *(happened(at * 4 * BLOCK + MINUTE, 2) for at in range(20))]
    ordered = sorted(felt_well, key=lambda one: one.time)
    assert measure_pull([ordered] * 2, -1) is None
    apart = [*reports(moods, PAIR + 1), *(happened(at * 4 * (PAIR + 1) + 1, -2) for at in range(20))]
    assert measure_pull([sorted(apart, key=lambda one: one.time)] * 2, -1) is None


@pytest.mark.parametrize(("events", "tells"), [(FEWEST_EVENTS - 1, False), (FEWEST_EVENTS, True)])
def test_a_patient_with_few_events_has_no_figure(events: int, tells: bool) -> None:
    moods = [3.0, 5.0, 4.0, 6.0, 7.0] * 12
    known = [*reports(moods), *(happened(at * 3 * BLOCK + MINUTE, -1) for at in range(events))]
    ordered = sorted(known, key=lambda one: one.time)
    assert (measure_pull([ordered, ordered], -1) is not None) is tells


def a_file(folder: Path) -> Path:
    """Three patients whose mood is 3 points lower after each of 15 conflicts, and a line that nobody can read."""
    events: list[AnyEvent] = []
    for patient in ("p-1", "p-2", "p-3"):
        for day in range(40):
            mood = 6 + day * 7 % 3 - 1
            met = day % 5 < 2
            events += [check_in(day + 0.4, mood, subject=patient), check_in(day + 0.6, mood - 3 * met, subject=patient)]
            events += [interaction(day + 0.55, kind="conflict", subject=patient)] * met
    file = folder / "events.ndjson"
    file.write_bytes(b"".join(event.to_json() + b"\n" for event in [*events, *events[:5]]) + b"{}\n")
    return file


def test_real_events_are_read_and_shuffled(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    result = CliRunner().invoke(app, ["links", "--events", str(file), "--shuffle", "2"], catch_exceptions=False)
    summary = orjson.loads(result.stdout.splitlines()[-1])
    assert (summary["patients"], summary["patients_shown"], summary["cells"]) == (3, 3, 9)
    assert summary["shuffles"] == 2
    assert summary["shuffled"] < 0.5
    assert "conflict" in result.stdout
    assert summary["pulls"]["pleasant"] is None
    assert "too few to tell" in result.stdout
