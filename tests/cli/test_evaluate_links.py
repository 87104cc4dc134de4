from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from schemas.views import Cell, Link
from streams.cli.evaluate import app
from streams.cli.link_figures import GOALS, Judged, Round, figures, judge
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


def judged(truth: float, *, shown: bool, family: str = "person") -> Judged:
    return Judged(family, link(Cell(person="a", kind="conflict"), truth or -1.0, shown=shown), truth)


def test_power_is_that_of_the_persons_cells_or_of_the_only_family() -> None:
    person, pattern = judged(-1.8, shown=True), judged(-1.8, shown=False, family="pattern")
    both = Round(1, (person, pattern), 0.0)
    assert both.figures().power == 1.0
    assert both.only("pattern").figures().power == 0.0


def test_seeds_are_pooled() -> None:
    rounds = [Round(1, (judged(0.0, shown=True),), 0.0), Round(2, (judged(-1.8, shown=True),), 0.04)]
    pooled = Round.pooled(rounds)
    assert (pooled.figures().false_discovery, pooled.shuffled) == (0.5, 0.02)


@pytest.mark.parametrize(
    ("name", "reached", "missed"),
    [("false_discovery", (1, 20), (2, 20)), ("power", (15, 20), (14, 20))],
)
def test_a_goal_is_met_at_its_very_value(name: str, reached: tuple[int, int], missed: tuple[int, int]) -> None:
    goal = next(goal for goal in GOALS if goal.name == name)
    truth, other = (0.0, -1.8) if name == "false_discovery" else (-1.8, -1.8)
    for (count, of), met in ((reached, True), (missed, False)):
        rest = [judged(other, shown=name == "false_discovery")] * (of - count)
        assert goal.met(Round(1, (*[judged(truth, shown=True)] * count, *rest), 0.0)) is met


@pytest.mark.parametrize(("shuffled", "met"), [(0.02, True), (0.021, False)])
def test_two_in_a_hundred_shuffled_patients_may_be_shown_a_card(shuffled: float, met: bool) -> None:
    goal = next(goal for goal in GOALS if goal.name == "shuffled")
    assert goal.met(Round(1, (), shuffled)) is met


@pytest.mark.slow
def test_the_command_ends_with_its_figures_as_json(tmp_path: Path) -> None:
    picture = tmp_path / "links.svg"
    asked = ["links", "--patients", "40", "--seed", "5", "--seeds", "2", "--picture", str(picture)]
    result = CliRunner().invoke(app, asked, catch_exceptions=False)
    summary = orjson.loads(result.stdout.splitlines()[-1])
    assert (summary["patients"], summary["seed"], summary["seeds"]) == (40, 5, 2)
    assert summary["coverage"] > 0.9
    assert summary["power"] > 0.6
    assert [len(values) for values in summary["by_seed"].values()] == [2] * 4
    assert picture.read_text(encoding="utf-8").count("<use") > 2 * 4
