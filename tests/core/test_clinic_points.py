import pytest

from schemas.events import AnyEvent
from streams.core.points import late_mark, points
from tests.core.builders import clinic, opened

HELD = (
    'session,patient=p-1,status=held session="se",on="2026-06-03",number=4i,cohesion=7.0,group="gr",'
    'skills="decision_analysis,role_play" '
)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (clinic("goal", 1, goal_id="g", what="rated", rating=6), 'goal,patient=p-1,goal=g what="rated",rating=6.0 '),
        (clinic("goal", 1, goal_id="g", what="set"), 'goal,patient=p-1,goal=g what="set" '),
        (
            clinic("strategy", 1, strategy_id="s", what="rated", rating=2.5),
            'strategy,patient=p-1,strategy=s what="rated",rating=2.5 ',
        ),
        (
            clinic("session", 3, session_id="se", status="missed", on=2),
            'session,patient=p-1,status=missed session="se",on="2026-06-03" ',
        ),
        (
            clinic(
                "session",
                3,
                session_id="se",
                status="held",
                on=2,
                number=4,
                group_id="gr",
                cohesion=7,
                skills=["role_play", "decision_analysis", "role_play"],
            ),
            HELD,
        ),
        (
            clinic("phase", 3, phase="middle", starts_on=2),
            'phase,patient=p-1,phase=middle starts_on="2026-06-03" ',
        ),
    ],
)
def test_ratings_sessions_and_phases_are_points(said: AnyEvent, line: str) -> None:
    [point] = points(said)
    assert point.startswith(line)
    assert point.rsplit(" ", 1)[1] == late_mark(said).rsplit(" ", 1)[1]


@pytest.mark.parametrize("said", [opened(1), clinic("membership", 1, group_id="gr", joined_on=1)])
def test_terms_and_memberships_are_no_points(said: AnyEvent) -> None:
    assert points(said) == []


def test_no_label_is_in_a_point() -> None:
    labelled = clinic("goal", 1, goal_id="g", what="set", label="canary", id="same")
    assert points(labelled) == points(clinic("goal", 1, goal_id="g", what="set", id="same"))
