"""What the shipped threshold does to made-up groups: the figures in deploy/policy/detection.yaml."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import orjson
import pytest

from streams.adapters.policy import read_policy
from streams.core.detect.fall import Usual, fall
from streams.core.rehearse import rehearse
from streams.core.weeks import AFTER, BEFORE
from streams.simulate.cohort import FALLING
from streams.simulate.drawn import Plan
from streams.simulate.group import EVERY, OF, group_of
from streams.simulate.mood import ANSWERED, MOOD_SD, SCENARIOS, answer, swings, usual_mood
from streams.simulate.patient import simulate_patient

POLICY = read_policy()
SIZE = 8
FIRST, SESSIONS = 30, 16


def worsened(rng: np.random.Generator, *, falls: float = 0.0) -> list[bool]:
    """Whether one member passes the threshold after each of 16 weekly sessions; after the fifth mood falls by `falls`
    of the member's own standard deviations."""  # fmt: skip
    mood = usual_mood(rng) + MOOD_SD * swings(rng, FIRST + 7 * SESSIONS + AFTER, SCENARIOS["S4"])
    fifth = FIRST + 7 * 4
    mood[fifth + 1 : fifth + 1 + AFTER] -= falls * MOOD_SD
    answers, given = answer(mood) * 100, rng.random(mood.shape) < ANSWERED

    def sums(first: int, last: int) -> tuple[int, int, int]:
        taken = answers[first:last][given[first:last]]
        return taken.size, int(taken.sum()), int((taken**2).sum())

    days = range(FIRST, FIRST + 7 * SESSIONS, 7)
    around = [(sums(day + 1 - BEFORE, day + 1), sums(day + 1, day + 1 + AFTER)) for day in days]
    usual = Usual.of(POLICY.mood)
    return [fall(*after[:2], *before, usual)[0] >= POLICY.group.threshold for before, after in around]


@pytest.mark.slow
def test_stable_groups_are_seldom_raised_and_falls_are_seen() -> None:
    rng = np.random.default_rng(7)
    stable = np.array([worsened(rng) for _ in range(400 * SIZE)])
    fallen = np.array([worsened(rng, falls=1.0)[4] for _ in range(100 * SIZE)])
    programmes = stable.reshape(-1, SIZE, SESSIONS).sum(axis=1) >= POLICY.group.least
    raised = programmes.any(axis=1).mean()
    seen = {}
    for falling in (4, 6, 8):
        of_group = rng.choice(fallen, (4_000, falling)).sum(axis=1) >= POLICY.group.least
        seen[falling] = of_group.mean()
    assert 0.02 <= stable.mean() <= 0.04
    assert raised <= 0.04
    assert seen[4] == pytest.approx(0.40, abs=0.08)
    assert seen[6] == pytest.approx(0.75, abs=0.08)
    assert seen[8] == pytest.approx(0.92, abs=0.05)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_made_up_groups_are_raised_after_their_rupture_and_not_otherwise() -> None:
    """Sixteen groups of eight over 100 days, with all that made-up patients live through besides; some miss it."""
    seed, end = 11, datetime(2026, 11, 20, 12, tzinfo=UTC)
    lines: list[bytes] = []
    fell: Counter[tuple[str, date]] = Counter()
    for number in range(EVERY - 1, 16 * OF, EVERY):
        group = group_of(seed, number)
        assert group is not None
        events, truth = simulate_patient(np.random.default_rng([seed, number]), 100, end, Plan(group=group), FALLING)
        lines += [orjson.dumps(event) for _, event in events]
        if truth.setback is not None:
            fell[group.group, truth.setback.since - timedelta(days=1)] += 1
    raised = {(alert.patient, alert.since) for alert in rehearse(lines, POLICY).alerts if alert.of_group}
    most_fell = {session for session, members in fell.items() if members > SIZE / 2}
    assert len(most_fell) >= 3
    assert len(raised & most_fell) >= 0.75 * len(most_fell)
    assert len(raised - fell.keys()) <= 1
