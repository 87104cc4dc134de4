from datetime import timedelta

import pytest

from schemas.alerts import ActionKind, Alert, AlertEntry, AlertStatus, Outcome, Severity
from streams.core.alerts.notice import HISTORY
from streams.core.series.alert import alert_points
from tests.core.alerts.samples import NOW, Life, action, signal


def raised(**fields: object) -> Life:
    life = Life()
    life.report(signal(**fields))
    return life


def fields(line: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in line.rsplit(" ", 1)[0].split(" ", 1)[1].split(","))


def test_an_alert_stands_at_the_moment_it_was_raised() -> None:
    [line] = alert_points(raised().alert)
    assert line.startswith('alert,patient=p1,rule=safety.item9 id="a1",raised=1i,open=1i,status="raised",')
    assert int(line.rsplit(" ", 1)[1]) // 1000 == int(NOW.timestamp() * 1_000_000)
    assert (fields(line)["severity"], fields(line)["level"]) == ('"critical"', "3i")
    assert "answer_s" not in fields(line)


def test_two_alerts_of_one_rule_and_moment_stay_two() -> None:
    alert = raised().alert
    times = {alert_points(alert.model_copy(update={"alert_id": f"a{n}"}))[0].rsplit(" ", 1)[1] for n in range(20)}
    assert len(times) > 15


def test_its_life_rewrites_the_same_point() -> None:
    life = raised()
    [before] = alert_points(life.alert)
    life.act(action(ActionKind.ACKNOWLEDGE, at=4, until=NOW + timedelta(hours=8)))
    life.act(action(ActionKind.CLOSE, "x2", at=60, outcome=Outcome.SAFETY_PLAN))
    [after] = alert_points(life.alert, life.alert)
    assert before.split(" ")[0] == after.split(" ")[0]
    assert before.rsplit(" ", 1)[1] == after.rsplit(" ", 1)[1]
    said = fields(after)
    assert (said["open"], said["status"], said["outcome"]) == ("0i", '"closed"', '"safety_plan"')
    assert (said["answer_s"], said["closed_s"]) == ("240.0", "3600.0")


def test_a_refused_action_is_no_answer() -> None:
    life = raised()
    refused = AlertEntry(at=NOW + timedelta(minutes=1), what="acknowledged", who="dr", refused="stale")
    alert = life.alert.model_copy(update={"history": (*life.alert.history, refused)})
    assert "answer_s" not in fields(alert_points(alert)[0])


def test_escalations_are_counted() -> None:
    life = raised()
    life.wait(until=10)
    life.wait(until=20)
    assert fields(alert_points(life.alert)[0])["escalations"] == "2i"


@pytest.mark.parametrize(("lines", "told"), [(HISTORY - 1, True), (HISTORY, False)])
def test_a_history_that_may_have_lost_its_first_answer_tells_none(lines: int, told: bool) -> None:
    answered = AlertEntry(at=NOW + timedelta(minutes=1), what="acknowledged", who="dr")
    first = AlertEntry(at=NOW, what="raised", who="us")
    alert = raised().alert.model_copy(update={"history": (first, *[answered] * (lines - 1))})
    assert ("answer_s" in fields(alert_points(alert)[0])) is told


def test_one_that_moves_leaves_nothing_open_behind() -> None:
    before = raised().alert
    after = before.model_copy(update={"raised_at": NOW + timedelta(hours=2)})
    [here, there] = alert_points(after, before)
    assert fields(here)["raised"] == "1i"
    assert fields(there) == {"raised": "0i", "open": "0i"}
    [stood] = alert_points(before)
    assert there.rsplit(" ", 1)[1] == stood.rsplit(" ", 1)[1] != here.rsplit(" ", 1)[1]


def test_an_alert_about_a_group_is_no_patients() -> None:
    [line] = alert_points(raised(rule="group.deterioration", patient="g-1", severity=Severity.WARNING).alert)
    assert line.startswith("group_alert,group=g-1,rule=group.deterioration ")


def test_an_alert_about_a_rota_is_the_teams() -> None:
    [line] = alert_points(raised(rule="rota.empty", patient="north", severity=Severity.HIGH).alert)
    assert line.startswith("team_alert,team=north,rule=rota.empty ")


def test_no_clinician_and_no_evidence_is_in_it() -> None:
    life = raised(evidence={"canary": "evidence"})
    life.act(action(ActionKind.ACKNOWLEDGE, by="dr-canary", until=NOW + timedelta(hours=1)))
    alert: Alert = life.alert
    assert alert.status is AlertStatus.ACKNOWLEDGED
    assert "canary" not in alert_points(alert)[0]
