"""One made-up patient from enrolment to the end of sixteen weeks, who has something of everything.

A death a year ago, a dispute with a partner that comes to impasse and moves again, a sister who comes closer, a boss
who criticises; phases, goals, strategies, sessions held, missed and moved, questionnaires with items left out, an item
9 above 0, days without a word, violence, and somebody who is met and was never entered. The same seed gives the same
bytes. Read by the tests of the brief and the reviews, and sent through the real pipeline.
"""
# ruff: noqa: S311 - a story needs no secrecy

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from math import exp
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

PATIENT = "p-fixture"
HOME = ZoneInfo("Europe/Berlin")
OPENED = date(2026, 1, 5)
SESSIONS = [date(2026, 1, 6) + timedelta(days=7 * week) for week in range(16)]
CLOSED = date(2026, 4, 28)
BEREAVED = date(2025, 4, 14)
BEFORE_SESSION_15 = datetime(2026, 4, 14, 9, tzinfo=HOME)
"""The morning of the anniversary: the golden brief is of this moment."""
CANARY = "canary-that-nobody-may-see"

SILENT = {date(2026, 2, 14), date(2026, 2, 15), date(2026, 2, 16), date(2026, 4, 9)}
"""Days without a word; beside them every twelfth or so."""
EFFECTS = {("partner", "conflict"): -1.8, ("sister", "support"): 1.2, ("boss", "criticism"): -1.0}
PATTERNS = {"partner": ["silence", "assumed_understood"], "boss": ["indirect_verbal"]}


def events() -> list[dict[str, Any]]:
    """Every event, in the order of time."""
    random = Random(16)
    told = [*_care(), *_people(), *_questionnaires(random), *_days(random), *_not_left_to_chance()]
    return sorted(told, key=lambda one: (datetime.fromisoformat(one["time"]), one["id"]))


def lines(until: datetime | None = None) -> list[bytes]:
    """The events as CloudEvents, one each; those up to `until`."""
    return [
        json.dumps(one).encode() for one in events() if until is None or datetime.fromisoformat(one["time"]) <= until
    ]


def _event(kind: str, day: date, clock: float, data: dict[str, Any], name: str = "") -> dict[str, Any]:
    """An event at `clock` hours on the wall of the patient's home."""
    at = datetime(day.year, day.month, day.day, tzinfo=HOME) + timedelta(hours=clock)
    return {
        "specversion": "1.0",
        "id": f"{kind}-{day.isoformat()}-{clock}{name}",
        "source": "app/1",
        "type": f"{kind}.v1",
        "subject": PATIENT,
        "time": at.isoformat(),
        "data": data,
    }


def _care() -> Iterator[dict[str, Any]]:
    """The clinic's side."""
    agreed = {"episode_id": "ep-1", "modality": "individual", "focus": "depression", "arm": "ipt"}
    agreed |= {"opened_on": OPENED.isoformat(), "planned_sessions": 16}
    yield _event("episode", OPENED, 9, agreed)
    areas = {"problem_areas": ["grief", "role_dispute"]}
    yield _event("episode", SESSIONS[2], 12, agreed | areas)
    yield _event("episode", SESSIONS[14], 18, agreed | areas | {"maintenance": "monthly"})
    closing = {"maintenance": "monthly", "closed_on": CLOSED.isoformat(), "outcome": "completed"}
    yield _event("episode", CLOSED, 18, agreed | areas | closing)
    starts = SESSIONS[12].isoformat()
    yield _event("phase", SESSIONS[12], 12, {"episode_id": "ep-1", "phase": "termination", "starts_on": starts})
    yield from _goals()
    number = 0
    for week, day in enumerate(SESSIONS, start=1):
        told = {"episode_id": "ep-1", "session_id": f"se-{week}", "on": day.isoformat()}
        if week == 7:
            yield _event("session", day, 12, told | {"status": "missed"})
            continue
        number += 1
        if week == 11:
            later = told | {"on": (day + timedelta(days=2)).isoformat()}
            yield _event("session", day, 8, later | {"status": "moved"})
            yield _event("session", day + timedelta(days=2), 12, later | {"status": "held", "number": number})
            continue
        yield _event("session", day, 12, told | {"status": "held", "number": number})


