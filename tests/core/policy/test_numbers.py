import pytest
from pydantic import BaseModel, ValidationError

from streams.adapters.policy import read_policy
from streams.core.policy import EndingPolicy, FocusPolicy, GroupPolicy, MoodPolicy, PhasePolicy, Policy


@pytest.mark.parametrize("name", ["between", "within", "within_weight", "inflation", "threshold"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_a_number_that_nothing_could_be_judged_by_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValidationError):
        MoodPolicy.model_validate({name: value})


def test_a_policy_has_a_version() -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({})
    assert Policy(version="x").mood == MoodPolicy()


def test_what_ships_are_the_defaults() -> None:
    shipped = read_policy()
    assert shipped == Policy(version=shipped.version)


@pytest.mark.parametrize(
    ("model", "name", "value"),
    [
        (PhasePolicy, "initial_sessions", 0),
        (PhasePolicy, "initial_sessions", 100),
        (PhasePolicy, "termination_sessions", 0),
        (FocusPolicy, "share", 0),
        (FocusPolicy, "share", 1.01),
        (FocusPolicy, "least", 1),
        (EndingPolicy, "threshold", 0),
        (EndingPolicy, "least", 1),
        (GroupPolicy, "threshold", 0),
        (GroupPolicy, "least", 1),
        (GroupPolicy, "least", 51),
    ],
)
def test_a_rule_that_could_not_work_is_refused(model: type[BaseModel], name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        model.model_validate({name: value}, strict=False)
