"""Messages as they were stored by earlier versions still read, with the values they had.

A sample is never edited: whoever changes a model so that one fails has broken the readers of what is in Kafka.
"""

from pathlib import Path

import orjson
import pytest

from schemas.events import EVENT_TYPES
from schemas.reading import Accepted, read_event

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))


def test_every_type_has_a_sample() -> None:
    assert {orjson.loads(sample.read_bytes())["type"] for sample in SAMPLES} == set(EVENT_TYPES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_an_old_message_still_reads(sample: Path) -> None:
    raw = sample.read_bytes()
    outcome = read_event(raw)
    assert isinstance(outcome, Accepted), outcome
    assert outcome.unknown_fields == 0
    written = orjson.loads(outcome.event.to_json())
    stored = orjson.loads(raw)
    assert {key: written[key] for key in stored if key != "data"} == {
        key: value for key, value in stored.items() if key != "data"
    }
    assert {key: written["data"][key] for key in stored["data"]} == stored["data"]
