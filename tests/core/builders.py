"""Short ways to make events for the tests of the core."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from msgspec.structs import replace

from schemas.events import AnyEvent
from schemas.reading import Accepted, read_event
from streams.core.fold import let_pass, take_in
from streams.core.packed import pack
from streams.core.policy import Policy
from streams.core.state import EMPTY, State

POLICY = Policy(version="test")
START = datetime(2026, 6, 1, tzinfo=UTC)


def at(day: float, offset: int = 0) -> str:
    """ISO time `day` days after the start, on a clock with `offset` minutes."""
    return (START + timedelta(days=day)).astimezone(timezone(timedelta(minutes=offset))).isoformat()


def raw(kind: str, day: float, data: dict[str, Any], *, offset: int = 0, **envelope: Any) -> bytes:
    """One CloudEvent as bytes; its id follows from type and time unless given."""
    event = {
        "specversion": "1.0",
        "id": f"{kind}-{day}",
        "source": "app/1",
        "type": kind,
        "subject": "p-1",
        "time": at(day, offset),
        "data": data,
    }
    return json.dumps(event | envelope).encode()


def event(line: bytes) -> AnyEvent:
    """The event in `line`, which must be one."""
    outcome = read_event(line)
    assert isinstance(outcome, Accepted), outcome
    return outcome.event


def check_in(day: float, mood: float, *, symptoms: dict[str, int] | None = None, **envelope: Any) -> AnyEvent:
    return event(raw("check-in.v1", day, {"mood": mood, "symptoms": symptoms}, **envelope))


def phq9(day: float, total: int, item9: int = 0, **envelope: Any) -> AnyEvent:
    """A PHQ-9 whose first eight answers add up to `total`, 0-24."""
    items = {str(item): min(3, max(0, total - 3 * (item - 1))) for item in range(1, 9)} | {"9": item9}
    return event(raw("questionnaire.v1", day, {"instrument": "PHQ-9", "items": items}, **envelope))


def interaction(
    day: float,
    person: str = "a-1",
    kind: str = "conflict",
    valence: int = -2,
    *,
    stage: str | None = None,
    **envelope: Any,
) -> AnyEvent:
    data = {"person_id": person, "kind": kind, "valence": valence, "patterns": ["silence"], "dispute_stage": stage}
    return event(raw("interaction.v1", day, data, **envelope))


def person(day: float, person_id: str = "a-1", *, envelope: dict[str, Any] | None = None, **said: Any) -> AnyEvent:
    """An inventory entry that says `said`; its id follows from person and time unless `envelope` has one."""
    names = {"id": f"person-{person_id}-{day}"} | (envelope or {})
    return event(raw("person.v1", day, {"person_id": person_id} | said, **names))


def life_event(day: float, date: str, kind: str = "bereavement", **envelope: Any) -> AnyEvent:
    return event(raw("life-event.v1", day, {"kind": kind, "date": date}, **envelope))


def heartbeat(day: float, **envelope: Any) -> AnyEvent:
    return event(raw("heartbeat.v1", day, {}, **envelope))


def prompt(day: float, **envelope: Any) -> AnyEvent:
    return event(raw("prompt.v1", day, {"id": f"prompt-{day}", "scheduled_at": at(day)}, **envelope))


def safety(day: float, kind: str = "wants_contact", **envelope: Any) -> AnyEvent:
    return event(raw("safety.v1", day, {"kind": kind}, **envelope))


def opened(day: float = 0, *, on: int | None = None, episode: str = "ep", **data: Any) -> AnyEvent:
    """An episode of 16 sessions about role disputes that opens on day `on`, by default the event's own."""
    agreed = {
        "episode_id": episode,
        "modality": "individual",
        "focus": "depression",
        "arm": "ipt",
        "opened_on": date_of(int(day) if on is None else on),
        "planned_sessions": 16,
        "problem_areas": ["role_dispute"],
    }
    envelope = {name: data.pop(name) for name in ("id", "offset", "history", "subject") if name in data}
    return event(raw("episode.v1", day, agreed | data, **envelope))


def clinic(kind: str, day: float, *, id: str | None = None, offset: int = 0, **data: Any) -> AnyEvent:  # noqa: A002
    """An event of the clinic's for the episode; a date may be given as days after the start."""
    dates = {
        name: date_of(value) for name, value in data.items() if f"_{name}".endswith("_on") and isinstance(value, int)
    }
    told = ({} if kind == "membership" else {"episode_id": "ep"}) | data | dates
    return event(raw(f"{kind}.v1", day, told, offset=offset, id=id or f"{kind}-{day}-{sorted(told.items())}"[:250]))


def date_of(day: int) -> str:
    """The date `day` days after the start."""
    return (START + timedelta(days=day)).date().isoformat()


def fold(*events: AnyEvent, state: State | None = None) -> State:
    """The state after these, and what passed the horizon by them."""
    return let_pass(take_in(state or State(), events)[0])


def packed(state: State) -> bytes:
    """The bytes of a record that holds nothing else."""
    return pack(replace(EMPTY, state=state)).body
