"""What worsens between the patient and somebody: which events raise it, how grave it is and what is said of it."""

from collections.abc import Sequence

import numpy as np
import pytest

from schemas.alerts import AlertSignal, Finding
from schemas.events import AnyEvent
from schemas.vocabulary import InteractionKind, LifeEventKind
from streams.core.analyse import analyse
from streams.core.detect.relationship import RULE
from streams.core.state import EMPTY, Record
from tests.core.builders import POLICY, check_in, event, interaction, life_event, person, raw


def found(*events: AnyEvent) -> list[Finding]:
    """What is said of `events` in one go, as of the newest."""
    in_time = sorted(events, key=lambda one: one.time)
    signals = analyse("p-1", EMPTY, in_time, POLICY, closes=None, now=0).signals
    return [signal for signal in signals if signal.rule == RULE]


def heard(days: int) -> list[AnyEvent]:
    return [check_in(day + 0.9, 5) for day in range(days)]


def test_violence_is_high_hidden_and_asks_for_a_safe_contact_first() -> None:
    [finding] = found(interaction(3.5, "b", "violence", offset=120, id="i-1"))
    assert (finding.rule, finding.severity, str(finding.since)) == (RULE, "high", "2026-06-04")
    assert finding.raised_at.isoformat() == "2026-06-04T14:00:00+02:00"
    assert finding.evidence == {
        "what": "violence",
        "person": "b",
        "safe_contact_first": True,
        "hidden_from_patient": True,
        "events": ["i-1"],
    }


def test_a_loss_is_a_warning() -> None:
    [finding] = found(interaction(3.5, "b", "loss", id="i-1"))
    assert finding.severity == "warning"
    assert finding.evidence == {"what": "loss", "person": "b", "events": ["i-1"]}


@pytest.mark.parametrize("kind", InteractionKind)
def test_no_other_single_interaction_raises_anything(kind: InteractionKind) -> None:
    assert bool(found(*heard(3), interaction(3, kind=kind))) == (kind in {"violence", "loss"})


def test_a_bereavement_is_raised_when_it_is_told() -> None:
    [finding] = found(life_event(3.5, "1987-03-02", id="l-1"), life_event(3.6, "2026-06-01", id="l-2"))
    assert (finding.severity, str(finding.since)) == ("warning", "2026-06-04")
    assert finding.evidence == {
        "what": "bereavement",
        "dates": ["1987-03-02", "2026-06-01"],
        "events": ["l-1", "l-2"],
    }


@pytest.mark.parametrize("kind", LifeEventKind)
def test_no_other_life_event_raises_anything(kind: LifeEventKind) -> None:
    assert bool(found(life_event(1, "2026-06-01", kind))) == (kind == "bereavement")


@pytest.mark.parametrize(("stage", "known"), [("renegotiation", 0), ("impasse", 1), ("dissolution", 1)])
def test_a_dispute_that_moves_on_is_a_warning(stage: str, known: int) -> None:
    moved = found(interaction(1, "b", stage="renegotiation"), interaction(2, "b", stage=stage, id="i-2"))
    assert len(moved) == known
    for finding in moved:
        assert finding.severity == "warning"
        assert finding.evidence == {
            "what": f"dispute_{stage}",
            "person": "b",
            "stage_before": "renegotiation",
            "stage": stage,
            "events": ["i-2"],
        }


def test_an_inventory_entry_moves_a_dispute_too() -> None:
    [finding] = found(
        person(1, dispute_stage="renegotiation"), person(9, dispute_stage="impasse", envelope={"id": "e-9"})
    )
    assert (finding.raised_at, finding.evidence["events"]) == (person(9).time, ["e-9"])


def test_violence_on_the_day_of_a_quarrel_that_was_raised_is_an_alert_of_its_own() -> None:
    told = analyse("p-1", EMPTY, [interaction(3.1, stage="impasse")], POLICY, closes=None, now=0)
    after = analyse("p-1", told.record, [interaction(3.2, kind="violence")], POLICY, closes=None, now=0)
    assert [(one.change, one.severity, one.evidence["what"]) for one in after.signals] == [
        ("raised", "high", "violence")
    ]


def test_violence_again_that_day_updates_and_on_the_next_day_is_raised_again() -> None:
    record, changes = EMPTY, []
    for day in (3.1, 3.2, 4.1):
        result = analyse("p-1", record, [interaction(day, kind="violence")], POLICY, closes=None, now=0)
        record = result.record
        changes.append([signal.change for signal in result.signals])
    assert changes == [["raised"], ["updated"], ["raised"]]


def test_removing_somebody_hides_nothing() -> None:
    told = [person(1, "b", removed=True), interaction(2, "b", "violence")]
    assert len(found(*told)) == 1


ONCE_A_WEEK = [interaction(7 * week + 0.5, "b", id=f"w-{week}") for week in range(8)]


def daily(first: int, days: int, who: str = "b") -> list[AnyEvent]:
    return [interaction(first + day + 0.5, who, id=f"{who}-{first + day}") for day in range(days)]


