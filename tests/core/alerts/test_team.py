"""Alerts go to the care team that was named last, in the order of the times it was named for."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.alerts import PatientAlerts, Reason, TeamTold, pack, responsible, unpack
from tests.core.alerts.samples import Life, minutes, signal


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