def _goals() -> Iterator[dict[str, Any]]:
    def say(kind: str, week: int, hour: float, **data: Any) -> dict[str, Any]:
        name = data.get("strategy_id") or data["goal_id"]
        return _event(kind, SESSIONS[week - 1], hour, {"episode_id": "ep-1"} | data, f"-{name}")

    for goal, area in (("speak-up", "role_dispute"), ("mourn", "grief"), ("see-friends", "grief")):
        yield say("goal", 3, 12.1, goal_id=goal, what="set", problem_area=area, label=CANARY)
    yield say("strategy", 4, 12.2, strategy_id="say-it", what="set", goal_id="speak-up", replaces_pattern="silence")
    yield say("strategy", 4, 12.2, strategy_id="visit", what="set", goal_id="mourn", replaces_behaviour="withdrawing")
    yield say("strategy", 12, 12.2, strategy_id="write", what="set", goal_id="mourn", replaces_behaviour="withdrawing")
    for week, ratings in ((5, (2, 1, 3)), (9, (4, 3, 8)), (13, (6, 4, 9))):
        for goal, rating in zip(("speak-up", "mourn", "see-friends"), ratings, strict=True):
            yield say("goal", week, 12.3, goal_id=goal, what="rated", rating=rating)
    yield say("goal", 13, 12.4, goal_id="see-friends", what="met")
    yield say("goal", 16, 12.5, goal_id="speak-up", what="rated", rating=7.5)
    yield say("strategy", 13, 12.4, strategy_id="say-it", what="rated", rating=6)


def _people() -> Iterator[dict[str, Any]]:
    """The inventory, entered in the first sessions, and what changed; life events."""
    inventory: dict[str, dict[str, Any]] = {
        "partner": {"relation": "partner", "ring": 1, "conflict": True, "dispute_stage": "renegotiation"},
        "sister": {"relation": "sister", "ring": 3, "confided_in": True},
        "friend": {"relation": "friend", "ring": 2, "confided_in": True},
        "boss": {"relation": "boss", "ring": 4},
        "uncle": {"relation": "uncle", "ring": 4, "never_contact": True},
    }
    for person, said in inventory.items():
        entry = {"person_id": person, "label": CANARY, "change_wanted": CANARY} | said
        yield _event("person", SESSIONS[0], 12.7, entry, f"-{person}")
    closer = {"person_id": "sister", "relation": "sister", "ring": 1, "confided_in": True}
    yield _event("person", SESSIONS[9], 12.7, closer)
    yield _event("life-event", OPENED, 10, {"kind": "bereavement", "date": BEREAVED.isoformat(), "note": CANARY})
    yield _event("life-event", SESSIONS[8], 20, {"kind": "job_change", "date": "2026-03-01"})


