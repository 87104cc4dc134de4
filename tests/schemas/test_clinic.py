"""What the clinic's event types take and refuse, field by field and at every boundary."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.reading import Accepted, Rejection

Read = Callable[..., Accepted | Rejection]

EPISODE = {
    "episode_id": "e",
    "modality": "individual",
    "focus": "depression",
    "arm": "ipt",
    "opened_on": "2026-09-01",
}
PHASE = {"episode_id": "e", "phase": "initial", "starts_on": "2026-09-01"}
GOAL = {"episode_id": "e", "goal_id": "g"}
STRATEGY = {"episode_id": "e", "strategy_id": "s"}
SET = STRATEGY | {"what": "set", "goal_id": "g"}
SESSION = {"episode_id": "e", "session_id": "se", "on": "2026-09-08"}
HELD = SESSION | {"status": "held"}
MEMBER = {"group_id": "gr", "joined_on": "2026-09-01"}
SEALED = {"key": "1", "text": "abcd"}

TAKEN = [
    *(("episode.v1", EPISODE | {"modality": value}) for value in ("individual", "group")),
    *(("episode.v1", EPISODE | {"focus": value}) for value in ("depression", "anxiety", "eating_disorder")),
    *(("episode.v1", EPISODE | {"arm": value}) for value in ("ipt", "medication", "combined", "supportive", "other")),
    *(("episode.v1", EPISODE | {"maintenance": value}) for value in ("weekly", "fortnightly", "monthly")),
    *(
        ("episode.v1", EPISODE | {"closed_on": "2026-09-01", "outcome": value})
        for value in ("completed", "ended_early", "lost_contact", "referred", "other")
    ),
    *(("episode.v1", EPISODE | {name: 1}) for name in ("planned_sessions", "initial_sessions", "termination_sessions")),
    ("episode.v1", EPISODE | {"planned_sessions": 99}),
    ("episode.v1", EPISODE | {"problem_areas": ["grief", "role_dispute", "role_transition", "grief"]}),
    *(("episode.v1", EPISODE | {"care_team": value}) for value in ("7", "day-clinic", "a" * 32)),
    *(("phase.v1", PHASE | {"phase": value}) for value in ("initial", "middle", "termination", "maintenance")),
    *(("goal.v1", GOAL | {"what": value}) for value in ("set", "met", "dropped")),
    ("goal.v1", GOAL | {"what": "rated", "rating": 0}),
    ("goal.v1", GOAL | {"what": "rated", "rating": 10, "label": SEALED}),
    ("goal.v1", GOAL | {"what": "set", "problem_area": "grief", "label": "say what I want"}),
    ("strategy.v1", SET | {"replaces_pattern": "indirect_verbal", "label": SEALED}),
    *(
        ("strategy.v1", SET | {"replaces_behaviour": value})
        for value in ("withdrawing", "giving_in", "lashing_out", "other")
    ),
    ("strategy.v1", STRATEGY | {"what": "rated", "rating": 3.5}),
    ("strategy.v1", STRATEGY | {"what": "dropped"}),
    *(("session.v1", SESSION | {"status": value}) for value in ("planned", "held", "missed", "moved", "cancelled")),
    ("session.v1", HELD | {"number": 1, "group_id": "gr", "cohesion": 0}),
    ("session.v1", HELD | {"number": 99, "group_id": "gr", "cohesion": 10, "skills": ["role_play"] * 6}),
    ("membership.v1", MEMBER | {"left_on": "2026-09-01"}),
]

REFUSED = [
    *(("episode.v1", {k: v for k, v in EPISODE.items() if k != name}, f"data.{name}") for name in EPISODE),
    ("episode.v1", EPISODE | {"episode_id": "one two"}, "data.episode_id"),
    ("episode.v1", EPISODE | {"modality": "couple"}, "data.modality"),
    ("episode.v1", EPISODE | {"focus": "ptsd"}, "data.focus"),
    ("episode.v1", EPISODE | {"arm": "placebo"}, "data.arm"),
    ("episode.v1", EPISODE | {"opened_on": 1_780_000_000}, "data.opened_on"),
    ("episode.v1", EPISODE | {"planned_sessions": 0}, "data.planned_sessions"),
    ("episode.v1", EPISODE | {"planned_sessions": 100}, "data.planned_sessions"),
    ("episode.v1", EPISODE | {"planned_sessions": 16.0}, "data.planned_sessions"),
    ("episode.v1", EPISODE | {"initial_sessions": 0}, "data.initial_sessions"),
    ("episode.v1", EPISODE | {"termination_sessions": 0}, "data.termination_sessions"),
    ("episode.v1", EPISODE | {"problem_areas": ["money"]}, "data.problem_areas.*"),
    ("episode.v1", EPISODE | {"problem_areas": ["grief"] * 5}, "data.problem_areas"),
    ("episode.v1", EPISODE | {"maintenance": "yearly"}, "data.maintenance"),
    ("episode.v1", EPISODE | {"closed_on": "2026-09-02", "outcome": "cured"}, "data.outcome"),
    ("episode.v1", EPISODE | {"closed_on": "2026-09-02"}, "data"),
    ("episode.v1", EPISODE | {"outcome": "completed"}, "data"),
    ("episode.v1", EPISODE | {"closed_on": "2026-08-31", "outcome": "completed"}, "data"),
    *(
        ("episode.v1", EPISODE | {"care_team": value}, "data.care_team")
        for value in ("", "North", "-a", "a b", "a" * 33)
    ),
    *(("phase.v1", {k: v for k, v in PHASE.items() if k != name}, f"data.{name}") for name in PHASE),
    ("phase.v1", PHASE | {"phase": "end"}, "data.phase"),
    ("goal.v1", GOAL, "data.what"),
    ("goal.v1", GOAL | {"what": "reached"}, "data.what"),
    ("goal.v1", GOAL | {"what": "rated"}, "data"),
    ("goal.v1", GOAL | {"what": "set", "rating": 5}, "data"),
    ("goal.v1", GOAL | {"what": "met", "rating": 5}, "data"),
    ("goal.v1", GOAL | {"what": "rated", "rating": 10.01}, "data.rating"),
    ("goal.v1", GOAL | {"what": "rated", "rating": -0.01}, "data.rating"),
    ("goal.v1", GOAL | {"what": "met", "problem_area": "grief"}, "data"),
    ("strategy.v1", SET, "data"),
    ("strategy.v1", SET | {"replaces_pattern": "silence", "replaces_behaviour": "giving_in"}, "data"),
    ("strategy.v1", SET | {"replaces_pattern": "shouting"}, "data.replaces_pattern"),
    ("strategy.v1", SET | {"replaces_behaviour": "silence"}, "data.replaces_behaviour"),
    ("strategy.v1", STRATEGY | {"what": "set", "replaces_pattern": "silence"}, "data"),
    ("strategy.v1", STRATEGY | {"what": "rated"}, "data"),
    ("strategy.v1", STRATEGY | {"what": "rated", "rating": 11}, "data.rating"),
    ("strategy.v1", STRATEGY | {"what": "rated", "rating": 1, "goal_id": "g"}, "data"),
    ("strategy.v1", STRATEGY | {"what": "dropped", "replaces_pattern": "silence"}, "data"),
    ("strategy.v1", STRATEGY | {"what": "met"}, "data.what"),
    ("session.v1", SESSION, "data.status"),
    ("session.v1", HELD | {"on": "2026-02-30"}, "data.on"),
    ("session.v1", HELD | {"number": 0}, "data.number"),
    ("session.v1", HELD | {"number": 100}, "data.number"),
    ("session.v1", HELD | {"cohesion": 5}, "data"),
    ("session.v1", HELD | {"group_id": "gr", "cohesion": 10.5}, "data.cohesion"),
    ("session.v1", HELD | {"skills": ["juggling"]}, "data.skills.*"),
    ("session.v1", HELD | {"skills": ["role_play"] * 7}, "data.skills"),
    ("session.v1", SESSION | {"status": "missed", "skills": ["role_play"]}, "data"),
    ("session.v1", SESSION | {"status": "planned", "group_id": "gr", "cohesion": 5}, "data"),
    ("membership.v1", {"group_id": "gr"}, "data.joined_on"),
    ("membership.v1", MEMBER | {"left_on": "2026-08-31"}, "data"),
]


@pytest.mark.parametrize(("kind", "data"), TAKEN)
def test_takes(read: Read, kind: str, data: dict[str, Any]) -> None:
    outcome = read(kind, data)
    assert isinstance(outcome, Accepted), outcome
    assert outcome.unknown_fields == 0


@pytest.mark.parametrize(("kind", "data", "field"), REFUSED)
def test_refuses_by_field(read: Read, kind: str, data: dict[str, Any], field: str) -> None:
    outcome = read(kind, data)
    assert isinstance(outcome, Rejection)
    assert outcome.field == field
    assert outcome.reason
