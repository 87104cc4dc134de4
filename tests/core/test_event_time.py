"""The patient's own days: clocks that change, journeys, the date line; and reports that come days late, in batches.

What the live system, woken up by arrivals and by the clock, ends with is what a rehearsal of the same events finds.
"""
# ruff: noqa: S311 - made-up lives need no secrecy

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from hypothesis import Phase as Step
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.alerts import AlertSignal, Finding
from schemas.events import AnyEvent
from schemas.vocabulary import Phase
from streams.core.analyse import analyse
from streams.core.clock import GRACE, day_due
from streams.core.moments import DAY, MINUTE, Micros, micros
from streams.core.policy import MoodPolicy, MoodThreshold, Override, Policy, SilencePolicy
from streams.core.rehearse import rehearse
from streams.core.state import EMPTY, Record
from tests.core.builders import POLICY, check_in, clinic, heartbeat, opened, phq9, prompt

SEEDS = st.integers(0, 2**32)
QUICK = settings(deadline=None, max_examples=30, phases=(Step.explicit, Step.reuse, Step.generate))
EAGER = POLICY.model_copy(
    update={
        "mood": MoodPolicy(threshold=1.8),
        "silence": SilencePolicy(chance=0.02, chance_after_risk=0.05, silent_days=1, offline_days=1, drop=0.8),
    }
)
VARIED = EAGER.model_copy(
    update={
        "overrides": (
            Override(care_team="north", mood=MoodThreshold(threshold=1.2), silence=SilencePolicy(silent_days=3)),
            Override(phase=Phase.MIDDLE, mood=MoodThreshold(threshold=2.5), silence=SilencePolicy(chance=0.004)),
            Override(care_team="south", phase=Phase.TERMINATION, silence=SilencePolicy(offline_days=4, drop=0.4)),
        )
    }
)
CARE = (
    opened(0.3, care_team="north"),
    clinic("phase", 0.31, phase="initial", starts_on=0),
    clinic("phase", 12.3, phase="middle", starts_on=12),
    opened(24.3, on=0, care_team="south"),
    clinic("phase", 36.3, phase="termination", starts_on=36),
    opened(48.3, on=0),
)
"""What a clinic says on the day from which it holds."""
HOUR = 60 * MINUTE
ZONES = [-720, -600, -300, 0, 60, 330, 840]

Arrival = tuple[Micros, Sequence[AnyEvent]]


@dataclass
class Live:
    """One patient in the live system, whose clock is woken up when something is due."""

    policy: Policy = EAGER
    record: Record = EMPTY
    told: list[tuple[Micros, AlertSignal]] = field(default_factory=list)
    """With the moment at which it was said."""

    def until(self, now: Micros) -> None:
        """Let the clock do all that is due by then."""
        while self.record.closes_at and self.record.closes_at <= now:
            at = self.record.closes_at
            self._analyse((), at, closes=day_due(self.record, at))

    def hear(self, now: Micros, events: Sequence[AnyEvent]) -> None:
        self.until(now)
        self._analyse(events, now, closes=None)

    def _analyse(self, events: Sequence[AnyEvent], now: Micros, *, closes: int | None) -> None:
        result = analyse("p-1", self.record, events, self.policy, closes=closes, now=now)
        self.record = result.record
        self.told += [(now, signal) for signal in result.signals]

    @property
    def standing(self) -> dict[str, AlertSignal]:
        """The alerts as they now are, but for the revised ones."""
        last = {signal.alert_id: signal for _, signal in self.told}
        return {name: signal for name, signal in last.items() if signal.change != "revised"}


def lived(arrivals: Sequence[Arrival], end: Micros, policy: Policy = EAGER) -> Live:
    live = Live(policy)
    for now, events in arrivals:
        live.hear(now, events)
    live.until(end + GRACE)
    return live


def rehearsed(events: Sequence[AnyEvent], end: Micros, policy: Policy = EAGER) -> list[Finding]:
    """What a rehearsal finds when "now" is `end`."""
    other = heartbeat((end - start()) / DAY, subject="p-2")
    found = rehearse([event.to_json() for event in (*events, other)], policy)
    return list(found.alerts)


def start() -> Micros:
    return micros(heartbeat(0).time)


def a_life(random: Random, days: int, offsets: Sequence[tuple[float, int]]) -> list[AnyEvent]:
    """Good and bad weeks, quiet stretches, by day and night; `offsets` says from which moment on which clock counts."""
    events: list[AnyEvent] = []
    low = quiet = False
    for day in range(days):
        low ^= random.random() < 0.1
        quiet ^= random.random() < (0.25 if quiet else 0.06)
        for slot in sorted(random.sample(range(48), random.choice([0, 2, 3, 5]))):
            moment = day + slot / 48
            offset = [clock for since, clock in offsets if since <= moment][-1]
            events.append(heartbeat(moment + 0.001, offset=offset))
            if slot % 3 == 0:
                events.append(prompt(moment, offset=offset))
            if not quiet:
                mood = random.randint(0, 4) if low else random.randint(5, 10)
                events.append(check_in(moment + 0.002, mood, offset=offset))
            if slot == 20 and not quiet:
                events.append(phq9(moment + 0.003, random.randint(0, 24), offset=offset))
    return events


def journeys(random: Random, days: int) -> list[tuple[float, int]]:
    """From where to where: any flight, over the date line too, some days apart."""
    offsets, at = [(0.0, random.choice(ZONES))], 0.0
    while (at := at + random.uniform(0.5, 15)) < days:
        offsets.append((at, random.choice(ZONES)))
    return offsets


