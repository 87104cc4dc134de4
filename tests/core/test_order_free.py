"""However events are ordered, repeated and grouped on arrival: the same state, findings, points and links."""
# ruff: noqa: S311 - made-up moods need no secrecy

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest
from hypothesis import Phase as Step
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.alerts import AlertSignal
from schemas.events import AnyEvent
from schemas.groups import MemberSignal
from schemas.reading import Rejection
from schemas.vocabulary import Phase
from streams.core.analyse import analyse
from streams.core.detect import standing_findings
from streams.core.entry import MoodEntry
from streams.core.fold import link_items
from streams.core.group import member_signals
from streams.core.inventory import same_person
from streams.core.links import LinkPopulation, read
from streams.core.packed import pack
from streams.core.policy import (
    EatingPolicy,
    EndingPolicy,
    FocusPolicy,
    MoodThreshold,
    Override,
    RelationshipPolicy,
    SilencePolicy,
)
from streams.core.rehearse import rehearse
from streams.core.state import EMPTY, Record, State
from tests.core.builders import (
    POLICY,
    check_in,
    clinic,
    date_of,
    event,
    heartbeat,
    interaction,
    life_event,
    opened,
    packed,
    person,
    phq9,
    prompt,
    raw,
    safety,
)

EAGER = {
    "focus": FocusPolicy(least=2),
    "silence": SilencePolicy(chance=0.05, chance_after_risk=0.05, silent_days=1, offline_days=1, drop=1),
    "overrides": (
        Override(phase=Phase.MIDDLE, mood=MoodThreshold(threshold=1.5), relationship=RelationshipPolicy(chance=0.05)),
        Override(phase=Phase.TERMINATION, mood=MoodThreshold(threshold=2.0), ending=EndingPolicy(threshold=1)),
        Override(care_team="north", silence=SilencePolicy(silent_days=3), eating=EatingPolicy(chance=0.05)),
        Override(care_team="north", phase=Phase.MIDDLE, focus=FocusPolicy(share=0.3), mood=MoodThreshold(threshold=3)),
    ),
}
BY_PHASE = POLICY.model_copy(update=EAGER)
AREAS = ["role_dispute", "grief"]
STATUSES = ["planned", "held", "missed", "moved", "cancelled"]
OFFSETS = [-720, -600, 0, 60, 330, 840]
SEEDS = st.integers(0, 2**32)
DAYS = st.integers(1, 60)
"""Histories come from a seed and a length, so that a failure is told in seconds: there is little to shrink."""
QUICK = settings(deadline=None, phases=(Step.explicit, Step.reuse, Step.generate))


KINDS = ["conflict", "conflict", "conflict", "support", "loss", "violence"]
STAGES = [None, None, "renegotiation", "impasse", "dissolution"]


def a_quarrel(random: Random, moment: float, offset: int) -> AnyEvent:
    kind, stage = random.choice(KINDS), random.choice(STAGES)
    return interaction(moment, person=random.choice("ab"), kind=kind, stage=stage, offset=offset)


def an_entry(random: Random, moment: float, **envelope: object) -> AnyEvent:
    """Someone of the inventory: near or far, in dispute, not to be contacted, merged or removed."""
    said = random.choice(
        [
            {"ring": random.randint(1, 4)},
            {"dispute_stage": random.choice(STAGES), "relation": "partner"},
            {"never_contact": random.random() < 0.5},
            {"merged_into": random.choice("xyz")},
            {"removed": True},
        ]
    )
    return person(moment, random.choice("abc"), envelope=envelope, **said)


def counted_symptoms(random: Random) -> dict[str, int] | None:
    if random.random() < 0.5:
        return None
    return {name: random.choice([0, 0, 1, 4]) for name in random.sample(["binge", "purge", "restrict"], 2)}


