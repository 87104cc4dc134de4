"""Which fields are private follows from their types; a new one is found without anybody remembering it."""

from collections.abc import Callable

import pytest

from schemas.events import EVENT_TYPES
from schemas.privacy import PRIVATE_FIELDS, plain_private_field
from schemas.reading import Accepted, Rejection

Read = Callable[..., Accepted | Rejection]
SEALED = {"key": "1", "text": "abcd"}


def test_notes_and_labels_are_private_and_nothing_else_is_free_text() -> None:
    assert PRIVATE_FIELDS == {
        "check-in.v1": ("note",),
        "interaction.v1": ("note",),
        "questionnaire.v1": (),
        "life-event.v1": ("note",),
        "safety.v1": ("note",),
        "person.v1": (
            "label",
            "can_discuss",
            "cannot_discuss",
            "expected_of_them",
            "expected_of_patient",
            "change_wanted",
            "note",
        ),
        "prompt.v1": (),
        "heartbeat.v1": (),
        "episode.v1": (),
        "phase.v1": (),
        "goal.v1": ("label",),
        "strategy.v1": ("label",),
        "session.v1": (),
        "membership.v1": (),
    }
    for kind, model in EVENT_TYPES.items():
        fields = model.model_fields["data"].annotation.model_fields
        assert {"note", "label", "text", "comment"} & set(fields) <= set(PRIVATE_FIELDS[kind])


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("check-in.v1", {"mood": 5}, None),
        ("check-in.v1", {"mood": 5, "note": SEALED}, None),
        ("check-in.v1", {"mood": 5, "note": "plain"}, "data.note"),
        ("check-in.v1", {"mood": 5, "note": ""}, "data.note"),
        ("person.v1", {"person_id": "m", "label": "Mum", "note": SEALED}, "data.label"),
        ("person.v1", {"person_id": "m", "label": SEALED, "note": "plain"}, "data.note"),
        ("heartbeat.v1", {}, None),
        ("goal.v1", {"episode_id": "e", "goal_id": "g", "what": "set", "label": "say no"}, "data.label"),
        ("strategy.v1", {"episode_id": "e", "strategy_id": "s", "what": "dropped", "label": "plain"}, "data.label"),
    ],
)
def test_plain_private_text_is_found(read: Read, kind: str, data: dict[str, object], field: str | None) -> None:
    assert plain_private_field(read(kind, data).event) == field
