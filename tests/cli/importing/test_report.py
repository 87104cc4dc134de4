from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from streams.cli.importing.mapping import Mapping
from streams.cli.importing.plan import Plan, read_plan
from streams.cli.importing.report import Report, show


@pytest.fixture
def plan(csv_file: Path, mapping: Mapping, newest: datetime) -> Plan:
    return read_plan(csv_file, mapping, newest=newest)


def shown(report: Report) -> str:
    text = StringIO()
    show(report, Console(file=text, width=200))
    return text.getvalue()


def test_answered_reports_are_accepted_or_refused(plan: Plan) -> None:
    found = Report(plan, {}).as_json()
    assert (found["rows"], found["answered"]) == (11, 9)
    assert (found["accepted"], found["refused"]) == (5, 4)
    assert found["other_answers"] == [7]
    assert found["events"] == {"check-in.v1": 5, "interaction.v1": 4, "questionnaire.v1": 1}


def test_a_part_may_be_refused_while_its_report_is_accepted(plan: Plan) -> None:
    report = Report(plan, {})
    assert 4 in report.accepted
    assert [(told.part, told.field, told.reason) for told in report.refusals if told.row == 4] == [
        ("interaction event", "event", "outside -3 to 3")
    ]


def test_every_refused_report_is_explained(plan: Plan) -> None:
    report = Report(plan, {})
    assert report.answered - report.accepted <= {refusal.row for refusal in report.refusals}


def test_what_the_gateway_refused_counts_as_refused(plan: Plan) -> None:
    check_in = next(mapped for mapped in plan.events if mapped.row == 2 and mapped.part == "check-in")
    report = Report(plan, {check_in.event.id: "no such patient"})
    assert 2 not in report.accepted
    assert "no such patient" in {refusal.reason for refusal in report.refusals if refusal.row == 2}
    assert "no such patient" in shown(report)


def test_a_mapping_without_check_ins_accepts_by_any_part(csv_file: Path, mapping: Mapping, newest: datetime) -> None:
    bare = mapping.model_copy(update={"check_in": None})
    assert Report(read_plan(csv_file, bare, newest=newest), {}).accepted == {2, 6, 8, 11}


def test_positive_safety_items_are_listed_for_a_clinician(plan: Plan) -> None:
    report = Report(plan, {})
    assert [mapped.row for mapped in report.to_sign_off] == [8]
    assert "1 positive answer to a safety item" in shown(report)
    assert report.to_sign_off[0].event.id in shown(report)


def test_the_shown_report_adds_up(plan: Plan) -> None:
    text = shown(Report(plan, {}))
    assert "answered reports = 5 accepted + 4 refused" in text
    assert "with other answers, but none of glad, sad: no report" in text
