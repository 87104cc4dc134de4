from streams.core.brief import review
from tests.core.brief.of import held, known, met
from tests.core.builders import check_in, clinic, date_of, life_event, opened, person, phq9


def test_outside_of_care_there_is_none() -> None:
    assert review(known(check_in(1, 5))) is None


def test_while_it_lasts_it_is_so_far() -> None:
    shown = review(known(opened(0), held(3), check_in(40, 5)))
    assert shown
    assert (shown.until.isoformat(), shown.outcome, shown.held, shown.planned_sessions) == (date_of(40), None, 1, 16)


def test_it_ends_with_the_episode() -> None:
    closing = {"closed_on": 30, "outcome": "ended_early", "maintenance": "fortnightly"}
    told = known(
        opened(0),
        held(3),
        clinic("session", 12, session_id="x", status="missed", on=date_of(10)),
        phq9(1, 15),
        phq9(29, 8),
        phq9(35, 0),
        person(1, "a", ring=3),
        person(29, "a", ring=2),
        person(33, "a", ring=1),
        opened(30, on=0, id="closing", **closing | {"closed_on": date_of(30)}),
        check_in(40, 5),
    )
    shown = review(told)
    assert shown
    assert (shown.until.isoformat(), shown.outcome, shown.held, shown.missed) == (date_of(30), "ended_early", 1, 1)
    assert [(one.first, one.last) for one in shown.scores] == [(15, 8)]
    assert [(one.ring_then, one.ring_now) for one in shown.closeness] == [(3, 2)]
    assert shown.ahead.maintenance == "fortnightly"


def test_strategies_goals_and_what_is_ahead() -> None:
    told = known(
        opened(0),
        *(clinic("goal", 1, goal_id=name, what="set") for name in ("open", "met", "dropped")),
        clinic("goal", 5, goal_id="met", what="met"),
        clinic("goal", 5, goal_id="dropped", what="dropped"),
        clinic("strategy", 2, strategy_id="s", what="set", goal_id="open", replaces_pattern="silence"),
        met(3, "a", strategy_id="s", strategy_helped=4),
        met(4, "b", strategy_id="s", strategy_helped=8),
        met(4.1, "b", strategy_id="somebody-elses", strategy_helped=8),
        met(6, "a", dispute_stage="impasse"),
        met(7, "b", dispute_stage="impasse"),
        met(8, "b", dispute_stage="renegotiation"),
        met(9, "c", dispute_stage="dissolution"),
        life_event(10, date_of(9).replace("2026", "2020")),
        life_event(10.1, date_of(9).replace("2026", "2020"), "move"),
        met(10.2, "d", "violence"),
        check_in(40, 5),
    )
    shown = review(told)
    assert shown
    assert [one.goal for one in shown.goals] == ["met", "open"]
    assert [(one.strategy, one.person, one.helped) for one in shown.strategies] == [("s", "b", 8), ("s", "a", 4)]
    assert shown.ahead.open_goals == ("open",)
    assert shown.ahead.open_disputes == ("a", "c")
    assert [(one.kind, one.years, one.on.year) for one in shown.ahead.anniversaries] == [("bereavement", 7, 2027)]
    assert shown.safe_contact_first == ("d",)
