import pytest

from streams.cli.goal import Goal


@pytest.mark.parametrize(("most", "met", "limit"), [(True, [2, 3], "≤ 3"), (False, [3, 4], "≥ 3")])
def test_a_goal_is_met_at_its_limit_and_beyond(most: bool, met: list[int], limit: str) -> None:
    goal: Goal[list[int]] = Goal("length", len, 3, most=most)
    assert [size for size in (2, 3, 4) if goal.met([0] * size)] == met
    assert goal.limit == limit