def _questionnaires(random: Random) -> Iterator[dict[str, Any]]:
    """A PHQ-9 a week, on the evening before; a GAD-7 every other week."""
    for week, day in enumerate(SESSIONS):
        total = max(2, round(18 - 0.85 * week + random.gauss(0, 1.5)))
        items = {str(item): min(3, max(0, round(total / 9 + random.uniform(-0.6, 0.6)))) for item in range(1, 9)}
        items["9"] = 1 if week == 14 else 0
        for left_out in {5: ("4", "7"), 9: ("1", "2", "3", "9"), 14: ("5",)}.get(week, ()):
            del items[left_out]
        eve = day - timedelta(days=1)
        yield _event("questionnaire", eve, 20.5, {"instrument": "PHQ-9", "items": items})
        if week % 2 == 0 and week < 12:
            worry = {str(item): max(0, 2 - week // 5 + random.choice([0, 0, 1, -1])) for item in range(1, 8)}
            yield _event("questionnaire", eve, 20.6, {"instrument": "GAD-7", "items": worry}, "-gad")


def _days(random: Random) -> Iterator[dict[str, Any]]:
    """Check-ins at five hours of a day, most of them answered, and what happened with whom."""
    felt: list[tuple[float, float]] = []
    swing = 0.0
    for number in range((CLOSED - OPENED).days + 1):
        day = OPENED + timedelta(days=number)
        if day in SILENT or random.random() < 0.06:
            continue
        happened = list(_happened(random, number))
        for clock, data in happened:
            felt.append((number * 24 + clock, EFFECTS.get((data["person_id"], data["kind"]), 0.0)))
            yield _event("interaction", day, clock, data, f"-{data['person_id']}")
        level = 3.9 + 2.4 * number / 112 - 2.2 * (date(2026, 4, 5) < day <= date(2026, 4, 17))
        for clock in (9.0, 12.0, 15.0, 18.0, 21.0):
            swing = 0.4 * swing + random.gauss(0, 0.8)
            echo = sum(effect * exp(-(number * 24 + clock - at) / 6) for at, effect in felt if at < number * 24 + clock)
            if random.random() < 0.65:
                mood = max(0, min(10, round(level + swing + echo)))
                yield _event("check-in", day, clock, {"mood": mood, "note": CANARY})


def _not_left_to_chance() -> Iterator[dict[str, Any]]:
    """What the golden brief has to have."""

    def met(day: str, clock: float, person: str, kind: str, valence: int, **more: Any) -> dict[str, Any]:
        data = {"person_id": person, "kind": kind, "valence": valence, "note": CANARY} | more
        return _event("interaction", date.fromisoformat(f"2026-{day}"), clock, data, f"-{person}-told")

    tried = {"strategy_id": "say-it", "strategy_helped": 3, "problem_area": "role_dispute"}
    yield met("02-14", 22.25, "uncle", "violence", -3)
    yield met("04-08", 19.25, "neighbour", "conversation", 1)
    yield met("04-10", 22.25, "uncle", "violence", -3, patterns=["indirect_nonverbal"])
    yield met("04-12", 10.75, "partner", "conflict", -3, patterns=["silence", "assumed_understood"], **tried)
    yield met("04-13", 11.75, "sister", "support", 2, strategy_id="visit", strategy_helped=9, problem_area="grief")


def _happened(random: Random, number: int) -> Iterator[tuple[float, dict[str, Any]]]:
    """Interactions of a day, at hours when nothing else is."""
    chances: list[tuple[str, str, int, float, Callable[[], dict[str, Any]]]] = [
        ("partner", "conflict", -2, 0.3, lambda: _with_partner(random, number)),
        ("sister", "support", 2, 0.25, lambda: _with_sister(random, number)),
        ("boss", "criticism", -1, 0.15, lambda: {"patterns": random.choice([[], PATTERNS["boss"]])}),
        ("friend", "conversation", 1, 0.3, dict),
        ("partner", "closeness", 2, 0.1 + number / 600, dict),
        ("neighbour", "conversation", 1, 0.08, dict),
    ]
    for slot, (person, kind, valence, chance, more) in enumerate(chances):
        if random.random() < chance:
            clock = 10.25 + 2 * slot + random.choice([0.0, 0.5])
            yield clock, {"person_id": person, "kind": kind, "valence": valence} | more()


def _with_partner(random: Random, number: int) -> dict[str, Any]:
    said: dict[str, Any] = {"problem_area": "role_dispute", "patterns": random.choice([[], PATTERNS["partner"]])}
    if number >= 35 and random.random() < 0.5:
        said["dispute_stage"] = "impasse" if number < 63 else "renegotiation"
    if number > 28 and random.random() < 0.5:
        said |= {"strategy_id": "say-it", "strategy_helped": random.randint(4, 8)}
    return said


def _with_sister(random: Random, number: int) -> dict[str, Any]:
    if number <= 28:
        return {}
    helped = {} if random.random() < 0.3 else {"strategy_helped": random.randint(6, 9)}
    return {"problem_area": "grief", "strategy_id": "visit"} | helped
