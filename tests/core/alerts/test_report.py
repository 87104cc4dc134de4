from datetime import timedelta

from schemas.alerts import ActionKind, AlertStatus, Finding, Outcome, Severity
from streams.core.alerts import Reason, pack, safety_signal
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


def test_a_closed_alert_takes_up_what_is_new_and_stays_closed() -> None:
    life = Life()
    life.report(signal())
    life.act(action(ActionKind.CLOSE, outcome=Outcome.FALSE_ALARM))
    life.report(signal(change="updated", evidence={"n": 9}))
    assert (life.alert.status, life.alert.evidence, life.told) == (AlertStatus.CLOSED, {"n": 9}, ["on_call"])


def test_a_safety_finding_becomes_a_signal_under_the_version_of_the_routes() -> None:
    life = Life()
    finding = Finding(**{name: getattr(signal(), name) for name in Finding.model_fields})
    assert safety_signal(finding, history=True, routes=life.routes) == signal(
        policy_version=life.routes.version, history=True
    )


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
