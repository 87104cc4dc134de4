"""Violence is in its guarded part alone: with and without it, everything that may be printed reads the same."""

from typing import Any

import pytest
from pydantic import BaseModel

from schemas.events import AnyEvent
from schemas.views import PatientView
from streams.core.analyse import analyse
from streams.core.detect import standing_findings
from streams.core.links import LinkPopulation
from streams.core.policy import FocusPolicy
from streams.core.state import EMPTY, State
from streams.core.view import view
from tests.core.brief.of import met
from tests.core.builders import POLICY, check_in, clinic, opened, person

DRIFTS = POLICY.model_copy(update={"focus": FocusPolicy(least=3)})
GUARDED = {"guarded", "safe_contact_first"}
SAYS: list[dict[str, Any]] = [
    {},
    {"dispute_stage": "impasse"},
    {"strategy_id": "say-it", "strategy_helped": 2},
    {"strategy_id": "untried", "strategy_helped": 9},
    {"problem_area": "grief"},
    {"patterns": ["silence", "indirect_verbal"]},
]
"""What an interaction may say besides who and what it was."""


def told() -> list[AnyEvent]:
    """Forty days in care, with quarrels, a dispute and a strategy, two of them with the one who is violent too."""
    days = [check_in(day + hour / 24, 6 + day % 3) for day in range(41) for hour in (8, 13, 18, 22)]
    quarrels = [met(day + 0.5, "boss", patterns=["silence"]) for day in range(2, 40, 3)]
    goal = clinic("goal", 1, goal_id="g", what="set")
    strategies = [
        clinic("strategy", 1.1, strategy_id=name, what="set", goal_id="g", replaces_pattern="silence")
        for name in ("say-it", "untried")
    ]
    uncle = [
        person(2, "uncle", ring=3),
        met(3.6, "uncle", "conversation", 1, dispute_stage="renegotiation"),
        met(37.6, "uncle", "conversation", 1, strategy_id="say-it", strategy_helped=8),
    ]
    return [opened(0.1), goal, *strategies, *days, *quarrels, *uncle]


def violence(**says: object) -> list[AnyEvent]:
    """Some long ago and some on the brief's days, by somebody of the inventory and by somebody unknown."""
    return [met(day + 0.7, who, "violence", -3, **says) for day in (10, 36, 38) for who in ("uncle", "stranger")]


def analysed(events: list[AnyEvent]) -> tuple[State, PatientView]:
    in_order = sorted(events, key=lambda one: (one.time, one.mark()))
    state = analyse("p-1", EMPTY, in_order, DRIFTS, closes=None, now=0).record.state
    return state, view(state, "p-1", LinkPopulation(), DRIFTS)


def printable(part: BaseModel | None) -> dict[str, Any]:
    assert part
    return part.model_dump(exclude=GUARDED)


@pytest.mark.parametrize("says", SAYS, ids=lambda says: next(iter(says), "nothing"))
def test_what_may_be_printed_reads_the_same_without_violence(says: dict[str, Any]) -> None:
    (before, without), (after, shown) = analysed(told()), analysed(told() + violence(**says))
    for name in ("brief", "formulation", "review"):
        assert printable(getattr(shown, name)) == printable(getattr(without, name))
    assert shown.episodes == without.episodes
    assert [one.stages for one in shown.people if one.person == "uncle"] == [
        one.stages for one in without.people if one.person == "uncle"
    ]
    found = standing_findings(after, "p-1", DRIFTS)
    assert [one for one in found if one.evidence.get("what") != "violence"] == standing_findings(before, "p-1", DRIFTS)
    assert all(one.evidence["hidden_from_patient"] for one in found if one.evidence.get("what") == "violence")


@pytest.mark.parametrize("says", SAYS, ids=lambda says: next(iter(says), "nothing"))
def test_the_guarded_part_tells_of_it(says: dict[str, Any]) -> None:
    _, shown = analysed(told() + violence(**says))
    assert shown.brief
    assert shown.brief.guarded
    assert shown.review
    assert shown.brief.guarded.people == shown.review.safe_contact_first == ("stranger", "uncle")
    assert [one.patterns for one in shown.brief.guarded.logged] == [tuple(sorted(says.get("patterns", [])))] * 4


@pytest.mark.parametrize("says", SAYS[1:5], ids=lambda says: next(iter(says)))
def test_the_same_said_with_a_quarrel_is_told(says: dict[str, Any]) -> None:
    quarrels = ([met(day, "uncle", **more) for day in (36.7, 37.7, 38.7)] for more in ({}, says))
    (_, plain), (_, shown) = (analysed(told() + events) for events in quarrels)
    assert printable(plain.brief) | printable(plain.review) != printable(shown.brief) | printable(shown.review)