def in_time(events: Sequence[AnyEvent]) -> list[Arrival]:
    return [(micros(event.time), [event]) for event in events]


def in_late_batches(random: Random, events: Sequence[AnyEvent]) -> list[Arrival]:
    """A phone that is offline for up to ten days, then sends all it has; some twice, or the newest first."""
    arrivals: list[Arrival] = []
    waiting: list[AnyEvent] = []
    online = start()
    for event in events:
        at = micros(event.time)
        if waiting and at > online:
            arrivals.append((online, waiting))
            waiting = []
        if not waiting:
            online = at + round(random.choice([0, 0, 0.2, 3, 10]) * random.random() * DAY)
        waiting.append(event)
    arrivals.append((online, waiting))
    split: list[Arrival] = []
    for now, batch in arrivals:
        sent = batch[::-1] if random.random() < 0.2 else batch
        cut = random.randrange(len(sent) + 1)
        split += [(now, sent[:cut]), (now + MINUTE, sent[cut:])]
        if random.random() < 0.1:
            split.append((now + 2 * HOUR, sent))
    return sorted(split, key=lambda arrival: arrival[0])


def about(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.since, finding.raised_at, finding.severity, str(finding.evidence)


NIGHT = 1 / 24
"""When clocks change in central Europe, in days after midnight UTC."""
CALENDARS = {
    "home": lambda _random, _days: [(0.0, 60)],
    "clocks change": lambda random, days: [(0.0, 60), (random.randrange(days) + NIGHT, 120)],
    "clocks change back": lambda random, days: [(0.0, 120), (random.randrange(days) + NIGHT, 60)],
}


@QUICK
@example(551, 21, "clocks change back")
@given(SEEDS, st.integers(20, 60), st.sampled_from(sorted(CALENDARS)))
def test_at_home_and_in_time_the_alerts_are_those_of_a_rehearsal(seed: int, days: int, calendar: str) -> None:
    random = Random(seed)
    events = a_life(random, days, CALENDARS[calendar](random, days))
    end = start() + days * DAY
    live = lived(in_time(events), end)
    expected = rehearsed(events, end)
    assert {name: about(signal) for name, signal in live.standing.items()} == {
        finding.alert_id: about(finding) for finding in expected
    }
    assert Counter(signal.change for _, signal in live.told) == Counter(raised=len(expected))


@QUICK
@given(SEEDS, st.integers(20, 60))
def test_a_travellers_alerts_are_those_of_a_rehearsal_and_none_comes_before_it_could_be_known(
    seed: int, days: int
) -> None:
    random = Random(seed)
    events = a_life(random, days, journeys(random, days))
    end = start() + days * DAY
    live = lived(in_time(events), end)
    assert_same(live, rehearsed(events, end))
    for now, signal in live.told:
        assert signal.change == "revised" or now >= micros(signal.raised_at), signal


@QUICK
@example(seed=1197, days=55, travels=True)  # that the patient had flown west by then arrives after the alert
@given(SEEDS, st.integers(20, 60), st.booleans())
def test_what_comes_up_to_ten_days_late_ends_as_the_same_and_nobody_is_told_twice(
    seed: int, days: int, travels: bool
) -> None:
    random = Random(seed)
    events = a_life(random, days, journeys(random, days) if travels else [(0.0, 60)])
    if not events:
        return
    arrivals = in_late_batches(random, events)
    end = max(arrivals[-1][0], start() + days * DAY)
    assert_same(lived(arrivals, end), rehearsed(events, end))


@settings(QUICK, max_examples=15)
@given(SEEDS, st.integers(30, 60), st.booleans())
def test_what_is_judged_by_the_numbers_of_a_team_and_a_phase_is_the_same_in_time_and_late(
    seed: int, days: int, late: bool
) -> None:
    random = Random(seed)
    care = [step for step in CARE if micros(step.time) < start() + days * DAY]
    events = sorted([*a_life(random, days, journeys(random, days)), *care], key=lambda event: event.time)
    arrivals = in_late_batches(random, events) if late else in_time(events)
    end = max(arrivals[-1][0], start() + days * DAY)
    assert_same(lived(arrivals, end, VARIED), rehearsed(events, end, VARIED))


def assert_same(live: Live, expected: Sequence[Finding]) -> None:
    """Every finding of the rehearsal has one alert, no alert is left without one, and each was raised once."""
    raised = [signal.alert_id for _, signal in live.told if signal.change == "raised"]
    assert len(raised) == len(set(raised))
    found = Counter(about(finding) for finding in expected)
    standing = Counter(about(signal) for signal in live.standing.values())
    assert standing == found


@pytest.mark.parametrize("hours", [23, 25])
def test_a_day_of_23_or_25_hours_closes_at_its_own_midnight(hours: int) -> None:
    before, after = (60, 120) if hours == 23 else (120, 60)
    events = [check_in(day + hour / 24, 8, offset=before) for day in range(40) for hour in (9, 19)]
    events += [check_in(40 + hour / 24, 0, offset=after) for hour in range(9, 15)]
    live = lived(in_time(events), start() + 42 * DAY)
    [alert] = [signal for _, signal in live.told if signal.rule == "deterioration.mood"]
    assert alert.raised_at.utcoffset() == timedelta(minutes=after)
    assert (alert.raised_at.hour, alert.raised_at.day) == (0, 12)
