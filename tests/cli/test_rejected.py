import json
from collections.abc import Callable

import pytest
from kafka import KafkaProducer
from typer.testing import CliRunner

from deploy.local.kafka import KafkaBroker
from streams.adapters.admin import create_topics
from streams.cli import app
from streams.topics import EVENTS, REJECTED


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["rejected", "list", *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


def produce(bootstrap: str, count: int) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for number in range(count):
        headers = {
            "field": "data.mood",
            "reason": "not a number",
            "topic": EVENTS,
            "partition": "1",
            "offset": str(number),
        }
        producer.send(
            REJECTED,
            value=b"canary " * number,
            headers=[(name, text.encode()) for name, text in headers.items()],
            partition=number % 2,
            timestamp_ms=1_700_000_000_000 + number * 1000,
        )
    producer.flush()
    producer.close()


@pytest.mark.kafka
def test_rejected_records_are_told_without_what_they_hold(broker: Callable[..., KafkaBroker]) -> None:
    bootstrap = broker().bootstrap
    missing = CliRunner().invoke(app, ["rejected", "list", "--kafka", bootstrap])
    assert missing.exit_code == 1
    assert "there is no topic" in missing.stderr

    create_topics(bootstrap, 2)
    assert run("--kafka", bootstrap) == "nothing was rejected\n"

    produce(bootstrap, 20)
    told = [json.loads(line) for line in run("--kafka", bootstrap, "--json").splitlines()]
    assert [record["offset"] for record in told] == [str(number) for number in range(20)]
    assert told[3] == {
        "time": "2023-11-14T22:13:23+00:00",
        "topic": EVENTS,
        "partition": "1",
        "offset": "3",
        "field": "data.mood",
        "reason": "not a number",
        "size": 21,
    }

    few = run("--kafka", bootstrap, "--limit", "5").splitlines()
    assert len(few) == 6
    assert "canary" not in "".join(few)


def test_without_kafka_it_says_so() -> None:
    result = CliRunner().invoke(app, ["rejected", "list", "--kafka", "127.0.0.1:9"])
    assert result.exit_code == 1
    assert "does not answer" in result.stderr
