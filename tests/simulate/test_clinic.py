"""Every step of simulated care can follow what was, and adds up to the truth that is told of it."""

from collections import Counter, defaultdict

import orjson

from schemas.events import AnyEvent
from schemas.reading import Accepted, read_event
from schemas.vocabulary import Phase
from streams.core.analyse import analyse
from streams.core.episode import spans
from streams.core.moments import day_date, micros
from streams.core.state import EMPTY, State
from streams.core.therapy import present_with_tries
from streams.simulate.mint import Timed
from streams.simulate.truth import Truth
from tests.core.builders import POLICY
from tests.simulate.samples import END, Made

OF_CARE = {"episode.v1", "phase.v1", "goal.v1", "strategy.v1", "session.v1", "membership.v1", "interaction.v1"}


def events_of(events: list[Timed]) -> list[AnyEvent]:
    read = [read_event(orjson.dumps(event)) for _, event in events if event["type"] in OF_CARE]
    return [one.event for one in read if isinstance(one, Accepted)]


def care_of(events: list[Timed], truth: Truth) -> State:
    analysis = analyse(truth.patient, EMPTY, events_of(events), POLICY, closes=None, now=micros(END))
    assert analysis.refused == []
    assert analysis.conflicting == []
    return analysis.record.state


def test_care_is_legal_and_as_the_truth_says(made: Made) -> None:
    for events, truth in made:
        course = present_with_tries(care_of(events, truth))
        [care] = course.episodes.values()
        became = Counter(known.now.status for known in care.sessions.values())
        assert (became["held"], became["missed"]) == (truth.care.held, truth.care.missed)
        assert sum(known.moved for known in care.sessions.values()) == truth.care.moved
        found = {span.phase: day_date(span.first) for span in spans(care, POLICY.phases)}
        assert found == {Phase(name): first for name, first in truth.care.phases.items()}
        closed = None if care.terms.closed is None else day_date(care.terms.closed)
        assert (closed, care.terms.outcome or None) == (truth.care.closed, truth.care.outcome)
        assert {known.team for known in care.teams} == ({truth.care.care_team} - {None})
        if "middle" in truth.care.phases:
            assert care.agreed[-1].areas == truth.care.areas
            assert set(care.strategies) == {one.strategy for one in truth.care.strategies}
        assert set(course.tried) <= set(care.strategies)


def test_there_is_every_kind_of_care(made: Made) -> None:
    cares = [truth.care for _, truth in made]
    assert {one.modality for one in cares} == {"individual", "group"}
    assert {one.focus for one in cares} == {"depression", "anxiety", "eating_disorder"}
    assert {one.care_team for one in cares} == {None, "groups", "eating", "day-clinic"}
    assert {one.arm for one in cares} == {"ipt", "medication", "combined", "supportive", "other"}
    assert {one.outcome for one in cares} == {None, "completed", "ended_early"}
    assert {phase for one in cares for phase in one.phases} == {"initial", "middle", "termination"}
    assert all(8 <= one.planned <= 20 for one in cares)
    assert any(one.missed for one in cares)
    assert any(one.moved for one in cares)


def test_a_group_meets_on_the_same_days_and_feels_close_or_not_together(made: Made) -> None:
    members: dict[str, list[list[Timed]]] = defaultdict(list)
    for events, truth in made:
        if truth.care.group is not None:
            members[truth.care.group].append(events)
    assert sorted(map(len, members.values())) == [8, 8, 8]
    for group, others in members.items():
        days = Counter()
        for events in others:
            told = [event["data"] for _, event in events if event["type"] == "session.v1"]
            assert all(data["group_id"] == group for data in told)
            days.update(data["on"] for data in told)
            assert all("cohesion" in data and data["skills"] for data in told if data["status"] == "held")
        assert max(days.values()) == 8
        assert min(days.values()) >= 6


def test_a_rupture_sets_several_members_back_in_the_same_week(made: Made) -> None:
    setbacks: dict[str, set[object]] = defaultdict(set)
    for _, truth in made:
        if truth.setback is not None:
            setbacks[truth.care.group or ""].add((truth.setback.since, truth.setback.until))
    assert setbacks
    assert "" not in setbacks
    assert all(len(weeks) == 1 for weeks in setbacks.values())
