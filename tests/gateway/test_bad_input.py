"""What the gateway answers to the cases of docs/bad-input.md, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.gateway.fake import Gateway

Build = Callable[..., dict[str, Any]]

MET = {"person_id": "a-1", "kind": "conflict", "valence": -2}
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown pattern": ("interaction.v1", MET | {"patterns": ["shouting"]}, "data.patterns.*"),
    "unknown kind": ("interaction.v1", MET | {"kind": "feud"}, "data.kind"),
    "unknown instrument": ("questionnaire.v1", {"instrument": "PHQ-8", "items": {"1": 0}}, "data.instrument"),
    "answer out of range": ("questionnaire.v1", {"instrument": "GAD-7", "items": {"1": 4}}, "data"),
    "unknown item": ("questionnaire.v1", {"instrument": "GAD-7", "items": {"8": 1}}, "data"),
    "mood off the scale": ("check-in.v1", {"mood": 10.01}, "data.mood"),
    "merged into itself": ("person.v1", {"person_id": "a-1", "merged_into": "a-1"}, "data"),
    "merged and removed": ("person.v1", {"person_id": "a-1", "merged_into": "a-2", "removed": True}, "data"),
    "closed without outcome": ("episode.v1", {"episode_id": "e", "modality": "group", "focus": "anxiety", "arm": "ipt",
                                              "opened_on": "2026-01-01", "closed_on": "2026-02-01"}, "data"),
}  # fmt: skip
TAKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "unknown person": ("interaction.v1", MET | {"person_id": "stranger"}),
    "merged into nobody known": ("person.v1", {"person_id": "a-2", "merged_into": "nobody"}),
    "removed person": ("person.v1", {"person_id": "a-1", "removed": True}),
    "unknown strategy": ("interaction.v1", MET | {"strategy_id": "s-9"}),
    "step before its episode": ("phase.v1", {"episode_id": "e", "phase": "middle", "starts_on": "2026-01-01"}),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_it_is_refused_alone_with_field_and_reason(gateway: Gateway, event: Build, name: str) -> None:
    kind, data, field = REFUSED[name]
    answer = await gateway.post([event(), event(data, id="bad", type=kind)], token=gateway.operator)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
    [refused] = answer.json()["rejected"]
    assert (refused["index"], refused["id"], refused["reason"].split(":")[0]) == (1, "bad", field)
    assert [one["id"] for one in gateway.producer.events] == ["e-1"]


@pytest.mark.parametrize("name", TAKEN)
async def test_what_only_the_patients_history_can_judge_is_taken(gateway: Gateway, event: Build, name: str) -> None:
    kind, data = TAKEN[name]
    answer = await gateway.post(event(data, type=kind), token=gateway.operator)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "rejected": []})


async def test_an_item_answered_twice_is_refused_alone(gateway: Gateway) -> None:
    raw = (
        b'{"specversion":"1.0","id":"e","source":"a","type":"questionnaire.v1","subject":"p-1",'
        b'"time":"2026-11-20T21:03:00Z","data":{"instrument":"GAD-7","items":{"1":1,"1":1}}}'
    )
    answer = await gateway.post(raw)
    assert answer.status_code == 422
    assert [one["reason"] for one in answer.json()["rejected"]] == ["data.items: an item is answered more than once"]
