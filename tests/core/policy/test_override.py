from typing import Any

import pytest
from pydantic import ValidationError

from schemas.vocabulary import Phase
from streams.core.policy import MoodThreshold, Override, SilencePolicy


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"mood": {"threshold": 5}}, "neither a care_team nor a phase"),
        ({"phase": "middle"}, "names no number"),
        ({"phase": "middle", "mood": {"threshold": 5}, "eating": {}}, "a rule without one"),
        ({"phase": "middle", "ending": {"least": 3}}, "termination phase alone"),
        ({"care_team": "north", "phase": "middle", "group": {"least": 3}}, "by care_team alone"),
        ({"phase": "ending", "mood": {"threshold": 5}}, "'initial', 'middle', 'termination' or 'maintenance'"),
        ({"care_team": "North", "mood": {"threshold": 5}}, "match pattern"),
        ({"care_team": "", "mood": {"threshold": 5}}, "match pattern"),
        ({"care_team": "north", "mood": {"mean": 5}}, "Extra inputs"),
        ({"care_team": "north", "phases": {"initial_sessions": 4}}, "Extra inputs"),
        ({"care_team": "north", "mood": {"threshold": 0}}, "greater than 0"),
        ({"care_team": "north", "silence": {"silent_days": 15}}, "less than or equal to 14"),
        ({"care_team": "north", "eating": {"chance": 0.0501}}, "less than or equal to 0.05"),
        ({"care_team": "north", "focus": {"share": 1.01}}, "less than or equal to 1"),
        ({"care_team": "north", "group": {"least": 51}}, "less than or equal to 50"),
        ({"care_team": "north", "relationship": {"chance": 0}}, "greater than 0"),
        ({"phase": "termination", "ending": {"least": 1}}, "greater than or equal to 2"),
    ],
)
def test_what_could_not_take_effect_or_is_out_of_range_is_refused_with_the_reason(
    fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        Override.model_validate(fields, strict=False)


def test_only_the_numbers_that_are_named_differ() -> None:
    override = Override(care_team="north", mood=MoodThreshold(threshold=5.45), silence=SilencePolicy(silent_days=3))
    assert override.numbers() == {"mood": {"threshold": 5.45}, "silence": {"silent_days": 3}}


@pytest.mark.parametrize(
    ("team", "phase", "whose", "covers"),
    [
        ("north", None, "care team north", [("north", None), ("north", Phase.MIDDLE), ("north", Phase.INITIAL)]),
        (None, Phase.MIDDLE, "middle phase", [("north", Phase.MIDDLE), ("south", Phase.MIDDLE), ("", Phase.MIDDLE)]),
        ("north", Phase.MIDDLE, "care team north, middle phase", [("north", Phase.MIDDLE)]),
    ],
)
def test_it_is_for_the_days_of_its_team_and_its_phase(
    team: str | None, phase: Phase | None, whose: str, covers: list[tuple[str, Phase | None]]
) -> None:
    override = Override(care_team=team, phase=phase, mood=MoodThreshold(threshold=5))
    assert override.whose == whose
    days = [(where, when) for where in ("north", "south", "") for when in (None, Phase.MIDDLE, Phase.INITIAL)]
    assert {day for day in days if override.covers(*day)} == set(covers)
