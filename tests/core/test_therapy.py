import msgspec
import orjson
import pytest

from schemas.events import AnyEvent
from schemas.vocabulary import Phase
from streams.core.analyse import analyse
from streams.core.entry import TherapyEntry
from streams.core.episode import Course, phase_on
from streams.core.fold import take_in
from streams.core.moments import date_day
from streams.core.packed import pack, unpack
from streams.core.policy import MoodThreshold, Override, PhasePolicy, Policy
from streams.core.state import EMPTY, State
from streams.core.therapy import bears_on, courses_known, newly_refused, present_with_tries
from tests.core.builders import POLICY, START, check_in, clinic, event, fold, interaction, opened, raw

DAY_0 = date_day(START.date())


def tried(day: float, strategy: str = "s", person: str = "a", helped: float | None = None) -> AnyEvent:
    data = {"person_id": person, "kind": "conversation", "valence": 0, "strategy_id": strategy}
    return event(raw("interaction.v1", day, data | ({} if helped is None else {"strategy_helped": helped})))


def tries(*events: AnyEvent, state: State | None = None) -> dict[str, dict[str, tuple[int, int, int]]]:
    course = present_with_tries(take_in(state or State(), events)[0])
    return {
        name: {person: (known.times, known.rated, known.helped) for person, known in by_person.items()}
        for name, by_person in course.tried.items()
    }


def test_tries_are_counted_by_strategy_and_person_and_a_missing_rating_is_no_zero() -> None:
    events = [tried(1, helped=4), tried(2, helped=7.5), tried(3), tried(4, person="b"), tried(5, "t", helped=0)]
    assert tries(*events) == {"s": {"a": (3, 2, 1150), "b": (1, 0, 0)}, "t": {"a": (1, 1, 0)}}


def test_tries_count_once_whether_open_or_passed() -> None:
    events = [tried(day, helped=5) for day in range(40)]
    state = State()
    for said in events:
        state = fold(said, state=state)
    assert state == fold(*events)
    assert tries(state=state) == {"s": {"a": (40, 40, 20_000)}}


def test_how_much_it_helped_needs_a_strategy() -> None:
    data = {"person_id": "a", "kind": "conflict", "valence": 0, "problem_area": "grief", "strategy_helped": 9}
    [known] = take_in(State(), [event(raw("interaction.v1", 1, data))])[0].open
    assert isinstance(known, TherapyEntry)
    assert (known.area, known.strategy, known.helped) == ("grief", "", None)
    assert tries(event(raw("interaction.v1", 1, data))) == {}


def test_an_interaction_without_therapy_is_kept_as_before() -> None:
    [known] = take_in(State(), [interaction(1)])[0].open
    assert not isinstance(known, TherapyEntry)


def test_nothing_private_is_kept_of_the_clinics_events() -> None:
    sealed = {"key": "1", "text": "Y2FuYXJ5"}
    said = [opened(0), clinic("goal", 1, goal_id="g", what="set", label=sealed, id="x")]
    said += [
        clinic(
            "strategy", 2, strategy_id="s", what="set", goal_id="g", replaces_pattern="silence", label=sealed, id="y"
        )
    ]
    record = analyse("p-1", EMPTY, [*said, check_in(40, 5)], POLICY, closes=None, now=0).record
    for kept in (record, take_in(State(), said)[0]):
        assert b"Y2FuYXJ5" not in msgspec.msgpack.encode(kept)
    assert unpack(*pack(record)) == record


def test_what_is_set_aside_is_the_event_or_of_an_older_one_its_name() -> None:
    rating = clinic("goal", 5, goal_id="g", what="rated", rating=7, id="r", offset=60)
    state, _ = take_in(State(), [opened(0), clinic("goal", 4, goal_id="g", what="set"), rating])
    dropped = clinic("goal", 4.5, goal_id="g", what="dropped")
    unknown = clinic("strategy", 6, strategy_id="s", what="dropped")
    after, taken = take_in(state, [dropped, unknown])
    older, newer = newly_refused(state, after, taken.new)
    assert orjson.loads(older.raw) == {
        "type": "goal.v1",
        "source": "app/1",
        "id": "r",
        "time": "2026-06-06T01:00:00+01:00",
    }
    assert older.reason == "the goal was dropped"
    assert (newer.raw, newer.reason) == (unknown.to_json(), "the strategy was not set yet")
    assert newly_refused(after, after, []) == []


def test_a_phase_told_later_changes_no_day_that_was_over_everywhere() -> None:
    told = clinic("phase", 10, phase="middle", starts_on=2)
    course = courses_known(take_in(State(), [opened(0), told])[0])
    known = [phase_on(course(DAY_0 + day), DAY_0 + day, PhasePolicy()) for day in (-1, 0, 7, 8, 9, 10)]
    assert known == [None, Phase.INITIAL, Phase.INITIAL, Phase.INITIAL, Phase.MIDDLE, Phase.MIDDLE]
    state, taken = take_in(State(), [told])
    assert taken.care_from == bears_on(state.open) == DAY_0 + 9  # type: ignore[arg-type]


def by_phase(thresholds: dict[Phase, float]) -> Policy:
    differ = [Override(phase=phase, mood=MoodThreshold(threshold=one)) for phase, one in thresholds.items()]
    return POLICY.model_copy(update={"overrides": tuple(differ)})


def alarms(thresholds: dict[Phase, float], *care: AnyEvent) -> int:
    moods = [check_in(day + slot, (7 if day < 40 else 5) + 2 * slot) for day in range(60) for slot in (0.3, 0.6)]
    events = sorted([*care, *moods], key=lambda said: said.time)
    return len(analyse("p-1", EMPTY, events, by_phase(thresholds), closes=None, now=0).record.state.alarms)


@pytest.mark.parametrize("phase", [Phase.MIDDLE, Phase.TERMINATION])
def test_mood_is_judged_by_the_threshold_of_its_phase(phase: Phase) -> None:
    care = [opened(0), clinic("phase", 0, phase="initial", starts_on=0)]
    care.append(clinic("phase", 1, phase=phase.value, starts_on=35))
    assert alarms({}, *care) == alarms({}) >= 1
    assert alarms({phase: 100.0}, *care) == 0
    assert alarms({Phase.INITIAL: 100.0}, *care) >= 1
    assert alarms({phase: 100.0}) >= 1


def test_a_phase_that_arrives_late_judges_its_days_again() -> None:
    policy = by_phase({Phase.TERMINATION: 100.0})
    moods = [check_in(day + slot, (7 if day < 40 else 4) + 2 * slot) for day in range(50) for slot in (0.3, 0.6)]
    care = [opened(0), clinic("session", 1, session_id="s", status="held", on=1)]
    before = analyse("p-1", EMPTY, [*care, *moods], policy, closes=None, now=0)
    assert [signal.change for signal in before.signals] == ["raised"]
    late = clinic("phase", 37, phase="termination", starts_on=38)
    after = analyse("p-1", before.record, [late], policy, closes=None, now=0)
    assert {(signal.rule, signal.change) for signal in after.signals} == {
        ("deterioration.mood", "revised"),
        ("ending.reaction", "raised"),
    }


def test_nothing_told_is_an_empty_course() -> None:
    assert present_with_tries(State()) == Course()
