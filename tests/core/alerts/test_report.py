from datetime import timedelta

import pytest

from schemas.alerts import ActionKind, AlertStatus, Finding, Outcome, Severity
from streams.core.alerts import Reason, pack, safety_signal
from streams.core.alerts.act import KEPT_CLOSED
from streams.core.alerts.report import MOST_A_DAY
from streams.core.ids import hashed_id
from tests.core.alerts.samples import NOW, Life, action, minutes, signal


def test_a_critical_finding_tells_the_first_on_call_at_once() -> None:
    life = Life()
    decision = life.report(signal())
    assert decision.reasons == (Reason.FIRST_NOTICE,)
    assert decision.changed == (life.alert,)
    assert life.alert.status is AlertStatus.RAISED
    [made] = decision.made
    assert (made.recipient, made.step, made.severity) == ("on_call", 0, Severity.CRITICAL)
    assert made.notification_id == hashed_id("a1", "0", "on_call")


def test_info_is_recorded_and_nobody_is_told() -> None:
    life = Life()
    assert life.report(signal(severity=Severity.INFO)).reasons == (Reason.NOBODY_TO_TELL,)
    assert not life.made
    assert life.record.due is None


def test_the_same_finding_again_tells_nobody_and_changes_nothing() -> None:
    life = Life()
    first = life.report(signal())
    again = life.report(signal())
    assert again.record == first.record
    assert (again.reasons, again.changed, again.made) == ((Reason.ALREADY_KNOWN,), (), ())


def test_a_changed_finding_updates_the_alert_and_tells_nobody() -> None:
    life = Life()
    life.report(signal())
    decision = life.report(signal(change="updated", evidence={"n": 4}))
    assert decision.reasons == (Reason.UPDATED,)
    assert (life.alert.evidence, life.alert.version, life.told) == ({"n": 4}, 2, ["on_call"])


def test_a_finding_that_was_taken_back_marks_the_alert_and_leaves_it_open() -> None:
    life = Life()
    life.report(signal())
    assert life.report(signal(change="revised", evidence={})).reasons == (Reason.REVISED,)
    assert life.alert.revised
    assert life.alert.evidence == signal().evidence
    assert life.record.cases["a1"].open
    assert life.report(signal(change="updated")).reasons == (Reason.UPDATED,)
    assert not life.alert.revised
    assert life.told == ["on_call"]


def test_taking_back_what_was_never_raised_raises_nothing() -> None:
    life = Life()
    assert life.report(signal(change="revised")).reasons == (Reason.NEVER_RAISED,)
    assert not life.record.cases


def test_an_update_of_what_was_never_raised_raises_it() -> None:
    life = Life()
    life.report(signal(change="updated"))
    assert life.told == ["on_call"]


def test_a_copy_that_was_received_earlier_stands_whatever_the_order() -> None:
    early, late = signal(raised_at=minutes(-5)), signal(raised_at=NOW)
    one, other = Life(), Life()
    one.report(early)
    one.report(late)
    other.report(late)
    other.report(early)
    assert one.alert.raised_at == other.alert.raised_at == minutes(-5)
    assert one.told == other.told == ["on_call"]


def test_imported_findings_are_recorded_and_nobody_is_told() -> None:
    life = Life()
    assert life.report(signal(history=True)).reasons == (Reason.IMPORTED,)
    assert life.alert.imported
    life.wait(until=10_000)
    assert not life.made


def test_an_imported_finding_that_stands_today_tells_once() -> None:
    life = Life()
    life.report(signal(history=True))
    life.report(signal(change="updated"))
    life.report(signal(change="updated"))
    assert life.told == ["on_call"]
    assert not life.alert.imported


def test_an_imported_finding_that_somebody_holds_tells_nobody() -> None:
    life = Life()
    life.report(signal(history=True))
    life.act(action(ActionKind.ACKNOWLEDGE))
    life.report(signal())
    assert not life.made
    assert not life.alert.imported


def test_an_alert_is_never_forgotten_even_when_it_has_left_the_record() -> None:
    life = Life()
    life.report(signal())
    life.act(action(ActionKind.CLOSE, outcome=Outcome.CONTACTED))
    assert life.wait(until=31 * 24 * 60).reasons == (Reason.LEFT,)
    assert not life.record.cases
    assert life.report(signal()).reasons == (Reason.ALREADY_KNOWN,)
    assert life.told == ["on_call"]


