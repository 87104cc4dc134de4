"""Item 9 of the PHQ-9 is never filled in, smoothed or muted, whatever stands around it."""

import random

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.questionnaires import INSTRUMENTS
from streams.core.questionnaire import score
from streams.core.rehearse import rehearse
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
