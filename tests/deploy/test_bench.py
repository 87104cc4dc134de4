"""The commands as they are called, on servers of their own: everything is counted, and the last line is the figures."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.bench import app

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


def last_line(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def test_gateway() -> None:
    measured = last_line("gateway", "--events", "1000", "--rounds", "1")
    assert measured.keys() == {"single", "batch"}
    names = {"posts_per_s", "events_per_s", "events_per_cpu_s", "p50_ms", "p99_ms"}
    assert all(figures.keys() == names and min(figures.values()) > 0 for figures in measured.values())


@pytest.mark.timeout(600)  # the whole stack on a busy machine
def test_latency_times_every_questionnaire_of_both_kinds_up_to_the_pager_and_the_open_inbox() -> None:
    measured = last_line("latency", "--probes", "5", "--backlog", "500", "--rate", "100")
    assert measured.keys() == {"steady", "backlog"}
    for part in measured.values():
        for figures in (part[kind][place] for kind in ("item9", "worse") for place in ("pager", "inbox")):
            assert figures["sent"] == figures["came"] == 5
            assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert max(measured["backlog"]["waiting"]) > 0
