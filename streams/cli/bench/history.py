"""What every patient's state holds before the clock starts: days of check-ins, people, and weekly questionnaires."""

import random
from datetime import timedelta

from schemas.events import CheckInEvent, InteractionEvent, QuestionnaireEvent
from streams.adapters.policy import read_policy
from streams.cli.bench.course import FIRST_DAY
from streams.core.analyse import analyse
from streams.core.state import EMPTY, pack

PEOPLE = ("p1", "p2", "p3", "p4")
KINDS = ("conflict", "support", "closeness")


def history_record(days: int) -> bytes:
    """The packed record of a patient after `days` days of three check-ins, an interaction, and a PHQ-9 a week."""
    chance = random.Random(1)  # noqa: S311 - made-up moods, the same ones each time
    events: list[CheckInEvent | InteractionEvent | QuestionnaireEvent] = []
    for day in range(days):
        start = FIRST_DAY - timedelta(days=days - day)
        envelope = {"specversion": "1.0", "source": "app/bench", "subject": "p"}
        for hours in (0, 5, 10):
            at = {"id": f"m{day}-{hours}", "type": "check-in.v1", "time": start + timedelta(hours=hours)}
            events.append(CheckInEvent.model_validate(envelope | at | {"data": {"mood": chance.randint(2, 9)}}))
        met = {"person_id": chance.choice(PEOPLE), "kind": chance.choice(KINDS), "valence": 0}
        at = {"id": f"i{day}", "type": "interaction.v1", "time": start + timedelta(hours=4)}
        events.append(InteractionEvent.model_validate(envelope | at | {"data": met}, strict=False))
        if day % 7 == 0:
            answers = {"instrument": "PHQ-9", "items": {str(item): 1 for item in range(1, 10)}}
            at = {"id": f"q{day}", "type": "questionnaire.v1", "time": start + timedelta(hours=9)}
            events.append(QuestionnaireEvent.model_validate(envelope | at | {"data": answers}))
    return pack(analyse("p", EMPTY, events, read_policy(), closes=None, now=0).record)