def ids_used_again(random: Random, name: str, moment: float, mood: int) -> list[AnyEvent]:
    """Now and then, other content under the name of an event that was there."""
    events = []
    if random.random() < 0.05:
        events.append(check_in(moment + random.choice([0, 0.4]), mood, id=name))
    if random.random() < 0.05:
        events.append(an_entry(random, moment + random.choice([0, 0.4]), id=name))
    if random.random() < 0.05:
        events.append(safety(moment + random.choice([0, 0.4]), id=name))
    return events


def a_history(random: Random, days: int) -> list[AnyEvent]:
    """One patient who travels: days busy or empty, low or high, and ids that were used twice now and then."""
    events: list[AnyEvent] = []
    low = quiet = False
    for day in range(days):
        low ^= random.random() < 0.1
        quiet ^= random.random() < (0.2 if quiet else 0.05)
        if quiet:
            events += signs_of_a_phone(random, day)
            continue
        for slot in random.sample(range(24), random.choice([0, 1, 2, 4])):
            moment, offset = day + slot / 24 + random.choice([0, 1e-11]), random.choice(OFFSETS)
            mood = random.randint(0, 4) if low else random.randint(4, 10)
            history = random.random() < 0.1
            said = check_in(moment, mood, offset=offset, history=history, symptoms=counted_symptoms(random))
            events.append(said)
            if slot % 5 == 0:
                events.append(a_quarrel(random, moment, offset))
            if slot % 9 == 0:
                events.append(an_entry(random, moment, offset=offset))
            if random.random() < 0.05:
                events.append(life_event(moment, "2025-06-20", random.choice(["bereavement", "move"]), offset=offset))
            if slot % 11 == 0:
                events.append(phq9(moment, random.randint(0, 24), random.randint(0, 3), offset=offset))
            events += [heartbeat(moment + 0.01, offset=offset)] * (slot % 7 == 0)
            events += [prompt(moment - 0.01, offset=offset)] * (slot % 4 == 0)
            events += ids_used_again(random, said.id, moment, 10 - mood)
            if random.random() < 0.3:
                events.append(a_linked_interaction(random, moment, offset))
        events += some_care(random, day, days)
    return events


def signs_of_a_phone(random: Random, day: int) -> list[AnyEvent]:
    """A day on which nothing is answered, though the phone may be alive and ask."""
    moments = [day + random.random() for _ in range(random.choice([0, 0, 2]))]
    offset = random.choice(OFFSETS)
    return [random.choice([heartbeat, prompt])(moment, offset=offset) for moment in moments]


def a_linked_interaction(random: Random, moment: float, offset: int) -> AnyEvent:
    data = {"person_id": random.choice("ab"), "kind": "conflict", "valence": -1}
    data |= {"problem_area": random.choice(["grief", "grief", "role_dispute"]), "strategy_id": random.choice("st")}
    if random.random() < 0.7:
        data["strategy_helped"] = random.randint(0, 10)
    return event(raw("interaction.v1", moment, data, offset=offset, id=f"linked-{moment}"))


