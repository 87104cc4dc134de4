import pytest
from pydantic import ValidationError

from streams.core.policy import MoodPolicy, Policy


@pytest.mark.parametrize("name", ["between", "within", "within_weight", "inflation", "threshold"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_a_number_that_nothing_could_be_judged_by_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValidationError):
        MoodPolicy.model_validate({name: value})


def test_a_policy_has_a_version() -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({})
    assert Policy(version="x").mood == MoodPolicy()
