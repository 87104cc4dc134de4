from datetime import date, timedelta
from math import inf, nextafter

import pytest

from schemas.alerts import Finding, Severity
from schemas.groups import MemberSignal, Span
from schemas.vocabulary import SessionStatus
from streams.core.detect.fall import Usual, fall
from streams.core.group.detect import findings, worsened
from streams.core.ids import hashed_id
from streams.core.policy import GroupPolicy, Override, Policy
from tests.core.builders import POLICY
from tests.core.group.members import GROUP, OVER, SESSION, attended, member, members, sums

WORSE, WELL = 4.0, 7.0


def found(told: list[MemberSignal], policy: Policy = POLICY) -> dict[date, Finding]:
    return findings(GROUP, told, policy)


@pytest.mark.parametrize(("worse", "of", "stands"), [(2, 8, False), (3, 8, True), (3, 4, True), (3, 3, False)])
def test_three_members_must_have_worsened_in_a_group_of_four_or_more(worse: int, of: int, stands: bool) -> None:
    assert bool(found(members(*[WORSE] * worse, *[WELL] * (of - worse)))) is stands


def test_the_finding_says_how_many_of_how_many_and_nobody_by_name() -> None:
    [finding] = found(members(WORSE, WORSE, WORSE, WELL, WELL)).values()
    assert (finding.rule, finding.severity, finding.patient) == ("group.deterioration", Severity.WARNING, GROUP)
    assert (finding.since, finding.raised_at, finding.of_group) == (SESSION, OVER, True)
    assert finding.alert_id == hashed_id(GROUP, "group.deterioration", "2026-07-15")
    assert finding.evidence == {
        "group": GROUP, "session": "2026-07-15", "worse": 3, "judged": 5, "members": 5, "change": -1.8,
    }  # fmt: skip
    assert "p-" not in finding.model_dump_json()


@pytest.mark.parametrize("judged", [3, 4])
def test_no_figure_tells_of_fewer_than_four(judged: int) -> None:
    told = [*members(*[WORSE] * judged), *(member(f"q-{at}") for at in range(3))]
    [finding] = found(told).values()
    assert finding.evidence.keys() >= {"worse", "members"}
    assert ("change" in finding.evidence, "judged" in finding.evidence) == (judged == 4, judged == 4)


def test_it_is_known_when_as_many_as_it_takes_were_known() -> None:
    late = [attended(WORSE, judged_at=OVER + timedelta(hours=hours)) for hours in (9, 1, 5, 3)]
    [finding] = found([member(f"p-{at}", row) for at, row in enumerate(late)]).values()
    assert finding.raised_at == OVER + timedelta(hours=5)


@pytest.mark.parametrize(
    "row",
    [
        attended(WORSE, judged_at=None, before=None, after=None),
        attended(WORSE, on=SESSION + timedelta(days=1)),
        attended(WELL),
        attended(None),
        attended(WORSE, after=sums(2, 0)),
        attended(WORSE, before=sums(7, 9)),
    ],
    ids=["running", "another session", "well", "silent", "two reports after", "seven reports before"],
)
def test_who_does_not_count_as_worse(row: object) -> None:
    told = [*members(WORSE, WORSE, WELL), member("p-9", row)]  # type: ignore[arg-type]
    assert found(told) == {}
    assert found([*members(WORSE, WORSE, WELL), member("p-9", attended(WORSE))]) != {}


def test_who_missed_the_session_or_was_no_member_that_day_does_not_count() -> None:
    """Analysis judges nobody who was not there; a row of another kind has nothing to be judged by."""
    missed = attended(status=SessionStatus.MISSED, before=None, after=None, judged_at=None)
    assert found([*members(WORSE, WORSE, WELL), member("p-9", missed)]) == {}
    gone = (Span(joined_on=date(2026, 6, 1), left_on=SESSION - timedelta(days=1)),)
    assert found([*members(WORSE, WORSE, WELL), member("p-9", attended(WORSE), spans=gone)]) == {}
    assert found([*members(WORSE, WORSE, WORSE), member("p-9", spans=gone)]) == {}


def differing(*overrides: Override) -> Policy:
    return POLICY.model_copy(update={"overrides": overrides})


def test_each_member_is_judged_by_the_threshold_for_their_team() -> None:
    row = attended(WORSE, care_team="north")
    assert row.before
    assert row.after
    before, after = row.before, row.after
    z, _ = fall(after.n, after.total, before.n, before.total, before.squares, Usual.of(POLICY.mood))
    at, above = (
        differing(Override(care_team="north", group=GroupPolicy(threshold=one))) for one in (z, nextafter(z, inf))
    )
    assert (worsened(row, at), worsened(row, above)) == (True, False)
    assert worsened(attended(WORSE, care_team="south"), above) is True
    assert worsened(attended(WORSE), above) is True


def test_of_several_teams_numbers_of_members_the_smallest_counts_so_that_no_member_takes_a_finding_back() -> None:
    policy = differing(Override(care_team="north", group=GroupPolicy(least=2)))
    told = [member(f"p-{at}", attended(WORSE, care_team=team)) for at, team in enumerate(("north", "south"))]
    told += [member(f"w-{at}", attended(WELL)) for at in range(2)]
    assert found(told, policy) != {}
    assert found(told) == {}
    assert found([row for row in told if row.patient != "p-0"] + [member("p-9", attended(WORSE))], policy) == {}
    assert found([*told, member("p-9", attended(WELL, care_team="south"))], policy) != {}


@pytest.mark.parametrize(("reports", "counts"), [(3, True), (2, False)])
def test_three_reports_after_the_session_can_tell(reports: int, counts: bool) -> None:
    assert (worsened(attended(after=sums(reports, 0)), POLICY) is not None) is counts


def test_a_questionnaire_is_enough_without_any_mood() -> None:
    silent = attended(None, score_worse=True)
    assert worsened(silent, POLICY) is True
    assert worsened(attended(None), POLICY) is None
    assert worsened(attended(WELL, score_worse=True), POLICY) is True
    assert found([*members(WORSE, WORSE, WELL), member("p-9", silent)]) != {}


def test_of_two_sessions_on_one_day_one_after_which_the_member_worsened_is_enough() -> None:
    twice = member("p-9", attended(WELL), attended(WORSE, session="s-2"))
    assert found([*members(WORSE, WORSE, WELL), twice])[SESSION].evidence["worse"] == 3


def test_the_threshold_is_the_policys() -> None:
    told = members(5.5, 5.5, 5.5, WELL)

    def at(threshold: float, least: int = 3) -> Policy:
        return POLICY.model_copy(update={"group": GroupPolicy(threshold=threshold, least=least)})

    assert [bool(found(told, at(threshold))) for threshold in (0.5, 5.0)] == [True, False]
    assert [bool(found(told, at(0.5, least))) for least in (3, 4)] == [True, False]


def test_each_session_is_judged_by_itself() -> None:
    next_one = SESSION + timedelta(days=7)
    told = [member(f"p-{at}", attended(WORSE), attended(WELL, on=next_one)) for at in range(4)]
    assert set(found(told)) == {SESSION}
    told = [member(f"p-{at}", attended(WORSE), attended(WORSE, on=next_one)) for at in range(4)]
    assert set(found(told)) == {SESSION, next_one}


@pytest.mark.parametrize("count", range(3, 8))
def test_one_more_member_never_takes_a_finding_back(count: int) -> None:
    told = members(WORSE, WORSE, WORSE, *[WELL] * 5)
    first, more = found(told[: max(4, count)]), found(told)
    assert first.keys() <= more.keys()