def rises(*events: AnyEvent) -> list[Finding]:
    return [finding for finding in found(*events) if finding.evidence["what"] == "conflict"]


def test_a_quarrel_a_week_for_a_year_is_a_habit() -> None:
    assert rises(*heard(365), *(interaction(7 * week + 0.5, "b") for week in range(52))) == []


def test_conflicts_with_one_person_rise() -> None:
    [finding] = rises(*heard(70), *ONCE_A_WEEK, *daily(56, 8))
    assert (finding.severity, str(finding.since)) == ("warning", "2026-07-20")
    assert finding.raised_at == interaction(62.5).time
    assert finding.evidence == {
        "what": "conflict",
        "person": "b",
        "recent": {"count": 8, "days": 14},
        "before": {"count": 7, "days": 49},
        "chance": finding.evidence["chance"],
        "events": ["w-7", *(f"b-{day}" for day in range(56, 63))],
    }
    assert 0 < float(str(finding.evidence["chance"])) < POLICY.relationship.chance


def test_as_many_spread_over_several_people_are_no_rise_with_one() -> None:
    spread = [interaction(56 + day + 0.5, f"p{day % 4}") for day in range(8)]
    assert rises(*heard(70), *spread) == []


def test_two_ids_of_one_person_are_counted_together() -> None:
    told = [*heard(70), *ONCE_A_WEEK, *daily(56, 2), *daily(58, 6)[1::2], *daily(58, 6, "c")[::2]]
    assert rises(*told) == []
    [finding] = rises(*told, person(69, "c", merged_into="b"))
    assert (finding.evidence["recent"], finding.evidence["person"]) == ({"count": 8, "days": 14}, "c")
    assert rises(*told, person(69, "c", merged_into="b"), person(69.5, "c")) == []


@pytest.mark.parametrize(("days", "known"), [(20, 0), (21, 1)])
def test_three_weeks_of_habit_are_needed(days: int, known: int) -> None:
    assert len(rises(*heard(days + 14), *daily(days, 14))) == known


def test_three_days_of_conflict_after_none_may_be_chance_and_four_are_a_rise() -> None:
    days = heard(100)
    assert [len(rises(*days, *daily(80, conflicts))) for conflicts in (2, 3, 4)] == [0, 0, 1]


def test_many_conflicts_of_one_day_are_no_rise() -> None:
    assert rises(*heard(100), *(interaction(80 + hour / 24) for hour in range(10))) == []


def test_a_spell_is_told_once_and_the_next_one_again() -> None:
    assert len(rises(*heard(250), *daily(60, 20), *daily(200, 20))) == 2


def test_a_silent_month_before_is_no_quiet_month() -> None:
    weekly = [event for week in range(20) for event in (check_in(7 * week, 5), interaction(7 * week + 0.5, "b"))]
    busy = [event for day in range(7) for event in (check_in(140 + day, 5), interaction(140 + day + 0.5, "b"))]
    assert rises(*weekly, *busy) == []


def test_nothing_that_was_said_is_in_the_evidence() -> None:
    note = {"key": "k1", "text": "c2VhbGVk"}
    told = event(raw("interaction.v1", 3, {"person_id": "b", "kind": "violence", "valence": -3, "note": note}))
    assert "c2VhbGVk" not in found(told)[0].model_dump_json()


def signals_of(events: Sequence[AnyEvent], size: int) -> list[AlertSignal]:
    record: Record = EMPTY
    signals: list[AlertSignal] = []
    for first in range(0, len(events), size):
        result = analyse("p-1", record, events[first : first + size], POLICY, closes=None, now=0)
        record, signals = result.record, [*signals, *result.signals]
    return signals


def test_a_finding_that_was_told_is_never_told_again_while_time_goes_on() -> None:
    told = [*ONCE_A_WEEK, *daily(56, 8), interaction(60.1, "c", "violence"), life_event(61, "2020-01-01")]
    events = sorted([*heard(250), *told, person(62, dispute_stage="renegotiation")], key=lambda one: one.time)
    changes = [(one.change, one.evidence["what"]) for one in signals_of(events, 1) if one.rule == RULE]
    assert changes == [("raised", "violence"), ("raised", "bereavement"), ("raised", "conflict")]


@pytest.mark.slow
@pytest.mark.parametrize("mean", [0.1, 0.3, 1.0])
@pytest.mark.parametrize("clustered", [False, True])
def test_chance_alone_raises_less_than_one_in_two_patient_years(mean: float, clustered: bool) -> None:
    """Conflicts with one person, so many a day on the mean, logged on four days of five."""
    random = np.random.default_rng(7)
    years, false = 30, 0
    for _ in range(years):
        means = random.gamma(0.7, mean / 0.7, 365) if clustered else np.full(365, mean)
        logged = np.where(random.random(365) < 0.8, random.poisson(means), -1)
        events = [check_in(day + 0.9, 5) for day in range(365) if logged[day] >= 0]
        events += [interaction(day + n / 100) for day in range(365) for n in range(logged[day])]
        false += len(rises(*events))
    assert false / years <= 0.5
