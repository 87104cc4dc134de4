from datetime import date

import pytest

from schemas.groups import GroupView
from streams.core.group.show import show
from streams.core.series.group import group_points
from streams.core.series.stamp import noon
from tests.core.builders import POLICY
from tests.core.group.members import GROUP, MONDAY, SESSION, attended, member


def group(size: int) -> GroupView:
    return show(GROUP, [member(f"p-{at}", attended(4.0 if at < 2 else 7.0)) for at in range(size)], POLICY)


@pytest.mark.parametrize(("size", "told"), [(0, False), (3, False), (4, True)])
def test_below_four_members_nothing_is_told(size: int, told: bool) -> None:
    assert bool(group_points(group(size))) is told


def test_weeks_and_sessions_are_points_at_their_days() -> None:
    week, _, session = group_points(group(5))
    assert week == f'group_week,group=g-1 id="g-1",members=5i,mood=7.0 {noon(MONDAY)}'
    assert session == f"group_session,group=g-1 held=5i,missed=0i,cohesion=6.0,judged=5i,worse=2i {noon(SESSION)}"


def test_figures_that_fewer_than_four_stand_behind_are_absent() -> None:
    rated = [member(f"p-{at}", attended(7, cohesion=6.0 if at < 3 else None)) for at in range(5)]
    session = group_points(show(GROUP, rated, POLICY))[-1]
    assert "cohesion" not in session
    assert "judged=5i" in session


def test_no_member_is_named() -> None:
    assert "p-" not in "\n".join(group_points(group(6)))


def test_who_left_before_the_groups_newest_day_is_no_member() -> None:
    [*stay] = [member(f"p-{at}", attended(7)) for at in range(3)]
    span = stay[0].spans[0].model_copy(update={"left_on": date(2026, 7, 1)})
    left = member("p-3", spans=(span,))
    assert group_points(show(GROUP, [*stay, left], POLICY)) == []
