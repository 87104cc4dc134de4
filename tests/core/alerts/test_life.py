"""What must hold on every way through the life of an alert, whatever comes when, late, twice, or between what.

Four alerts of one patient (critical, high, warning), two clinicians on a rota with a lead, channels that fail, a
silence, an alert that keeps another quiet, nights and weekends. A shadow keeps, by the design's words, who holds what.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from schemas.alerts import ActionKind, AlertAction, AlertStatus, Outcome, Severity
from streams.core.alerts import Case, Decision, Plan, Reason, pack, read_silences, unpack
from streams.core.duty import read_teams
from tests.core.alerts.samples import NOW, PLAN, Life, action, minutes, signal

ROTA = read_teams("""
version: rota
default: clinic
teams:
  clinic:
    zone: Europe/Berlin
    lead: lena
    working_hours: {week: {monday: 08:00-17:00, tuesday: 08:00-17:00, wednesday: 08:00-17:00}}
    rota: {rotation: {people: [ada, ben], first: 2026-03-02, days: 1, hand_over: "08:00"}}
""")
SILENCED = read_silences("""
silences:
  - {rules: [silence], from: 2026-03-02T10:00:00+00:00, until: 2026-03-02T12:00:00+00:00, by: o, reason: r}
""")
CLINIC = Plan(PLAN.routes, ROTA, SILENCED)

ALERTS = {
    "page": {"rule": "safety.item9", "severity": Severity.CRITICAL},
    "worse": {"rule": "deterioration.reliable", "severity": Severity.HIGH},
    "mood": {"rule": "deterioration.mood", "severity": Severity.HIGH},
    "quiet": {"rule": "silence", "severity": Severity.WARNING},
}
WHICH = st.sampled_from(sorted(ALERTS))
WHO = st.sampled_from(["ada", "ben", "therapist"])
SEEN = st.sampled_from(["newest", "newest", "oldest", None])
RECIPIENTS = {"ada", "ben", "lena", "therapist", "dr.two"}


@dataclass
class Shadow:
    """What the design says of one alert, in its own words."""

    held_until: datetime | None = None
    closed: bool = False


class AlertLives(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.life = Life(CLINIC)
        self.clock = 0.0
        self.shadows: dict[str, Shadow] = {}
        self.actions: list[AlertAction] = []
        self.last: Decision | None = None

    def take(self, decision: Decision, before: dict[str, Case]) -> None:
        """Everything that must hold of any single step."""
        self.last = decision
        for one in decision.made:
            shadow = self.shadows[one.alert_id]
            assert not shadow.closed, "something was sent about a closed alert"
            assert shadow.held_until is None, "something was sent while somebody held the alert"
            assert one.recipient in RECIPIENTS, "somebody was told who is nobody's turn"
            assert one in decision.record.cases[one.alert_id].pending, "something is sent that the ledger does not know"
        for alert_id, case in decision.record.cases.items():
            old = before.get(alert_id)
            changed = [alert for alert in decision.changed if alert.alert_id == alert_id]
            if old is None or old.alert != case.alert:
                assert changed[-1:] == [case.alert], "an alert changed and nobody was told"
            if old is not None:
                assert case.alert.version >= old.alert.version, "a version fell"
                assert case.step >= old.step, "a step was taken back"

    def step(self, minutes_on: float = 1) -> dict[str, Case]:
        self.clock += minutes_on
        return dict(self.life.record.cases)

    @initialize(history=st.booleans())
    def raised(self, history: bool) -> None:
        before = self.step()
        self.shadows["page"] = Shadow()
        decision = self.life.report(signal("page", history=history), at=self.clock)
        self.take(decision, before)
        assert [one.recipient for one in decision.made] == ([] if history else ["ada"])

    @rule(
        which=WHICH,
        change=st.sampled_from(["raised", "updated", "updated", "revised"]),
        history=st.sampled_from([False, False, True]),
        stage=st.sampled_from(["impasse", "dissolution"]),
    )
    def report(self, which: str, change: str, history: bool, stage: str) -> None:
        before = self.step()
        shadow = self.shadows.setdefault(which, Shadow())
        one = signal(which, **ALERTS[which], change=change, history=history, evidence={"stage": stage})
        if change == "updated" and not history:
            was, shadow.closed = (
                shadow.closed,
                False,
            )  # new evidence may open it again; the same finding may not, see below
        decision = self.life.report(one, at=self.clock)
        if which not in before and which in decision.record.cases:
            # What was done about it was read before it, and counts.
            raised = decision.record.cases[which].alert
            shadow.held_until, shadow.closed = raised.until, raised.status is AlertStatus.CLOSED
        self.take(decision, before)
        if which in before and change == "updated" and not history and Reason.REOPENED not in decision.reasons:
            shadow.closed = was
        if Reason.REOPENED in decision.reasons:
            shadow.held_until = None
        if which in before and change == "raised":
            assert not decision.made or before[which].alert.imported, "the same finding again told somebody"

    @rule(which=WHICH, by=WHO, seen=SEEN)
    def acknowledge(self, which: str, by: str, seen: str | None) -> None:
        before, decision = self._act(which, ActionKind.ACKNOWLEDGE, seen, by=by)
        if Reason.ACKNOWLEDGED in decision.reasons:
            alert = self.life.record.cases[which].alert
            self.shadows[which].held_until = alert.until
            assert alert.until is not None
            assert alert.until > minutes(self.clock), "an acknowledgement that never held"
            assert alert.until <= minutes(self.clock) + timedelta(hours=12), "an acknowledgement held for too long"
        self.take(decision, before)

    @rule(which=WHICH, by=WHO, seen=SEEN)
    def hand_over(self, which: str, by: str, seen: str | None) -> None:
        before, decision = self._act(which, ActionKind.HAND_OVER, seen, by=by, to="dr.two")
        if Reason.HANDED_OVER in decision.reasons:
            self.shadows[which].held_until = None
        self.take(decision, before)

    @rule(which=WHICH, by=WHO, seen=SEEN, outcome=st.sampled_from(Outcome), by_lead=st.booleans())
    def close(self, which: str, by: str, seen: str | None, outcome: Outcome, by_lead: bool) -> None:
        before, decision = self._act(which, ActionKind.CLOSE, seen, by=by, outcome=outcome, by_lead=by_lead)
        if Reason.CLOSED in decision.reasons or Reason.NOT_REACHED in decision.reasons:
            given_up = outcome is Outcome.UNREACHABLE and which == "page" and not by_lead
            live = not before[which].alert.imported
            assert (Reason.NOT_REACHED in decision.reasons) == (given_up and live), "closed although nobody was reached"
            self.shadows[which] = Shadow(closed=Reason.CLOSED in decision.reasons)
        self.take(decision, before)

    def _act(self, which: str, kind: ActionKind, seen: str | None, **fields: Any) -> tuple[dict[str, Case], Decision]:
        before = self.step()
        case = before.get(which)
        newest = case.alert.version if case else 1
        version = {None: None, "newest": newest, "oldest": 1}[seen]
        one = action(kind, f"x{len(self.actions)}", at=self.clock, alert_id=which, seen_version=version, **fields)
        decision = self.life.act(one)
        self.actions.append(one)
        if Reason.REFUSED in decision.reasons:
            assert case is not None
            after = self.life.record.cases[which].alert
            assert after.history[-1].refused, "a refusal that nobody sees"
            assert after.model_copy(update={"history": case.alert.history}) == case.alert, (
                "a refused action did something"
            )
        if case is not None and version is not None and version < newest:
            assert decision.reasons == (Reason.REFUSED,), "a stale action was taken"
        return before, decision

    @precondition(lambda self: self.life.made)
    @rule(
        back=st.integers(0, 2),
        kind=st.sampled_from([ActionKind.DELIVERED, ActionKind.UNDELIVERED, ActionKind.WITHDRAWN]),
        stays=st.booleans(),
    )
    def channel_answers(self, back: int, kind: ActionKind, stays: bool) -> None:
        before = self.step()
        one = self.life.made[-1 - back :][0]
        known = f"{one.notification_id}-{kind}"
        said = action(
            kind,
            known,
            at=self.clock,
            alert_id=one.alert_id,
            by="x",
            notification_id=one.notification_id,
            stays_open=stays,
        )
        decision = self.life.act(said)
        self.take(decision, before)
        self.actions.append(said)

    @rule(pause=st.sampled_from([1, 9, 30, 60, 480, 1440]))
    def time_passes(self, pause: float) -> None:
        before = self.step(pause)
        for shadow in self.shadows.values():
            if shadow.held_until is not None and shadow.held_until <= minutes(self.clock):
                shadow.held_until = None
        self.take(self.life.wait(until=self.clock), before)

    @precondition(lambda self: self.actions)
    @rule(which=st.integers(0, 20))
    def a_copy_of_an_action_comes(self, which: int) -> None:
        before = self.life.record
        decision = self.life.act(self.actions[which % len(self.actions)])
        assert (decision.record, decision.made, decision.changed) == (before, (), ()), "a copy had an effect"

    @invariant()
    def no_notification_is_made_twice(self) -> None:
        ids = [one.notification_id for one in self.life.made]
        assert len(ids) == len(set(ids))

    @invariant()
    def whoever_must_be_told_next_will_be(self) -> None:
        for case in self.life.record.cases.values():
            if case.open and not case.alert.imported:
                waits = case.due is not None
                reads = case.alert.severity is Severity.WARNING  # told once: the therapist reads it
                assert waits or reads, "an open alert that nobody will ever hear of again"

    @invariant()
    def nobody_is_reminded_of_what_somebody_sees_to(self) -> None:
        for alert_id, shadow in self.shadows.items():
            case = self.life.record.cases.get(alert_id)
            if case is not None and (shadow.closed or shadow.held_until is not None):
                assert (case.pending, case.standing) == ((), ())

    @invariant()
    def nothing_critical_is_held_back(self) -> None:
        for case in self.life.record.cases.values():
            assert case.held is None or case.alert.severity is not Severity.CRITICAL

    @invariant()
    def the_shadow_agrees_about_what_is_closed(self) -> None:
        for alert_id, shadow in self.shadows.items():
            case = self.life.record.cases.get(alert_id)
            assert case is None or shadow.closed == (not case.open)

    @invariant()
    def the_record_survives_packing(self) -> None:
        assert unpack(pack(self.life.record)) == self.life.record


AlertLives.TestCase.settings = settings(max_examples=150, stateful_step_count=12, deadline=None)
TestAlertLives = AlertLives.TestCase


@given(st.permutations([ActionKind.ACKNOWLEDGE, ActionKind.DELIVERED, ActionKind.UNDELIVERED]))
def test_what_a_channel_says_does_not_change_who_holds_the_alert(order: list[ActionKind]) -> None:
    life = Life()
    life.report(signal())
    notification_id = life.made[0].notification_id
    for kind in order:
        life.act(action(kind, f"x-{kind}", notification_id=notification_id))
    assert (life.alert.status, life.alert.holder, life.record.pending) == (AlertStatus.ACKNOWLEDGED, "dr", ())


@given(st.permutations(range(3)))
def test_an_alert_its_acknowledgement_and_its_end_meet_in_any_order(order: list[int]) -> None:
    """Topics are read in no order between them after a crash; the order of the actions among themselves holds."""
    acts = [action(ActionKind.ACKNOWLEDGE, "x1", at=1), action(ActionKind.CLOSE, "x2", at=2, outcome=Outcome.CONTACTED)]
    life, left = Life(), list(acts)
    for which in order:
        if which == 0:
            life.report(signal(), at=3)
        else:
            life.act(left.pop(0))
    assert (life.alert.status, life.alert.outcome, life.record.pending) == (AlertStatus.CLOSED, Outcome.CONTACTED, ())


@given(st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=4))
def test_copies_of_a_safety_event_page_once_in_any_order(order: list[int], again: list[int]) -> None:
    life = Life()
    copies = [signal(raised_at=minutes(n), history=n == 1, evidence={"n": n}) for n in range(4)]
    for n in (*order, *again):
        life.report(copies[n])
    assert life.told == ["on_call"]
    assert life.alert.evidence == {"n": 0}


def test_two_clinicians_acknowledge_at_once_and_the_second_hears_that_it_changed() -> None:
    life = Life()
    life.report(signal())
    life.act(action(ActionKind.ACKNOWLEDGE, "x1", by="ada", seen_version=1))
    assert life.act(action(ActionKind.ACKNOWLEDGE, "x2", by="ben", seen_version=1)).reasons == (Reason.REFUSED,)
    assert (life.alert.holder, life.alert.history[-1].refused) == ("ada", "the alert has changed since")
    assert life.alert.history[0].at == NOW
