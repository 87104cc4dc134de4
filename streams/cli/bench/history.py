"""What a patient's state holds before the clock starts: days of check-ins, people, and weekly questionnaires."""

import random
from datetime import timedelta

from msgspec.structs import replace

from schemas.events import CheckInEvent, InteractionEvent, QuestionnaireEvent
from streams.cli.bench.course import CHECK_INS_A_DAY, FIRST_DAY, first_turn, turn_at
from streams.core.analyse import analyse
from streams.core.packed import Rows, pack
from streams.core.policy import Policy
from streams.core.state import EMPTY

PEOPLE = ("p1", "p2", "p3", "p4")
KINDS = ("conflict", "support", "closeness")
DISTINCT = 600
"""Pasts that are made up; more patients than that share them, since making one takes longer than reading its events."""


def history_records(days: int, patients: int, policy: Policy, *, distinct: int = DISTINCT) -> list[Rows]:
    """The packed records of so many patients; from `distinct` on they repeat."""
    pasts = [history_record(days, policy, number) for number in range(min(patients, distinct))]
    return [pasts[patient % len(pasts)] for patient in range(patients)]


def history_record(days: int, policy: Policy, number: int = 0) -> Rows:
    """The packed record of a patient after `days` days of three check-ins, an interaction, and a PHQ-9 a week.

    The console was told of all of it, and the clock has nothing to do before the next event.

    Args:
        days: the last of them is the day before `FIRST_DAY`, of which they sent what came before their first turn.
        policy: what was judged by.
        number: of the past; each is another, and the same one each time.
    """
    chance = random.Random(number)  # noqa: S311 - made-up moods
    envelope = {"specversion": "1.0", "source": "app/bench", "subject": "p"}
    events: list[CheckInEvent | InteractionEvent | QuestionnaireEvent] = []
    for turn in range(-days * CHECK_INS_A_DAY, first_turn(number)):
        at = {"id": f"m{turn}", "type": "check-in.v1", "time": turn_at(turn)}
        events.append(CheckInEvent.model_validate(envelope | at | {"data": {"mood": chance.randint(2, 9)}}))
    for day in range(-days, 0):
        start = FIRST_DAY + timedelta(days=day)
        met = {"person_id": chance.choice(PEOPLE), "kind": chance.choice(KINDS), "valence": 0}
        at = {"id": f"i{day}", "type": "interaction.v1", "time": start + timedelta(hours=4)}
        events.append(InteractionEvent.model_validate(envelope | at | {"data": met}, strict=False))
        if day % 7 == 0:
            answers = {"instrument": "PHQ-9", "items": {str(item): 1 for item in range(1, 10)}}
            at = {"id": f"q{day}", "type": "questionnaire.v1", "time": start + timedelta(hours=9)}
            events.append(QuestionnaireEvent.model_validate(envelope | at | {"data": answers}))
    events.sort(key=lambda event: event.time)
    record = analyse("p", EMPTY, events, policy, closes=None, now=0).record
    return pack(replace(record, closes_at=0, view_at=0))
