from datetime import UTC, date, datetime, timedelta

import pytest

from schemas.alerts import Finding, Severity
from streams.core.compare import pairs

START = datetime(2026, 6, 1, tzinfo=UTC)


def alert(name: str, raised: int, since: int, *, rule: str = "deterioration.mood", **evidence: str) -> Finding:
    return Finding(
        alert_id=name,
        patient="p-1",
        rule=rule,
        severity=Severity.HIGH,
        raised_at=START + timedelta(days=raised),
        since=(START + timedelta(days=since)).date(),
        evidence=dict(evidence),
    )


def names(old: list[Finding], new: list[Finding]) -> list[tuple[str | None, str | None]]:
    return [(pair.old and pair.old.alert_id, pair.new and pair.new.alert_id) for pair in pairs(old, new)]


def test_one_name_is_one_occurrence_and_days_in_common_make_one() -> None:
    assert names([alert("a", 20, 10)], [alert("a", 20, 10)]) == [("a", "a")]
    assert names([alert("a", 20, 10)], [alert("b", 12, 8)]) == [("a", "b")]
    assert names([alert("a", 20, 10)], [alert("b", 9, 8)]) == [(None, "b"), ("a", None)]


@pytest.mark.parametrize(("raised", "one"), [(34, True), (35, False)])
def test_they_are_raised_within_14_days_of_one_another(raised: int, one: bool) -> None:
    assert (len(pairs([alert("a", 20, 10)], [alert("b", raised, 15)])) == 1) is one


@pytest.mark.parametrize("other", [{"rule": "silence"}, {"instrument": "PHQ-9"}])
def test_another_rule_or_measure_is_another_occurrence(other: dict[str, str]) -> None:
    assert len(pairs([alert("a", 20, 10)], [alert("b", 20, 10, **other)])) == 2


def test_each_alert_is_used_once_and_its_own_name_comes_first() -> None:
    old, new = [alert("a", 20, 10), alert("b", 24, 18)], [alert("b", 21, 18)]
    assert names(old[1:], new) == [("b", "b")]
    assert names([alert("a", 20, 10)], [alert("c", 20, 10), alert("a", 23, 10)]) == [(None, "c"), ("a", "a")]
    assert len(pairs(old, new)) == 2


def test_a_pair_says_how_much_sooner_it_is() -> None:
    [pair] = pairs([alert("a", 20, 10)], [alert("b", 17, 12)])
    assert pair.sooner == timedelta(days=3)
    assert pair.alert.since == date(2026, 6, 13)
    assert pairs([alert("a", 20, 10)], [])[0].sooner == timedelta(0)
