"""Alerts are history: what was told once is not told twice, and what no longer holds is taken back."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from schemas.alerts import AlertSignal, Finding, Severity
from schemas.events import AnyEvent
from streams.core.detect import DETECTORS
from streams.core.fold import take_in
from streams.core.moments import DAY, micros
from streams.core.reconcile import reconcile
from streams.core.state import Raised, State
from tests.core.builders import POLICY, START, check_in, opened

RULE = "deterioration.mood"


def finding(since: int, day: int, z: float = 3.0, **fields: object) -> Finding:
    """Raised at the close of `day`; the id follows from `since`, as the detectors do it."""
    given = {
        "alert_id": f"a-{since}",
        "patient": "p-1",
        "rule": RULE,
        "severity": Severity.HIGH,
        "raised_at": START + timedelta(days=day + 1),
        "since": (START + timedelta(days=since)).date(),
        "evidence": {"z": z},
    }
    return Finding.model_validate(given | fields)


class Told:
    """A patient's alerts, as one fold after the other reconciles them."""

    def __init__(self) -> None:
        self.raised: tuple[Raised, ...] = ()
        self._before = State()

    def about(self, day: float, *findings: Finding, history_until: float | None = None) -> list[AlertSignal]:
        """What is said when the newest event is of `day` and these findings stand."""
        after = State(
            newest=micros(START) + round(day * DAY),
            history_until=0 if history_until is None else micros(START) + round(history_until * DAY),
        )
        self.raised, signals = reconcile(
            "p-1", self.raised, findings, DETECTORS, before=self._before, after=after, policy=POLICY
        )
        self._before = after
        return signals


@pytest.fixture
def told() -> Told:
    return Told()


def said(signals: Sequence[AlertSignal]) -> list[tuple[str, str]]:
    return [(signal.change, signal.alert_id) for signal in signals]


def test_a_new_finding_is_raised_with_all_it_knows_under_the_policys_version(told: Told) -> None:
    new = finding(15, 20)
    [signal] = told.about(21, new)
    assert signal.change == "raised"
    assert Finding(**{name: getattr(signal, name) for name in Finding.model_fields}) == new
    assert (signal.policy_version, signal.history) == ("test", False)


def test_the_same_finding_is_raised_once(told: Told) -> None:
    told.about(21, finding(15, 20))
    assert [told.about(day, finding(15, 20)) for day in (21, 22, 40, 60)] == [[], [], [], []]


def test_a_finding_whose_evidence_changed_updates_its_alert(told: Told) -> None:
    told.about(21, finding(15, 20))
    [signal] = told.about(22, finding(15, 20, z=4))
    assert (signal.change, signal.alert_id, signal.evidence) == ("updated", "a-15", {"z": 4})


def test_a_finding_that_was_to_be_known_at_another_moment_updates_its_alert(told: Told) -> None:
    told.about(21, finding(15, 20))
    elsewhere = finding(15, 20).raised_at + timedelta(hours=5)
    [signal] = told.about(22, finding(15, 20, raised_at=elsewhere))
    assert (signal.change, signal.alert_id, signal.raised_at) == ("updated", "a-15", elsewhere)


def test_a_finding_with_days_in_common_keeps_the_alert_it_was_raised_under(told: Told) -> None:
    told.about(21, finding(15, 20))
    assert said(told.about(22, finding(17, 21, z=4))) == [("updated", "a-15")]
    assert said(told.about(23, finding(17, 21, z=4))) == []


def test_the_day_of_the_alarm_itself_is_in_common_and_the_next_is_not(told: Told) -> None:
    told.about(21, finding(15, 20))
    assert said(told.about(29, finding(20, 28, z=4))) == [("updated", "a-15")]
    next_day = Told()
    next_day.about(21, finding(15, 20))
    assert said(next_day.about(29, finding(21, 28))) == [("raised", "a-21"), ("revised", "a-15")]


def test_another_rule_or_instrument_is_another_alert(told: Told) -> None:
    told.about(21, finding(15, 20))
    reliable = [
        finding(15, 20, rule="deterioration.reliable", alert_id=name, evidence={"instrument": name})
        for name in ("PHQ-9", "GAD-7")
    ]
    assert said(told.about(21, finding(15, 20), *reliable)) == [("raised", "PHQ-9"), ("raised", "GAD-7")]


def test_with_another_person_or_of_another_kind_it_is_another_alert(told: Told) -> None:
    about = [
        {"what": what, "person": person} for what, person in (("conflict", "a"), ("violence", "a"), ("conflict", "b"))
    ]
    names = ["quarrel", "violence", "other"]
    found = [
        finding(15, 20, rule="relationship.worsening", alert_id=name, evidence=evidence)
        for name, evidence in zip(names, about, strict=True)
    ]
    assert said(told.about(21, found[0])) == [("raised", "quarrel")]
    assert said(told.about(22, *found)) == [("raised", "violence"), ("raised", "other")]