def some_care(random: Random, day: int, days: int) -> list[AnyEvent]:
    """What a clinic might send on a day, much of it in an order that nothing can follow from; one instant for some."""
    events: list[AnyEvent] = []

    def when() -> tuple[float, int]:
        return day + random.choice([0.3, 0.3, random.random()]), random.choice(OFFSETS)

    if random.random() < 0.15:
        moment, offset = when()
        closing = {"closed_on": max(days, 15) - 5, "outcome": "completed"} if random.random() < 0.1 else {}
        areas = random.choice([["grief"], ["role_dispute"], ["role_transition"], []])
        agreed = {"problem_areas": areas, "care_team": random.choice([None, "north", "south"])}
        events.append(opened(moment, on=random.randint(0, 9), offset=offset, **agreed, **dated(closing)))
    for kind, data in (
        ("phase", {"phase": random.choice(["initial", "middle", "termination"]), "starts_on": random.randint(0, days)}),
        ("goal", {"goal_id": random.choice("gh"), "what": random.choice(["set", "met", "dropped"])}),
        ("goal", {"goal_id": random.choice("gh"), "what": "rated", "rating": random.randint(0, 10)}),
        ("strategy", {"strategy_id": "s", "what": "set", "goal_id": "g", "replaces_pattern": "silence"}),
        ("strategy", {"strategy_id": "s", "what": random.choice(["rated"]), "rating": random.randint(0, 10)}),
        ("session", {"session_id": f"s{day // 3}", "status": random.choice(STATUSES), "on": random.randint(0, days)}),
        ("session", {"session_id": f"s{day // 3}", "status": "held", "on": day, "group_id": random.choice("xy")}),
        ("membership", {"group_id": random.choice("xy"), "joined_on": random.randint(0, days)}),
        ("membership", {"group_id": "x", "joined_on": 0} | ({"left_on": day} if random.random() < 0.2 else {})),
        ("session", {"session_id": f"x{day}", "status": "held", "on": max(0, day - 3), "group_id": "x"}),
    ):
        if random.random() < 0.15:
            moment, offset = when()
            events.append(clinic(kind, moment, offset=offset, **data))
    return events


def dated(data: dict[str, object]) -> dict[str, object]:
    return {name: date_of(value) if isinstance(value, int) else value for name, value in data.items()}


def arrival(random: Random, events: Sequence[AnyEvent]) -> list[list[AnyEvent]]:
    """Batches in which `events` arrive: each up to 13 days late, some of them twice."""
    latest = random.choice([0.0, 1.0, 13.0])
    arriving = sorted(events, key=lambda event: event.time + timedelta(days=random.uniform(0, latest)))
    for at in range(len(arriving) - 1, -1, -1):
        if random.random() < 0.05:
            arriving.insert(at, arriving[at])
    batches: list[list[AnyEvent]] = [[]]
    cut = random.choice([0.02, 0.3, 1.0])
    for arrived in arriving:
        batches[-1].append(arrived)
        if random.random() < cut:
            batches.append([])
    return batches


def run(batches: Sequence[Sequence[AnyEvent]]) -> tuple[Record, int]:
    record, late = EMPTY, 0
    for batch in batches:
        result = analyse("p-1", record, batch, BY_PHASE, closes=None, now=0)
        record, late = result.record, late + result.late
    return record, late


def links(state: State) -> object:
    return read(state.links, link_items(state.open), LinkPopulation(), "p-1", same_person(state))


def to_groups(state: State) -> list[MemberSignal]:
    return member_signals("p-1", replace(EMPTY, state=state))[1]


def in_order(events: Sequence[AnyEvent]) -> list[AnyEvent]:
    return sorted(events, key=lambda event: (event.time, event.mark()))


@settings(QUICK, max_examples=100)
@given(SEEDS, DAYS)
def test_arrival_leaves_no_trace(seed: int, days: int) -> None:
    random = Random(seed)
    events = a_history(random, days)
    expected, _ = run([in_order(events)])
    for _ in range(2):
        record, late = run(arrival(random, events))
        assert late == 0
        assert packed(record.state) == packed(expected.state)
        assert standing_findings(record.state, "p-1", BY_PHASE) == standing_findings(expected.state, "p-1", BY_PHASE)
        assert links(record.state) == links(expected.state)
        assert to_groups(record.state) == to_groups(expected.state)


@settings(QUICK, max_examples=50)
@given(SEEDS, DAYS)
def test_points_are_those_of_the_events_whatever_the_batches(seed: int, days: int) -> None:
    random = Random(seed)
    by_id = {event.mark(): event for event in a_history(random, days)}
    events = list(by_id.values())
    points: list[str] = []
    record = EMPTY
    for batch in arrival(random, events):
        result = analyse("p-1", record, batch, POLICY, closes=None, now=0)
        record, points = result.record, [*points, *result.points]
    whole = analyse("p-1", EMPTY, in_order(events), POLICY, closes=None, now=0)
    assert sorted(points) == sorted(whole.points)


