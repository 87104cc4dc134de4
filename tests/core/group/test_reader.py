"""What is shown of a group, and to whom."""

from datetime import date, timedelta

import pytest

from schemas.groups import GroupView, Span
from schemas.vocabulary import SessionStatus, Skill
from streams.core.group import for_reader
from streams.core.group.show import SHOWN, show
from tests.core.builders import POLICY
from tests.core.group.members import GROUP, MONDAY, SESSION, attended, member

TODAY = date(2026, 7, 27)


def group(size: int, **fields: object) -> GroupView:
    return show(GROUP, [member(f"p-{at}", attended(4.0 if at < 2 else 7.0, **fields)) for at in range(size)], POLICY)


def test_the_leader_sees_all_of_any_group() -> None:
    view = group(1)
    assert for_reader(view, leads=True, today=TODAY) is view
    assert [one.patient for one in view.members] == ["p-0"]


@pytest.mark.parametrize(("size", "shown"), [(0, False), (3, False), (4, True)])
def test_others_see_nothing_below_four_members(size: int, shown: bool) -> None:
    assert (for_reader(group(size), leads=False, today=TODAY) is not None) is shown


@pytest.mark.parametrize(("day", "shown"), [(0, True), (1, False)])
def test_who_has_left_is_no_member_today(day: int, shown: bool) -> None:
    leaves = (Span(joined_on=date(2026, 6, 1), left_on=TODAY),)
    told = [member(f"p-{at}", attended(7), spans=leaves) if at == 3 else member(f"p-{at}") for at in range(4)]
    view = for_reader(show(GROUP, told, POLICY), leads=False, today=TODAY + timedelta(days=day))
    assert (view is not None) is shown


def test_others_see_no_member_and_no_id() -> None:
    view = for_reader(group(6), leads=False, today=TODAY)
    assert view is not None
    assert view.members == ()
    assert "p-" not in view.model_dump_json()


def test_others_see_the_figures_that_four_stand_behind() -> None:
    view = for_reader(group(6), leads=False, today=TODAY)
    assert view is not None
    [session] = view.sessions
    assert (session.on, session.held, session.missed) == (SESSION, 6, 0)
    assert (session.cohesion, session.rated, session.skills) == (6.0, 6, {Skill.ROLE_PLAY: 6})
    assert (session.judged, session.worse) == (6, 2)
    assert (view.weeks[0].week, view.weeks[0].members, view.weeks[0].mean) == (MONDAY, 6, 7.0)


@pytest.mark.parametrize(("some", "shown"), [(3, False), (4, True)])
def test_each_figure_needs_four_of_its_own(some: int, shown: bool) -> None:
    told = [
        member(f"p-{at}", attended(7.0))
        if at < some
        else member(f"p-{at}", attended(cohesion=None, before=None, after=None, judged_at=None), weeks=())
        for at in range(6)
    ]
    view = for_reader(show(GROUP, told, POLICY), leads=False, today=TODAY)
    assert view is not None
    [session] = view.sessions
    assert (session.cohesion is not None, session.rated is not None) == (shown, shown)
    assert (session.judged is not None, session.worse is not None) == (shown, shown)
    assert bool(view.weeks) is shown


@pytest.mark.parametrize(("held", "skills"), [(3, None), (4, {Skill.ROLE_PLAY: 4})])
def test_what_was_practised_is_told_of_four_who_were_there(held: int, skills: dict[Skill, int] | None) -> None:
    missed = attended(status=SessionStatus.MISSED, cohesion=None, skills=(), before=None, after=None, judged_at=None)
    told = [member(f"p-{at}", attended() if at < held else missed) for at in range(6)]
    view = for_reader(show(GROUP, told, POLICY), leads=False, today=TODAY)
    assert view is not None
    assert (view.sessions[0].held, view.sessions[0].missed, view.sessions[0].skills) == (held, 6 - held, skills)


def test_a_session_that_three_were_counted_in_is_not_shown_to_others() -> None:
    told = [member(f"p-{at}", *([attended()] if at < 3 else [])) for at in range(6)]
    whole = show(GROUP, told, POLICY)
    view = for_reader(whole, leads=False, today=TODAY)
    assert view is not None
    assert (len(whole.sessions), len(view.sessions)) == (1, 0)


def test_members_stand_against_the_mean_of_the_others() -> None:
    low = member("p-0").model_copy(
        update={"weeks": tuple(week.model_copy(update={"total": 4_000}) for week in member("p-0").weeks)}
    )
    view = show(GROUP, [low, member("p-1"), member("p-2")], POLICY)
    assert [week.against for one in view.members for week in one.weeks[:1]] == [-3.0, 1.5, 1.5]
    assert [week.mean for week in view.weeks] == [6.0, 6.0]
    alone = show(GROUP, [low], POLICY)
    assert [week.against for week in alone.members[0].weeks] == [None, None]


def test_attendance_cohesion_and_practice_of_a_member() -> None:
    missed = attended(
        on=SESSION + timedelta(days=7), status=SessionStatus.MISSED, cohesion=None, skills=(), judged_at=None
    )
    [one] = show(GROUP, [member("p-0", attended(), missed, attended(on=SESSION + timedelta(days=14)))], POLICY).members
    assert (one.held, one.missed, one.cohesion, one.skills) == (2, 1, (6.0, 6.0), {Skill.ROLE_PLAY: 2})


def test_the_newest_sessions_are_shown() -> None:
    rows = [attended(on=SESSION + timedelta(days=7 * week)) for week in range(SHOWN + 1)]
    view = show(GROUP, [member("p-0", *rows)], POLICY)
    assert [session.on for session in view.sessions] == [row.on for row in rows[1:]]