def test_a_finding_that_no_longer_holds_is_revised_once_and_repeats_no_evidence(told: Told) -> None:
    told.about(21, finding(15, 20))
    [signal] = told.about(22)
    assert (signal.change, signal.alert_id, signal.evidence) == ("revised", "a-15", {})
    assert (signal.raised_at, signal.since) == (finding(15, 20).raised_at, finding(15, 20).since)
    assert told.about(23) == []


def test_a_revised_alert_whose_finding_comes_back_is_updated_and_pages_nobody(told: Told) -> None:
    told.about(21, finding(15, 20))
    told.about(22)
    assert said(told.about(23, finding(15, 20))) == [("updated", "a-15")]
    assert said(told.about(24, finding(15, 20))) == []


def test_a_finding_far_from_the_alert_that_was_taken_back_is_raised_anew(told: Told) -> None:
    told.about(21, finding(10, 11))
    assert said(told.about(31, finding(25, 30))) == [("raised", "a-25"), ("revised", "a-10")]


def test_a_finding_moved_to_an_earlier_day_stays_settled_with_its_alert(told: Told) -> None:
    told.about(21, finding(15, 20))
    assert said(told.about(22, finding(15, 19))) == [("updated", "a-15")]
    newest = [day / 4 for day in range(22 * 4, 80 * 4)]
    assert [signals for day in newest if (signals := told.about(day, finding(15, 19)))] == []


def test_a_finding_that_overlaps_another_standing_ones_alert_pages_nobody(told: Told) -> None:
    told.about(21, finding(15, 20))
    assert told.about(23, finding(15, 20), finding(20, 22)) == []
    assert told.about(24, finding(15, 20), finding(20, 22)) == []


def test_an_alert_goes_back_to_the_finding_of_its_name_when_that_stands_again(told: Told) -> None:
    told.about(31, finding(25, 30))
    assert said(told.about(31, finding(20, 26, z=4))) == [("updated", "a-25")]
    assert said(told.about(32, finding(20, 26, z=4), finding(25, 30))) == [("updated", "a-25")]
    assert said(told.about(33, finding(20, 26, z=4), finding(25, 30))) == []


def test_of_two_alerts_that_overlap_a_finding_the_one_of_its_name_is_its_own(told: Told) -> None:
    told.about(24, finding(15, 20), finding(21, 23))
    assert said(told.about(25, finding(21, 23))) == [("revised", "a-15")]
    wider = finding(21, 23, raised_at=finding(15, 22).raised_at)
    assert said(told.about(26, wider)) == [("updated", "a-21")]


def test_one_alert_id_is_raised_once_in_one_go_too(told: Told) -> None:
    assert said(told.about(60, finding(15, 20), finding(15, 40))) == [("raised", "a-15")]


def test_what_is_settled_is_neither_told_nor_taken_back(told: Told) -> None:
    told.about(21, finding(15, 20))
    told.about(52, finding(15, 20))
    assert told.about(53) == []
    assert told.about(53, finding(2, 3)) == []


def test_alerts_are_forgotten_once_no_finding_can_meet_them(told: Told) -> None:
    told.about(21, finding(15, 20))
    told.about(66, finding(15, 20))
    remembered = [len(told.raised)]
    told.about(66.1, finding(15, 20))
    assert [*remembered, len(told.raised)] == [1, 0]


def test_years_of_history_in_one_go_raise_every_finding(told: Told) -> None:
    years = [finding(day, day + 3) for day in range(20, 700, 10)]
    signals = told.about(703, *years, history_until=703)
    assert [signal.alert_id for signal in signals] == [one.alert_id for one in years]
    assert {(signal.change, signal.history) for signal in signals} == {("raised", True)}


def test_what_is_found_after_the_history_is_no_history(told: Told) -> None:
    signals = told.about(60, finding(15, 20), finding(40, 45), history_until=21)
    assert [signal.history for signal in signals] == [True, False]


@pytest.mark.parametrize(
    ("care", "team"), [((), None), ((opened(5),), None), ((opened(5, care_team="north"),), "north")]
)
def test_an_alert_is_the_matter_of_the_care_team_of_the_episode_that_lasts(
    care: Sequence[AnyEvent], team: str | None
) -> None:
    after = take_in(State(), [*care, check_in(21, 5)])[0]
    _, [signal] = reconcile("p-1", (), [finding(15, 20)], DETECTORS, before=State(), after=after, policy=POLICY)
    assert signal.care_team == team