def closed(**fields: object) -> Life:
    life = Life()
    life.report(signal(**fields))
    life.act(action(ActionKind.CLOSE, outcome=Outcome.CONTACTED))
    return life


DISPUTE = {"rule": "relationship.worsening", "severity": Severity.WARNING}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"severity": Severity.WARNING}, {"severity": Severity.HIGH}),
        ({"evidence": {"stage": "impasse"}}, {"evidence": {"stage": "dissolution"}}),
        ({"evidence": {"into_severe": False}}, {"evidence": {"into_severe": True}}),
    ],
)
def test_what_is_graver_or_of_another_kind_opens_a_closed_alert_again(
    before: dict[str, object], after: dict[str, object]
) -> None:
    life = closed(**DISPUTE | before)
    decision = life.report(signal(**DISPUTE | after, change="updated"), at=2)
    assert decision.reasons == (Reason.REOPENED, Reason.FIRST_NOTICE)
    assert (life.alert.status, life.alert.outcome, life.told[-1]) == (AlertStatus.RAISED, None, "therapist")
    assert [line.what for line in life.alert.history[-2:]] == ["updated", "reopened: new evidence"]
    assert life.record.due != minutes(1) + KEPT_CLOSED


def test_a_finding_that_stands_again_after_it_was_taken_back_opens_its_alert_again() -> None:
    life = closed()
    life.report(signal(change="revised"), at=2)
    assert not life.record.cases["a1"].open
    assert life.report(signal(change="updated"), at=3).reasons[0] is Reason.REOPENED


@pytest.mark.parametrize(
    "after",
    [
        {"evidence": {"events": ["e1", "e2"], "n": 3}},
        {"severity": Severity.WARNING},
        {"history": True, "severity": Severity.CRITICAL},
    ],
)
def test_more_of_the_same_less_of_it_and_history_leave_it_closed(after: dict[str, object]) -> None:
    life = closed(rule="silence", severity=Severity.HIGH)
    assert (
        life.report(signal(**{"rule": "silence", "severity": Severity.HIGH} | after, change="updated"), at=2).made == ()
    )
    assert not life.record.cases["a1"].open


def test_a_graver_finding_goes_the_graver_way_unless_somebody_holds_it() -> None:
    life, held = Life(), Life()
    for one in (life, held):
        one.report(signal(rule="silence", severity=Severity.INFO))
    held.act(action(ActionKind.ACKNOWLEDGE))
    for one in (life, held):
        one.report(signal(rule="silence", severity=Severity.HIGH, change="updated"), at=2)
    assert (life.told, held.told) == (["therapist"], [])


def test_a_closed_alert_takes_up_what_is_new_and_stays_closed() -> None:
    life = Life()
    life.report(signal())
    life.act(action(ActionKind.CLOSE, outcome=Outcome.FALSE_ALARM))
    life.report(signal(change="updated", evidence={"n": 9}))
    assert (life.alert.status, life.alert.evidence, life.told) == (AlertStatus.CLOSED, {"n": 9}, ["on_call"])


def test_a_safety_finding_becomes_a_signal_under_the_version_of_the_routes() -> None:
    finding = Finding(**{name: getattr(signal(), name) for name in Finding.model_fields})
    assert safety_signal(finding, history=True, version="v7") == signal(policy_version="v7", history=True)


def test_a_broken_phone_pages_fifty_times_a_day_and_no_more() -> None:
    life = Life()
    for number in range(MOST_A_DAY):
        assert life.report(signal(f"a{number}"), at=number).reasons == (Reason.FIRST_NOTICE,)
    for number in range(2_000):
        assert life.report(signal(f"more{number}"), at=60).reasons == (Reason.TOO_MANY,)
    assert life.report(signal("other", rule="safety.contact"), at=61).reasons == (Reason.FIRST_NOTICE,)
    assert life.report(signal("known", history=True), at=62).reasons == (Reason.IMPORTED,)
    assert len(pack(life.record)) < 100_000
    assert life.report(signal("tomorrow"), at=24 * 60 + 1).reasons == (Reason.FIRST_NOTICE,)


def test_imported_alerts_of_years_are_all_kept_and_do_not_keep_a_new_one_from_paging() -> None:
    life = Life()
    for week in range(3 * MOST_A_DAY):
        one = signal(f"a{week}", history=True, raised_at=NOW - timedelta(weeks=week))
        assert life.report(one).reasons == (Reason.IMPORTED,)
    assert life.report(signal("new"), at=1).reasons == (Reason.FIRST_NOTICE,)
