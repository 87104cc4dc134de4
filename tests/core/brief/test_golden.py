"""The fixture patient, from enrolment to termination: what a therapist reads; arrival leaves no trace in it."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reading import Accepted, read_event
from streams.core.analyse import analyse
from streams.core.links import LinkPopulation
from streams.core.state import EMPTY
from streams.core.view import view
from tests.core.brief.of import questionnaire
from tests.core.builders import safety
from tests.core.test_order_free import a_history, arrival, in_order
from tests.fixture_patient import BEFORE_SESSION_15, CANARY, PATIENT, lines
from tests.golden_brief import POLICY, golden, made, view_of


@pytest.mark.parametrize("name", ["brief.json", "formulation.json", "review.json"])
def test_the_fixture_patient_reads_as_it_ought_to(name: str) -> None:
    assert made()[name] == golden(name)


def test_the_golden_brief_has_something_of_everything() -> None:
    brief = view_of(lines(BEFORE_SESSION_15)).brief
    assert brief
    lacking = {name for name, part in brief if part in (None, ())}
    assert lacking == set()


def test_violence_is_in_its_own_place_alone() -> None:
    before, whole = view_of(lines(BEFORE_SESSION_15)), view_of(lines())
    assert before.brief
    assert before.brief.guarded
    assert [one.kind for one in before.brief.guarded.logged] == ["violence"]
    rest = before.brief.model_copy(update={"guarded": None}).model_dump_json()
    assert "violence" not in rest
    assert '"uncle"' not in rest
    for review in (whole.formulation, whole.review):
        assert review
        assert review.safe_contact_first == ("uncle",)
        assert "violence" not in review.model_dump_json()


def test_nothing_private_is_in_any_of_it() -> None:
    whole = view_of(lines()).model_dump_json()
    assert any(CANARY.encode() in line for line in lines())
    assert CANARY not in whole


@settings(deadline=None, max_examples=3)
@given(st.integers(0, 2**32))
def test_shuffled_and_doubled_the_fixture_patient_reads_the_same_to_the_byte(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - an order needs no secrecy
    told = lines(BEFORE_SESSION_15)
    outcomes = [read_event(line) for line in told]
    record = EMPTY
    for batch in arrival(random, [one.event for one in outcomes if isinstance(one, Accepted)]):
        record = analyse(PATIENT, record, batch, POLICY, closes=None, now=0).record
    again = view(record.state, PATIENT, LinkPopulation(), POLICY)
    assert again.model_dump_json() == view_of(told).model_dump_json()


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32), st.integers(1, 60))
def test_any_history_reads_the_same_to_the_byte_however_it_arrived(seed: int, days: int) -> None:
    random = Random(seed)  # noqa: S311 - made-up moods need no secrecy
    events = [*a_history(random, days), safety(days - 0.5, "crisis"), questionnaire(days - 0.4, "PHQ-9", {"9": 1})]
    states = []
    for batches in ([in_order(events)], arrival(random, events)):
        record = EMPTY
        for batch in batches:
            record = analyse("p-1", record, batch, POLICY, closes=None, now=0).record
        states.append(record.state)
    one, other = (view(state, "p-1", LinkPopulation(), POLICY).model_dump_json() for state in states)
    assert one == other
