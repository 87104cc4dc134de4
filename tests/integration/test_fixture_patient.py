"""One patient from enrolment to termination through the real pipeline: gateway, Kafka, Faust, `patient.views`.

What a therapist reads there is the golden brief, formulation and review, to the byte.
"""

import subprocess
import sys

import pytest

from deploy.local.layout import Layout
from schemas.views import PatientView
from streams.topics import EVENTS, VIEWS
from tests.fixture_patient import BEFORE_SESSION_15, CANARY, PATIENT, lines
from tests.golden_brief import as_text, golden
from tests.integration.imports import bare_environment
from tests.integration.workers import consume, wait

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


def send(stack: Layout, told: list[bytes]) -> None:
    file = stack.home / "events.ndjson"
    file.write_bytes(b"\n".join(told))
    command = [sys.executable, "-P", "-m", "deploy.cli", "send", str(file)]
    subprocess.run(command, env=bare_environment(stack), check=True, capture_output=True, timeout=120)


def shown(stack: Layout) -> PatientView | None:
    value = consume(stack.kafka, VIEWS).get(PATIENT.encode())
    return PatientView.model_validate_json(value) if value else None


def brief_of(stack: Layout) -> str:
    view = shown(stack)
    return as_text(view.brief) if view and view.brief else ""


def reviews_of(stack: Layout) -> tuple[str, str]:
    view = shown(stack)
    return (as_text(view.formulation), as_text(view.review)) if view and view.formulation and view.review else ("", "")


def test_the_views_hold_the_golden_brief_and_reviews(stack: Layout) -> None:
    before = lines(BEFORE_SESSION_15)
    send(stack, before)
    wait(lambda: brief_of(stack) == golden("brief.json"))
    after = [line for line in lines() if line not in set(before)]
    send(stack, [*after, *before[-20:]])
    wait(lambda: reviews_of(stack) == (golden("formulation.json"), golden("review.json")))
    topics = [consume(stack.kafka, topic) for topic in (EVENTS, VIEWS)]
    assert all(topics)
    assert not any(CANARY.encode() in value for topic in topics for value in topic.values())


def test_outcomes_are_read_from_the_views(stack: Layout) -> None:
    command = [sys.executable, "-P", "-m", "deploy.cli", "outcomes", "--by", "arm", "--json"]
    told = subprocess.run(command, env=bare_environment(stack), check=True, capture_output=True, timeout=60, text=True)
    assert [line.count('"arm":"ipt"') for line in told.stdout.splitlines()] == [1, 1]
