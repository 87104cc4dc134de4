"""Item 9 of the PHQ-9 is never filled in, smoothed or muted, whatever stands around it."""

import random

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alerts import ActionKind, Outcome
from schemas.questionnaires import INSTRUMENTS
from streams.core.alerts import Reason, safety_signal
from streams.core.questionnaire import score
from streams.core.rehearse import rehearse
from streams.core.safety import safety_finding
from tests.core.alerts.samples import Life, action, minutes
from tests.core.builders import POLICY, at, check_in, event, raw

OTHERS = [key for key in INSTRUMENTS["PHQ-9"].items if key != "9"]
ANSWER = st.integers(0, 3)
SOME_OTHERS = st.dictionaries(st.sampled_from(OTHERS), ANSWER)
ITEM9 = st.one_of(st.none(), ANSWER)


def form(day: float, others: dict[str, int], item9: int | None, **envelope: str) -> bytes:
    items = others | ({} if item9 is None else {"9": item9}) or {"1": 0}
    return raw("questionnaire.v1", day, {"instrument": "PHQ-9", "items": items}, **envelope)


@settings(deadline=None)
@given(SOME_OTHERS)
def test_without_it_there_is_no_total_to_reassure_anybody(others: dict[str, int]) -> None:
    scored = score(event(form(1, others, None)).data)
    assert (scored.total, scored.imputed) == (None, 0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), SOME_OTHERS, ITEM9), max_size=12), st.randoms(use_true_random=False))
def test_each_positive_answer_is_an_alert_of_its_own_whatever_came_before_or_after(
    answered: list[tuple[int, dict[str, int], int | None]], order: random.Random
) -> None:
    forms = [form(day, others, item9, id=f"q-{place}", receivedat=at(day + place))
             for place, (day, others, item9) in enumerate(answered)]  # fmt: skip
    copies = [orjson.dumps(orjson.loads(one) | {"receivedat": at(500)}) for one in forms]
    lines = [*forms, *copies, *(check_in(day, 10).to_json() for day in range(0, 400, 40))]
    order.shuffle(lines)
    alerts = [alert for alert in rehearse(lines, POLICY).alerts if alert.rule == "safety.item9"]
    positive = {f"q-{place}": place for place, (_, _, item9) in enumerate(answered) if item9}
    assert sorted(alert.evidence["events"][0] for alert in alerts) == sorted(positive)
    for alert in alerts:
        assert alert.severity == "critical"
        day = answered[positive[alert.evidence["events"][0]]][0]
        assert alert.since.isoformat() == at(day)
        assert alert.raised_at.isoformat() == at(day + positive[alert.evidence["events"][0]])


# Each of these is what a clinician, the clock or a channel may do between two questionnaires.
DONE = st.sampled_from(["acknowledge", "close", "unreachable", "hand over", "wait", "undelivered", "nothing"])


def do(what: str, life: Life, number: int) -> None:
    """Do it to the newest alert."""
    known = next(reversed(life.record.cases), None)
    if what == "wait":
        life.wait(until=number + 0.5)
    if known is None or what in {"wait", "nothing"}:
        return
    fields: dict[str, object] = {"alert_id": known, "at": number + 0.5}
    kind = ActionKind.CLOSE
    if what == "acknowledge":
        kind, fields["until"] = ActionKind.ACKNOWLEDGE, minutes(10_000)
    elif what == "hand over":
        kind, fields["to"] = ActionKind.HAND_OVER, "lead"
    elif what == "undelivered":
        kind, fields["notification_id"] = ActionKind.UNDELIVERED, life.made[-1].notification_id
    else:
        fields["outcome"] = Outcome.UNREACHABLE if what == "unreachable" else Outcome.FALSE_ALARM
    life.act(action(kind, f"x-{number}", **fields))


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(ITEM9, DONE), max_size=20))
def test_nothing_that_is_done_about_one_mutes_the_next(answered: list[tuple[int | None, str]]) -> None:
    life = Life()
    for number, (item9, what) in enumerate(answered):
        finding = safety_finding(event(form(number, {"1": 0}, item9, id=f"q-{number}")))
        assert (finding is not None) == bool(item9)
        if finding is not None:
            signal = safety_signal(finding, history=False, version="routes-1")
            decision = life.report(signal, at=number)
            assert decision.reasons == (Reason.FIRST_NOTICE,)
            assert [one.alert_id for one in decision.made] == [finding.alert_id]
            assert life.report(signal, at=number).made == ()
        do(what, life, number)


@settings(deadline=None, max_examples=150)
@given(SOME_OTHERS, ITEM9, st.sampled_from(OTHERS), st.one_of(st.integers(4, 9), st.none(), st.text(max_size=3)))
def test_no_mistake_beside_it_hides_it(others: dict[str, int], item9: int | None, key: str, wrong: object) -> None:
    lines = [form(1, others | {key: wrong}, item9)]  # type: ignore[dict-item]
    rehearsal = rehearse(lines, POLICY)
    assert len(rehearsal.rejected) == 1
    assert [alert.rule for alert in rehearsal.alerts] == ["safety.item9"] * bool(item9)
