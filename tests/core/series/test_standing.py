from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from schemas.events import AnyEvent
from schemas.views import Cell, DayView, Link, PatientView
from streams.core.analyse import analyse
from streams.core.baseline import LEAST_DAYS
from streams.core.links import LinkPopulation
from streams.core.series.stamp import noon
from streams.core.series.standing import standing_points
from streams.core.state import EMPTY
from streams.core.view import view
from tests.core.builders import POLICY, check_in, clinic, heartbeat, opened, phq9

FIRST = date(2026, 6, 1)


def told(events: Sequence[AnyEvent]) -> list[str]:
    state = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state
    return standing_points(view(state, "p-1", LinkPopulation(), POLICY))


def shown(means: Sequence[float], **fields: object) -> PatientView:
    days = tuple(DayView(day=FIRST + timedelta(days=at), n=1, mean=mean) for at, mean in enumerate(means))
    usual: dict[str, object] = {"last_heard": datetime(2026, 8, 1, tzinfo=UTC), "days": days}
    empty = {"moods": (), "interactions": (), "scores": (), "links": ()}
    return PatientView.model_validate({"patient": "p-1", **empty, **usual, **fields})


def fields(line: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in line.rsplit(" ", 1)[0].split(" ", 1)[1].split(","))


def test_who_was_never_heard_has_no_point() -> None:
    assert standing_points(shown([], last_heard=None)) == []


def test_a_day_has_one_point_however_many_views() -> None:
    [morning] = told([check_in(10.3, 5)])
    [evening] = told([check_in(10.3, 5), heartbeat(10.9)])
    assert morning.rsplit(" ", 1)[1] == evening.rsplit(" ", 1)[1] == str(noon(date(2026, 6, 11)))
    assert fields(morning)["heard"] < fields(evening)["heard"]


def test_the_day_is_the_patients_own() -> None:
    [line] = told([check_in(10.95, 5, offset=120)])
    assert line.endswith(str(noon(date(2026, 6, 12))))


def test_mood_is_the_mean_of_the_newest_seven_days_against_the_usual_of_those_before_the_fortnight() -> None:
    [line] = standing_points(shown([2.0] * LEAST_DAYS + [9.0] * 7 + [6.0] * 7))
    said = fields(line)
    assert {name: float(said[name]) for name in ("mood", "usual", "usual_low", "usual_high", "change")} == {
        "mood": 6.0,
        "usual": 2.0,
        "usual_low": 2.0,
        "usual_high": 2.0,
        "change": 4.0,
    }


def test_without_enough_days_nothing_is_usual() -> None:
    said = fields(standing_points(shown([2.0] * (LEAST_DAYS - 1) + [6.0] * 14))[0])
    assert "usual" not in said
    assert "change" not in said
    assert said["mood"] == "6.0"
    assert "mood" not in fields(standing_points(shown([]))[0])


def test_care_is_that_of_the_newest_episode() -> None:
    care = [
        opened(0),
        clinic("goal", 1, goal_id="g", what="set"),
        clinic("goal", 2, goal_id="h", what="set"),
        clinic("goal", 3, goal_id="h", what="met"),
        clinic("session", 4, session_id="s", status="held", on=4),
        clinic("session", 5, session_id="t", status="missed", on=5),
    ]
    said = fields(told(care)[0])
    assert {name: said[name] for name in ("planned", "arm", "focus", "held", "missed", "goals", "goals_met")} == {
        "planned": "16i",
        "arm": '"ipt"',
        "focus": '"depression"',
        "held": "1i",
        "missed": "1i",
        "goals": "2i",
        "goals_met": "1i",
    }


def test_a_link_is_tagged_with_what_its_cell_is_about() -> None:
    numbers = {"n": 9, "peak": 1.5, "effect": 1, "low": 0.5, "high": 1.5, "shown": True}
    cells = [Cell(person="b", kind="conflict"), Cell(kind="support"), Cell(pattern="silence")]
    links = tuple(Link(patient="p-1", cell=cell, **numbers) for cell in cells)
    lines = standing_points(shown([], links=links))[1:]
    assert [line.split(" ")[0] for line in lines] == [
        "link,patient=p-1,person=b,kind=conflict",
        "link,patient=p-1,kind=support",
        "link,patient=p-1,pattern=silence",
    ]
    assert {line.split(" ", 1)[1] for line in lines} == {
        f"n=9i,shown=true,effect=1.0,low=0.5,high=1.5,peak=1.5 {noon(date(2026, 8, 1))}"
    }


@pytest.mark.parametrize(
    ("totals", "verdict"),
    [
        ((15, 9), ("1i", "1i", "0i", "1i")),
        ((15, 10), ("0i", "0i", "0i", "1i")),
        ((20, 14), ("1i", "0i", "0i", "1i")),
        ((9, 3), ("1i", "0i", "0i", "0i")),
        ((10, 4), ("1i", "1i", "0i", "1i")),
        ((4, 10), ("0i", "0i", "1i", "0i")),
    ],
)
def test_a_closed_episode_is_a_point_for_each_questionnaire(totals: tuple[int, int], verdict: tuple[str, ...]) -> None:
    said = [opened(0), phq9(1, totals[0]), phq9(30, totals[1])]
    closed = opened(40, id="closed", on=0, closed_on=date_on(39), outcome="completed")
    [_, line] = [one for one in told([*said, closed]) if not one.startswith("link")]
    assert line.startswith("outcome,patient=p-1,arm=ipt,modality=individual,focus=depression,instrument=PHQ-9 ")
    found = fields(line)
    assert tuple(found[name] for name in ("improved", "recovered", "deteriorated", "case")) == verdict
    assert (found["first"], found["last"], found["completed"]) == (f"{totals[0]}.0", f"{totals[1]}.0", "1i")
    assert line.endswith(str(noon(FIRST + timedelta(days=39))))


def test_one_total_alone_is_no_outcome() -> None:
    closed = opened(40, id="closed", on=0, closed_on=date_on(39), outcome="ended_early")
    assert len(told([opened(0), phq9(1, 9), closed])) == 1


def date_on(day: int) -> str:
    return (FIRST + timedelta(days=day)).isoformat()
