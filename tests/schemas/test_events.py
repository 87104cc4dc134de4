"""What each event type takes and refuses, and that a refusal names the field and never the value."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.events import EVENT_TYPES
from schemas.reading import Accepted, Rejection

Read = Callable[..., Accepted | Rejection]

PERSON = {"person_id": "m", "kind": "conflict", "valence": 0}

TAKEN = [
    ("check-in.v1", {"mood": 0}),
    ("check-in.v1", {"mood": 10}),
    ("check-in.v1", {"mood": 6.25, "affects": {"sad": 0.5, "very_sad_2": 10}}),
    ("check-in.v1", {"mood": 5, "symptoms": {"binge": 0}}),
    ("check-in.v1", {"mood": 5, "symptoms": {"binge": 99, "purge": None}}),
    ("check-in.v1", {"mood": 5, "sleep_hours": 24}),
    ("check-in.v1", {"mood": 5, "note": ""}),
    ("check-in.v1", {"mood": 5, "note": "\x00 \u202e 😀"}),
    ("check-in.v1", {"mood": 5, "note": "😀" * 8_192}),
    ("interaction.v1", PERSON | {"valence": -3}),
    ("interaction.v1", PERSON | {"valence": 3, "patterns": ["silence"] * 5}),
    ("interaction.v1", PERSON | {"strategy_id": "s", "strategy_helped": 10}),
    ("questionnaire.v1", {"instrument": "PHQ-9", "items": {"9": 3}, "language": "pt-BR"}),
    ("questionnaire.v1", {"instrument": "EDE-QS", "items": {"12": 0}}),
    ("life-event.v1", {"kind": "birth", "date": "1900-01-01"}),
    ("safety.v1", {"kind": "wants_contact"}),
    ("person.v1", {"person_id": "m", "ring": 4, "label": "Mum"}),
    ("person.v1", {"person_id": "m", "ring": 1, "hours_together": 168, "confided_in": False, "conflict": True}),
    ("person.v1", {"person_id": "m", "can_discuss": "work", "cannot_discuss": "money", "change_wanted": "more time"}),
    ("person.v1", {"person_id": "m", "expected_of_them": "", "expected_of_patient": "", "knows_about_mood": True}),
    ("person.v1", {"person_id": "m", "safe_to_contact": False, "never_contact": True}),
    ("person.v1", {"person_id": "m", "merged_into": "unknown", "removed": False}),
    ("heartbeat.v1", {"queued": 10_000}),
]

REFUSED = [
    ("check-in.v1", {}, "data.mood"),
    ("check-in.v1", {"mood": None}, "data.mood"),
    ("check-in.v1", {"mood": "6"}, "data.mood"),
    ("check-in.v1", {"mood": True}, "data.mood"),
    ("check-in.v1", {"mood": -0.01}, "data.mood"),
    ("check-in.v1", {"mood": 10.01}, "data.mood"),
    ("check-in.v1", {"mood": 5, "affects": {"Sad": 1}}, "data.affects.*.*"),
    ("check-in.v1", {"mood": 5, "affects": {"sad\n": 1}}, "data.affects.*.*"),
    ("check-in.v1", {"mood": 5, "affects": {"sad": 11}}, "data.affects.*"),
    ("check-in.v1", {"mood": 5, "affects": {f"a{n}": 1 for n in range(33)}}, "data.affects"),
    ("check-in.v1", {"mood": 5, "affects": []}, "data.affects"),
    ("check-in.v1", {"mood": 5, "symptoms": {"binge": -1}}, "data.symptoms.binge"),
    ("check-in.v1", {"mood": 5, "symptoms": {"binge": 100}}, "data.symptoms.binge"),
    ("check-in.v1", {"mood": 5, "symptoms": {"binge": 1.5}}, "data.symptoms.binge"),
    ("check-in.v1", {"mood": 5, "sleep_hours": 24.5}, "data.sleep_hours"),
    ("check-in.v1", {"mood": 5, "note": "x" * 8_193}, "data.note.*"),
    ("check-in.v1", {"mood": 5, "note": {"key": "1", "text": "not base64!"}}, "data.note.*"),
    ("check-in.v1", {"mood": 5, "prompt": {"id": "x"}}, "data.prompt.scheduled_at"),
    ("interaction.v1", {"kind": "conflict", "valence": 0}, "data.person_id"),
    ("interaction.v1", PERSON | {"person_id": "Mum and Dad"}, "data.person_id"),
    ("interaction.v1", PERSON | {"kind": "quarrel"}, "data.kind"),
    ("interaction.v1", PERSON | {"valence": 4}, "data.valence"),
    ("interaction.v1", PERSON | {"valence": 1.0}, "data.valence"),
    ("interaction.v1", PERSON | {"patterns": ["shouting"]}, "data.patterns.*"),
    ("interaction.v1", PERSON | {"patterns": ["silence"] * 6}, "data.patterns"),
    ("interaction.v1", PERSON | {"problem_area": "money"}, "data.problem_area"),
    ("interaction.v1", PERSON | {"dispute_stage": "over"}, "data.dispute_stage"),
    ("interaction.v1", PERSON | {"strategy_helped": 10.5}, "data.strategy_helped"),
    ("questionnaire.v1", {"instrument": "BDI", "items": {"1": 0}}, "data.instrument"),
    ("questionnaire.v1", {"instrument": "PHQ-9", "items": {}}, "data.items"),
    ("questionnaire.v1", {"instrument": "PHQ-9", "items": {"10": 0}}, "data"),
    ("questionnaire.v1", {"instrument": "GAD-7", "items": {"8": 0}}, "data"),
    ("questionnaire.v1", {"instrument": "EDE-QS", "items": {"13": 0}}, "data"),
    ("questionnaire.v1", {"instrument": "PHQ-9", "items": {"1": 4}}, "data"),
    ("questionnaire.v1", {"instrument": "PHQ-9", "items": {"1": -1}}, "data"),
    ("questionnaire.v1", {"instrument": "PHQ-9", "items": {"1": None}}, "data.items.*"),
    ("questionnaire.v1", {"instrument": "PHQ-9", "items": {"1": 1.0}}, "data.items.*"),
    ("questionnaire.v1", {"instrument": "PHQ-9", "items": {"1": 0}, "language": "<script>"}, "data.language"),
    ("life-event.v1", {"kind": "move"}, "data.date"),
    ("life-event.v1", {"kind": "move", "date": "2026-02-30"}, "data.date"),
    ("life-event.v1", {"kind": "move", "date": "1769472000"}, "data.date"),
    ("life-event.v1", {"kind": "move", "date": "1899-12-31"}, "data.date"),
    ("safety.v1", {"kind": "bored"}, "data.kind"),
    ("person.v1", {"person_id": "m", "ring": 0}, "data.ring"),
    ("person.v1", {"person_id": "m", "ring": 5}, "data.ring"),
    ("person.v1", {"person_id": "m", "never_contact": "yes"}, "data.never_contact"),
    ("person.v1", {"person_id": "m", "ring": 2.0}, "data.ring"),
    ("person.v1", {"person_id": "m", "hours_together": 168.5}, "data.hours_together"),
    ("person.v1", {"person_id": "m", "hours_together": -1}, "data.hours_together"),
    ("person.v1", {"person_id": "m", "confided_in": 1}, "data.confided_in"),
    ("person.v1", {"person_id": "m", "dispute_stage": "over"}, "data.dispute_stage"),
    ("person.v1", {"person_id": "m", "change_wanted": "x" * 8_193}, "data.change_wanted.*"),
    ("person.v1", {"person_id": "m", "merged_into": "m"}, "data"),
    ("person.v1", {"person_id": "m", "merged_into": "a", "removed": True}, "data"),
    ("person.v1", {"person_id": "m", "never_contact": True, "safe_to_contact": True}, "data"),
    ("life-event.v1", {"kind": "wedding", "date": "2026-01-31"}, "data.kind"),
    ("prompt.v1", {"id": "pr"}, "data.scheduled_at"),
    ("heartbeat.v1", {"queued": -1}, "data.queued"),
]


@pytest.mark.parametrize(("kind", "data"), TAKEN)
def test_takes(read: Read, kind: str, data: dict[str, Any]) -> None:
    assert isinstance(read(kind, data), Accepted)


@pytest.mark.parametrize(("kind", "data", "field"), REFUSED)
def test_refuses_by_field(read: Read, kind: str, data: dict[str, Any], field: str) -> None:
    outcome = read(kind, data)
    assert isinstance(outcome, Rejection)
    assert outcome.field == field
    assert outcome.reason


@pytest.mark.parametrize("data", [[], 3, "text", True])
def test_data_must_be_an_object(read: Read, data: Any) -> None:
    assert read(data=data).field == "data"


def test_a_refusal_never_quotes_what_was_sent(read: Read) -> None:
    canary = "canary-4711"
    for data in (
        {"mood": canary},
        {"mood": 5, "affects": {canary: 1}},
        {"mood": 5, "note": {"key": canary, "text": f"{canary}!"}},
        {"mood": 5, "prompt": {"id": "x", "scheduled_at": canary}},
    ):
        outcome = read(data=data)
        assert canary not in f"{outcome.field} {outcome.reason}"


def test_every_type_takes_its_least_form(read: Read) -> None:
    for kind, model in EVENT_TYPES.items():
        outcome = read(kind)
        assert isinstance(outcome, Accepted), kind
        assert type(outcome.event) is model
