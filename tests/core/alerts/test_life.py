"""What must hold on every way through the life of an alert, whatever comes when, late, or twice."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import ActionKind, AlertAction, AlertStatus, Outcome
from streams.core.alerts import Decision, Reason, pack, unpack
from tests.core.alerts.samples import Life, action, minutes, signal

CLINICIANS = st.builds(
    lambda kind, seen: ("act", kind, seen),
    st.sampled_from([ActionKind.ACKNOWLEDGE, ActionKind.HAND_OVER, ActionKind.CLOSE]),
    st.sampled_from([None, "newest", "oldest"]),
)
CHANNELS = st.builds(
    lambda kind, back: ("settle", kind, back),
    st.sampled_from([ActionKind.DELIVERED, ActionKind.UNDELIVERED]),
    st.integers(0, 2),
)
SIGNALS = st.builds(
    lambda change, history, n: ("report", change, history, n),
    st.sampled_from(["raised", "updated", "revised"]),
    st.booleans(),
    st.integers(0, 2),
)
TIME = st.builds(lambda pause: ("wait", pause), st.sampled_from([1, 9, 30, 300, 3000]))
STEPS = st.lists(st.one_of(CLINICIANS, CHANNELS, SIGNALS, TIME), max_size=30)


Step = tuple[Any, ...]


class Walk:
    """Takes steps one after the other, a minute apart at least."""

    def __init__(self) -> None:
        self.life = Life()
        self.clock = 0.0
        self.actions: list[AlertAction] = []

    def take(self, step: Step) -> Decision:
        self.clock += 1
        match step:
            case ("report", change, history, n):
                one = signal(change=change, history=history, evidence={"n": n})
                return self.life.report(one, at=self.clock)
            case ("act", kind, seen):
                return self.life.act(self._action(kind, seen))
            case ("settle", kind, back):
                made = self.life.made[-1 - back :] or [None]
                return self.life.act(self._action(kind, None, notification_id=made[0] and made[0].notification_id))
        _, pause = step
        self.clock += pause
        return self.life.wait(until=self.clock)

    def _action(self, kind: ActionKind, seen: str | None, **fields: object) -> AlertAction:
        case = self.life.record.cases.get("a1")
        newest = case.alert.version if case else 1
        more = {"outcome": Outcome.CONTACTED} if kind is ActionKind.CLOSE else {}
        more |= {"to": "dr.two"} if kind is ActionKind.HAND_OVER else {}
        version = {None: None, "newest": newest, "oldest": 1}[seen]
        one = action(kind, f"x{len(self.actions)}", at=self.clock, seen_version=version, **more, **fields)
        self.actions.append(one)
        return one


@given(STEPS)
def test_no_notification_is_ever_made_twice_and_none_while_somebody_holds_the_alert(steps: list[Step]) -> None:
    walk = Walk()
    for step in steps:
        before = walk.life.record.cases.get("a1")
        decision = walk.take(step)
        if decision.made and before is not None:
            held = before.alert.status in {AlertStatus.ACKNOWLEDGED, AlertStatus.CLOSED}
            assert not held or set(decision.reasons) & {Reason.LAPSED, Reason.HANDED_OVER}
        after = walk.life.record.cases.get("a1")
        assert set(decision.made) <= set(after.pending if after else ())
    ids = [one.notification_id for one in walk.life.made]
    assert len(ids) == len(set(ids))


@given(STEPS)
def test_a_critical_alert_that_nobody_holds_always_has_somebody_to_be_told_next(steps: list[Step]) -> None:
    walk = Walk()
    for step in steps:
        walk.take(step)
        for case in walk.life.record.cases.values():
            if case.open and not case.alert.imported:
                assert case.due is not None


@given(STEPS)
def test_the_version_never_falls_and_every_change_is_told(steps: list[Step]) -> None:
    walk = Walk()
    for step in steps:
        before = walk.life.record.cases.get("a1")
        decision = walk.take(step)
        after = walk.life.record.cases.get("a1")
        if before is not None and after is not None:
            assert after.alert.version >= before.alert.version
            assert (after.alert != before.alert) == (after.alert in decision.changed)


@given(STEPS)
def test_copies_of_actions_never_have_an_effect(steps: list[Step]) -> None:
    walk = Walk()
    for step in steps:
        walk.take(step)
    for one in walk.actions:
        assert walk.life.act(one).record is walk.life.record


@given(STEPS)
def test_the_record_survives_packing_anywhere(steps: list[Step]) -> None:
    walk = Walk()
    for step in steps:
        walk.take(step)
        raw = pack(walk.life.record)
        assert unpack(raw) == walk.life.record


@given(st.permutations([ActionKind.ACKNOWLEDGE, ActionKind.DELIVERED, ActionKind.UNDELIVERED]))
def test_what_a_channel_says_does_not_change_who_holds_the_alert(order: list[ActionKind]) -> None:
    life = Life()
    life.report(signal())
    notification_id = life.made[0].notification_id
    for kind in order:
        life.act(action(kind, f"x-{kind}", notification_id=notification_id))
    assert (life.alert.status, life.alert.holder, life.record.pending) == (AlertStatus.ACKNOWLEDGED, "dr", ())


@given(st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=4))
def test_copies_of_a_safety_event_page_once_in_any_order(order: list[int], again: list[int]) -> None:
    life = Life()
    copies = [signal(raised_at=minutes(n), history=n == 1, evidence={"n": n}) for n in range(4)]
    for n in (*order, *again):
        life.report(copies[n])
    assert life.told == ["on_call"]
    assert life.alert.evidence == {"n": 0}
