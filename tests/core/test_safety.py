from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alerts import AlertSignal, Finding, Severity
from schemas.events import AnyEvent
from schemas.questionnaires import INSTRUMENTS
from streams.core.safety import safety_finding
from tests.core.builders import at, check_in, event, heartbeat, interaction, phq9, raw, safety

ANSWERS = st.integers(0, 3)


def questionnaire(instrument: str, items: dict[str, int]) -> AnyEvent:
    return event(raw("questionnaire.v1", 1, {"instrument": instrument, "items": items}))


@st.composite
def some_answers(draw: st.DrawFn, instrument: str) -> dict[str, int]:
    keys = draw(st.sets(st.sampled_from(sorted(INSTRUMENTS[instrument].items)), min_size=1))
    return {key: draw(ANSWERS) for key in keys}


@settings(deadline=None)
@given(some_answers("PHQ-9"))
def test_any_positive_answer_to_item_9_is_critical_and_nothing_else_is(items: dict[str, int]) -> None:
    finding = safety_finding(questionnaire("PHQ-9", items))
    assert (finding is not None) == (items.get("9", 0) >= 1)
    if finding is not None:
        assert (finding.rule, finding.severity) == ("safety.item9", Severity.CRITICAL)


@settings(deadline=None)
@given(st.sampled_from(["GAD-7", "EDE-QS"]).flatmap(lambda name: st.tuples(st.just(name), some_answers(name))))
def test_item_9_of_another_questionnaire_is_no_safety_item(given_items: tuple[str, dict[str, int]]) -> None:
    assert safety_finding(questionnaire(*given_items)) is None


def test_both_buttons_are_critical_and_say_which() -> None:
    for kind in ("crisis", "wants_contact"):
        finding = safety_finding(safety(1, kind))
        assert finding is not None
        assert (finding.rule, finding.severity, finding.evidence["kind"]) == ("safety.contact", "critical", kind)


def test_other_events_are_nobodys_emergency() -> None:
    assert [safety_finding(said) for said in (check_in(1, 0), interaction(1, kind="violence"), heartbeat(1))] == [
        None
    ] * 3


def test_a_late_answer_says_when_it_was_given_and_when_it_arrived() -> None:
    finding = safety_finding(phq9(1, 3, item9=1, offset=120, receivedat=at(4)))
    assert finding is not None
    assert (finding.since, finding.raised_at) == (
        event(raw("heartbeat.v1", 1, {})).time,
        event(raw("heartbeat.v1", 4, {})).time,
    )
    assert finding.evidence["received_at"] == at(4)
    assert finding.evidence["events"] == ["questionnaire.v1-1"]


def test_it_holds_no_answer_no_total_and_no_note() -> None:
    finding = safety_finding(phq9(1, 24, item9=3))
    assert finding is not None
    assert set(finding.evidence) == {"instrument", "events", "received_at"}


def test_a_copy_gives_the_same_alert_and_another_event_another() -> None:
    def alert_id(said: AnyEvent) -> str:
        finding = safety_finding(said)
        assert finding is not None
        return finding.alert_id

    first = alert_id(phq9(1, 3, item9=1))
    assert alert_id(phq9(1, 3, item9=1, receivedat=at(9))) == first
    others = [{"id": "x"}, {"source": "app/2"}, {"subject": "p-2"}]
    assert len({first, *(alert_id(phq9(1, 3, item9=1, **other)) for other in others)}) == 4


def test_a_moment_and_a_date_stay_what_they_are_on_their_way() -> None:
    finding = safety_finding(safety(0))
    assert finding is not None
    signal = AlertSignal(**finding.model_dump(), change="raised", policy_version="1", history=False)
    assert AlertSignal.model_validate_json(signal.model_dump_json()).since == finding.since
    assert Finding.model_validate_json(finding.model_dump_json()) == finding