@settings(QUICK, max_examples=50)
@given(SEEDS, DAYS)
def test_rehearse_knows_no_order_and_no_copies(seed: int, days: int) -> None:
    random = Random(seed)
    events = a_history(random, days)
    conflicts = len({(event.mark(), event.fingerprint()) for event in events}) - len({e.mark() for e in events})
    lines = [event.to_json() for event in events]
    later = [event.model_copy(update={"receivedat": event.time + timedelta(days=1)}).to_json() for event in events]
    mixed = lines + later
    random.shuffle(mixed)
    once, again = rehearse(lines, POLICY), rehearse(mixed, POLICY)
    assert (again.alerts, again.links, again.points) == (once.alerts, once.links, once.points)
    assert (again.events, Counter(again.rejected)) == (once.events, Counter(once.rejected))
    assert once.rejected.count(Rejection("id", "other content stands under this identity")) == conflicts


def care_of_a_long_history(day: int) -> list[AnyEvent]:
    """One episode after the other, each with its ending, and a group that meets every week."""
    if day % 7 == 3:
        return [clinic("session", day, episode_id=f"ep-{day // 140 * 140}", session_id=f"s-{day}", status="held",
                       on=day, group_id="x")]  # fmt: skip
    if day == 1:
        return [clinic("membership", day, group_id="x", joined_on=0)]
    if day % 140 == 0:
        return [opened(day, episode=f"ep-{day}", closed_on=date_of(day + 139), outcome="completed")]
    if day % 140 == 70:
        return [clinic("phase", day + 0.1, episode_id=f"ep-{day - 70}", phase="termination", starts_on=day)]
    return []


def people_of_a_long_history(random: Random, day: int, mood: int) -> list[AnyEvent]:
    """Spells of quarrels and binges, people who come closer and go, and losses."""
    events: list[AnyEvent] = []
    if day % 90 > 80:
        events.append(interaction(day + 0.65, person="b", stage=random.choice([None, "renegotiation", "impasse"])))
        events.append(check_in(day + 0.7, mood, symptoms={"binge": 2}))
    elif day % 3 == 0:
        events.append(check_in(day + 0.7, mood, symptoms={"binge": 0, "purge": day % 2}))
    if day % 50 == 0:
        events.append(person(day + 0.3, random.choice("abc"), ring=random.randint(1, 4)))
        events.append(life_event(day + 0.3, "2025-11-03"))
    if day % 70 == 0:
        events.append(interaction(day + 0.4, kind=random.choice(["violence", "loss"])))
    return events


