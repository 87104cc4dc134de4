import orjson
import pytest
from typer.testing import CliRunner

from schemas.views import Cell, Link
from streams.cli.evaluate import app
from streams.cli.link_figures import figures, judge
from streams.simulate.link_trial import TrialEvent, TrialPatient

PATIENT = TrialPatient(
    cells=(("a", "conflict"), ("b", "support"), ("c", "conflict")),
    effects=(-1.8, 1.0, 0.0),
    reports=(),
    events=(TrialEvent(1.0, 0, ("silence",)), TrialEvent(2.0, 1, ()), TrialEvent(3.0, 2, ("silence",))),
)


def link(cell: Cell, peak: float, *, shown: bool, reach: float = 0.5) -> Link:
    effect = 0.6321 * peak
    return Link(
        patient="p", cell=cell, n=5, peak=peak, effect=effect, low=effect - reach, high=effect + reach, shown=shown
    )


def test_each_link_is_held_against_the_truth_of_its_own_events() -> None:
    cells = [Cell(person="a", kind="conflict"), Cell(kind="conflict"), Cell(pattern="silence"), Cell(kind="support")]
    judged = list(judge(PATIENT, [link(cell, 0.0, shown=False) for cell in cells]))
    assert [one.truth for one in judged] == [-1.8, -0.9, -0.9, 1.0]
    assert [one.family for one in judged] == ["person", "kind", "pattern", "kind"]


def test_figures_count_what_is_false_covered_and_found() -> None:
    links = [
        link(Cell(person="a", kind="conflict"), -1.6, shown=True),
        link(Cell(person="b", kind="support"), -1.0, shown=True),
        link(Cell(person="c", kind="conflict"), 1.0, shown=True),
        link(Cell(person="c", kind="conflict"), 0.2, shown=False),
    ]
    found = figures(list(judge(PATIENT, links)))
    assert (found.cells, found.shown) == (4, 3)
    assert found.false_discovery == pytest.approx(2 / 3)
    assert found.coverage == pytest.approx(0.5)
    assert (found.power, found.power_lifts) == (1.0, 1.0)


def test_nothing_to_count_is_no_error() -> None:
    assert figures([]).coverage == 0.0


@pytest.mark.slow
def test_the_command_ends_with_its_figures_as_json() -> None:
    result = CliRunner().invoke(app, ["links", "--patients", "40", "--seed", "5"], catch_exceptions=False)
    summary = orjson.loads(result.stdout.splitlines()[-1])
    assert (summary["patients"], summary["seed"]) == (40, 5)
    assert summary["coverage"] > 0.9
    assert summary["power"] > 0.6
