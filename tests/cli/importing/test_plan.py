from datetime import datetime
from pathlib import Path

import pytest

from streams.cli.importing.mapping import Mapping
from streams.cli.importing.plan import header, read_plan
from streams.errors import Misconfigured


def test_each_patients_events_come_in_order_of_time(csv_file: Path, mapping: Mapping, newest: datetime) -> None:
    lines = csv_file.read_text().splitlines()
    csv_file.write_text("\n".join([lines[0], *reversed(lines[1:])]))
    events = [mapped.event for mapped in read_plan(csv_file, mapping, newest=newest).events]
    assert events == sorted(events, key=lambda event: (event.subject, event.time, event.id))
    assert len(events) == len({event.id for event in events}) == 10


def test_rows_carry_the_number_of_their_line(csv_file: Path, mapping: Mapping, newest: datetime) -> None:
    assert [row.number for row in read_plan(csv_file, mapping, newest=newest).rows] == list(range(2, 13))


def test_the_second_row_of_one_moment_is_refused(csv_file: Path, mapping: Mapping, newest: datetime) -> None:
    refusals = [refusal for row in read_plan(csv_file, mapping, newest=newest).rows[7:] for refusal in row.refusals]
    assert [(refusal.row, refusal.reason) for refusal in refusals] == [
        (9, "outside 1 to 7"),
        (10, "outside 1 to 7"),
        (10, "a copy of line 9"),
        (11, "not a number"),
        (12, "the same person and time as line 11"),
    ]


def test_a_missing_column_is_named(csv_file: Path, mapping: Mapping, newest: datetime) -> None:
    csv_file.write_text(csv_file.read_text().replace("worry", "wory"))
    with pytest.raises(Misconfigured, match="no column worry, which mapping made-up reads"):
        read_plan(csv_file, mapping, newest=newest)


def test_rows_that_are_short_or_long_are_read_as_far_as_they_go(
    csv_file: Path, mapping: Mapping, newest: datetime
) -> None:
    csv_file.write_text(csv_file.read_text().splitlines()[0] + "\na,0,1,1,4,2\na,0,1,2,4,2,3,2,NA,NA,extra,more\n")
    plan = read_plan(csv_file, mapping, newest=newest)
    assert [mapped.part for mapped in plan.events] == ["check-in", "interaction event", "check-in"]


def test_a_byte_order_mark_is_no_part_of_a_column(csv_file: Path) -> None:
    csv_file.write_text("\ufeff" + csv_file.read_text(), encoding="utf-8")
    assert "who" in header(csv_file)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00bad"])
def test_a_file_that_is_no_csv(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(Misconfigured, match=r"bad\.csv"):
        header(file)