def a_long_history(seed: int, days: int = 420) -> list[AnyEvent]:
    """A year and more with low spells, a questionnaire a week and someone to quarrel with."""
    random = Random(seed)
    events: list[AnyEvent] = []
    for day in range(days):
        mood = 3 if day // 40 % 3 == 2 else 7
        for slot in random.sample(range(8, 22), 2):
            offset = random.choice([60, 120])
            events.append(check_in(day + slot / 24, max(0, min(10, round(random.gauss(mood, 1.2)))), offset=offset))
        if day % 7 == 0:
            events.append(phq9(day + 0.9, 16 if mood == 3 else 6))
        if random.random() < 0.2:
            events.append(interaction(day + 0.5, person=random.choice("abc")))
        if random.random() < 0.5:
            data = {"person_id": "a", "kind": "conflict", "valence": -1, "problem_area": AREAS[day // 60 % 2]}
            events.append(event(raw("interaction.v1", day + 0.6, data)))
        events += care_of_a_long_history(day)
        events += people_of_a_long_history(random, day, mood)
    return in_order(events)


@pytest.mark.parametrize("size", [1, 50])
def test_a_history_longer_than_what_is_kept_alarms_the_same_in_one_go_and_in_batches(size: int) -> None:
    events = a_long_history(seed=size)
    batches = [events[first : first + size] for first in range(0, len(events), size)]
    record = EMPTY
    signals: list[AlertSignal] = []
    for batch in batches:
        result = analyse("p-1", record, batch, POLICY, closes=None, now=0)
        record, signals = result.record, [*signals, *result.signals]
    whole = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0)
    assert packed(record.state) == packed(whole.record.state)
    assert {signal.change for signal in signals} == {"raised"}
    in_time = sorted(signals, key=lambda signal: (signal.raised_at, signal.alert_id))
    assert in_time == list(whole.signals)
    assert len([signal for signal in signals if signal.rule == "deterioration.mood"]) >= 3
    assert len([signal for signal in signals if signal.rule == "deterioration.reliable"]) >= 3
    assert len([signal for signal in signals if signal.rule == "focus.drift"]) >= 3
    assert len([signal for signal in signals if signal.rule == "ending.reaction"]) >= 2
    for rule in ("relationship.worsening", "symptoms.eating"):
        assert len([signal for signal in signals if signal.rule == rule]) >= 3, rule
    [in_batches], [at_once] = to_groups(record.state), to_groups(whole.record.state)
    assert in_batches == at_once
    assert sum(row.judged_at is not None for row in in_batches.sessions) == 59
    assert len(record.state.days) < 240
    assert sum(map(len, pack(record))) < 40_000


def test_a_report_that_gives_way_to_another_event_unjudges_the_day_before() -> None:
    report, instead = sorted(
        (check_in(40, 5, id="same"), safety(40.1, id="same")), key=lambda e: e.fingerprint(), reverse=True
    )
    before = [check_in(day, 5) for day in range(38)]
    states = [run([before, [a], [b]])[0].state for a, b in ((report, instead), (instead, report))]
    assert packed(states[0]) == packed(states[1])


def test_an_import_that_makes_the_habit_begin_later_judges_what_was_judged_before_it_again() -> None:
    heard = [check_in(day + 0.5, 5) for day in range(20)] + [heartbeat(day + 0.6) for day in range(1, 20)]
    events = [*in_order(heard), check_in(23, 5), check_in(24, 5, history=True)]
    apart, together = run([[event] for event in events])[0].state, run([events])[0].state
    assert together.silences
    assert apart.silences == together.silences
    assert run([events[:-1]])[0].state.silences != together.silences


def test_the_first_day_is_that_of_the_first_report_even_when_the_next_one_is_a_day_earlier_elsewhere() -> None:
    east, west, much_later = check_in(0.5, 5, offset=840), check_in(0.6, 5, offset=-720), check_in(40, 5)
    together = run([[east, west, much_later]])[0].state
    apart = run([[east, west], [check_in(14.55, 5)], [much_later]])[0].state
    assert together.first_day == apart.first_day


def test_of_two_contents_under_one_identity_the_same_one_stands_in_any_order() -> None:
    one, other = check_in(3, 2, id="same"), check_in(4, 9, id="same")
    states = [run([[a], [b]])[0].state for a, b in ((one, other), (other, one))]
    assert packed(states[0]) == packed(states[1])
    assert [entry.mood for entry in states[0].open if isinstance(entry, MoodEntry)] in ([200], [900])


def test_one_id_from_two_sources_is_two_events() -> None:
    record, _ = run([[check_in(3, 2, id="same", source="app/1"), check_in(3, 2, id="same", source="app/2")]])
    assert [day.n for day in record.state.days] == [2]


def test_a_replay_after_a_crash_marks_nothing_late() -> None:
    events = [check_in(day, 5) for day in range(30)]
    once = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0)
    again = analyse("p-1", once.record, events, POLICY, closes=None, now=0, replayed=30)
    assert again.late == 0
    assert set(again.points) <= set(once.points)
    assert again.record.state == once.record.state
