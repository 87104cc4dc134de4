"""Alerts go to the care team that was named last, in the order of the times it was named for."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import ActionKind, Severity
from streams.core.alerts import PatientAlerts, Reason, TeamTold, pack, responsible, unpack
from tests.core.alerts.samples import Life, action, minutes, signal


def told(record: PatientAlerts, *words: tuple[str, int]) -> PatientAlerts:
    for team, at in words:
        record = responsible(record, TeamTold("p1", team, minutes(at))).record
    return record


@given(st.permutations([("north", 0), ("south", 10), ("south", 30), ("east", 30)]))
def test_the_newest_word_stands_whatever_the_order(order: list[tuple[str, int]]) -> None:
    assert told(PatientAlerts(), *order) == told(PatientAlerts(), ("south", 30))


def test_an_alert_takes_the_team_that_is_known_when_it_is_raised_unless_it_brings_its_own() -> None:
    life = Life()
    life.report(signal("a1"))
    life.record = told(life.record, ("north", 0))
    life.report(signal("a2"))
    life.report(signal("a3", care_team="south"))
    assert [case.alert.care_team for case in life.record.cases.values()] == [None, "north", "south"]
    assert unpack(pack(life.record)) == life.record


def test_the_same_word_again_changes_nothing() -> None:
    record = told(PatientAlerts(), ("north", 0))
    again = responsible(record, TeamTold("p1", "north", minutes(0)))
    assert again.record is record
    assert again.reasons == (Reason.TEAM_TOLD,)


@given(st.permutations([("th-1", 0), (None, 20), ("th-2", 10)]))
def test_the_newest_episode_says_whose_patient_it_is_or_that_it_is_nobodys(
    order: list[tuple[str | None, int]],
) -> None:
    record = PatientAlerts()
    for therapist, at in order:
        record = responsible(record, TeamTold("p1", None, minutes(at), therapist)).record
    assert (record.therapist, record.care_team) == (None, None)
    assert responsible(record, TeamTold("p1", "north", minutes(30), "th-3")).record.therapist == "th-3"


def test_the_therapist_who_is_named_is_told_by_the_ways_of_the_word() -> None:
    life = Life()
    high = {"rule": "symptoms.eating", "severity": Severity.HIGH}
    life.report(signal("a1", **high))
    life.record = responsible(life.record, TeamTold("p1", None, minutes(1), "th-7")).record
    life.report(signal("a2", **high), at=40)
    assert [(one.recipient, one.role) for one in life.made] == [("therapist", "therapist"), ("th-7", "therapist")]
    assert unpack(pack(life.record)) == life.record


def test_who_takes_the_patient_over_is_told_when_it_is_their_turn() -> None:
    life = Life()
    life.record = responsible(life.record, TeamTold("p1", None, minutes(0), "th-7")).record
    life.report(signal("a1", rule="symptoms.eating", severity=Severity.HIGH))
    life.act(action(ActionKind.ACKNOWLEDGE, at=1, by="th-7"))
    life.record = responsible(life.record, TeamTold("p1", None, minutes(2), "th-8")).record
    life.wait(until=24 * 60)
    assert life.told == ["th-7", "th-8"]


def test_who_leads_the_group_is_told_of_it_by_the_ways_of_the_word() -> None:
    life = Life()
    worse = {"rule": "group.deterioration", "severity": Severity.WARNING, "patient": "g-1"}
    life.report(signal("a1", **worse))
    life.report(signal("a2", **worse, leader="th-7"), at=40)
    found = [(one.recipient, one.role) for one in life.made]
    assert found == [("group_leader", "group_leader"), ("th-7", "group_leader")]
