import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.alerts import AlertStatus, Severity
from streams.adapters.local_copy import Record
from streams.console.store import Store
from streams.topics import ALERTS, GROUP_VIEWS, VIEWS
from tests.console.samples import (
    GROUP,
    NOW,
    PATIENT,
    TEAM_LEAD,
    alert,
    fallen_mood,
    group,
    raised,
    record,
    view,
    worse_group,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "console" / "store.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    opened = Store(file)
    opened.start_over("cluster-a", NOW)
    yield opened
    opened.close()


def gone(key: bytes, topic: str, offset: int = 9) -> Record:
    return Record(topic, 0, offset, key, None)


def test_the_newest_record_of_a_key_stands(store: Store) -> None:
    store.apply([record(alert()), record(alert(version=2, status=AlertStatus.CLOSED), 1)], NOW)
    assert store.count_open(TEAM_LEAD) == 0
    assert [known.version for known in store.closed_alerts(TEAM_LEAD)] == [2]


def test_what_is_open_of_a_patient_has_the_worst_first_then_the_newest(store: Store) -> None:
    held = alert(1, status=AlertStatus.ACKNOWLEDGED, holder="dana", history=raised(NOW))
    shown = (
        alert(5, severity=Severity.INFO, history=raised(NOW)),
        alert(2, history=raised(NOW - timedelta(hours=1))),
        held,
        alert(3, severity=Severity.HIGH, imported=True, history=raised(NOW - timedelta(hours=1))),
        alert(4, severity=Severity.HIGH, history=raised(NOW - timedelta(hours=2))),
    )
    closed, anothers = alert(6, status=AlertStatus.CLOSED), alert(7, patient="p-another")
    store.apply([record(one, at) for at, one in enumerate((*shown, closed, anothers))], NOW)
    assert [int(one.alert_id, 16) for one in store.open_alerts_of(PATIENT)] == [1, 2, 3, 4, 5]


def test_a_null_takes_the_key_away(store: Store) -> None:
    store.apply([record(alert()), record(view(), 0)], NOW)
    store.apply([gone(f"{PATIENT}/{1:032x}".encode(), ALERTS), gone(PATIENT.encode(), VIEWS)], NOW)
    assert store.alerts_of(PATIENT) == ()
    assert store.view(PATIENT) is None


def test_offsets_and_records_outlive_the_process(store: Store, file: Path) -> None:
    store.apply([record(alert(), 41, partition=2), record(view(), 7)], NOW)
    again = Store(file)
    assert again.offsets() == {(ALERTS, 2): 42, (VIEWS, 0): 8}
    assert again.copy_of() == ("cluster-a", NOW.timestamp())
    assert (again.alert(f"{1:032x}"), again.view(PATIENT)) == (alert(), view())


@pytest.mark.parametrize("value", [b"", b"{}", b"\xff\xfe", b'{"patient": 3}', b"null"])
@pytest.mark.parametrize("topic", [ALERTS, VIEWS, GROUP_VIEWS])
def test_what_cannot_be_read_is_counted_and_changes_nothing(store: Store, topic: str, value: bytes) -> None:
    store.apply([record(alert()), record(view())], NOW)
    assert store.apply([Record(topic, 0, 5, b"p-1/x", value), Record(topic, 0, 6, None, value)], NOW) == 2
    assert store.offsets()[topic, 0] == 7
    assert (store.alert(f"{1:032x}"), store.view(PATIENT)) == (alert(), view())


def test_an_error_half_way_leaves_records_and_offsets_as_they_were(store: Store) -> None:
    broken = Record(ALERTS, 0, "not a number", None, None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        store.apply([record(alert(), 3), broken], NOW)
    assert store.count_open(TEAM_LEAD) == 0
    assert store.offsets() == {}


def test_starting_over_forgets_everything(store: Store) -> None:
    store.apply([record(alert()), record(view())], NOW)
    store.start_over("cluster-b", NOW)
    assert (store.count_open(TEAM_LEAD), store.caseload(TEAM_LEAD).patients, store.offsets()) == (0, (), {})
    assert store.copy_of() == ("cluster-b", NOW.timestamp())


def test_a_damaged_file_is_replaced(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"this is no database" * 400)
    assert Store(file).copy_of() is None


def test_a_file_damaged_behind_its_first_page_is_replaced(store: Store, file: Path) -> None:
    store.apply([record(alert(number), number) for number in range(200)], NOW)
    store.close()
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\x5a" * (file.stat().st_size - 4096))
    again = Store(file)
    assert (again.open_alerts(TEAM_LEAD), again.copy_of()) == ((), None)
    again.close()


def test_a_file_of_another_schema_is_replaced(store: Store, file: Path) -> None:
    store.close()
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA user_version = 999")
    assert Store(file).copy_of() is None
    assert file.exists()


def test_what_was_erased_leaves_no_bytes_behind(store: Store, file: Path) -> None:
    store.apply([record(view("p-canary")), record(fallen_mood(patient="p-canary")), record(view("p-other"), 1)], NOW)
    assert b"p-canary" in file.read_bytes()
    store.apply([gone(b"p-canary", VIEWS), gone(f"p-canary/{2:032x}".encode(), ALERTS)], NOW)
    left = b"".join(kept.read_bytes() for kept in file.parent.iterdir())
    assert b"p-canary" not in left
    assert b"p-other" in left


def test_a_group_is_kept_until_its_key_is_gone(store: Store) -> None:
    store.apply([record(group())], NOW)
    assert store.group(GROUP) == group()
    store.apply([gone(GROUP.encode(), GROUP_VIEWS)], NOW)
    assert store.group(GROUP) is None


def test_a_groups_alert_waits_in_the_inbox_and_makes_no_patient_of_the_group(store: Store) -> None:
    store.apply([record(worse_group()), record(fallen_mood(), 1)], NOW)
    assert [one.rule for one in store.open_alerts(TEAM_LEAD)] == ["deterioration.mood", "group.deterioration"]
    assert [line.patient for line in store.caseload(TEAM_LEAD).patients] == [PATIENT]
    store.apply([gone(f"{GROUP}/{3:032x}".encode(), ALERTS)], NOW)
    assert [one.rule for one in store.open_alerts(TEAM_LEAD)] == ["deterioration.mood"]


def test_a_patient_of_a_groups_name_has_none_of_its_alerts(store: Store) -> None:
    store.apply([record(view(patient=GROUP)), record(worse_group())], NOW)
    assert store.alerts_of(GROUP) == ()
    assert [(line.patient, line.open_alerts) for line in store.caseload(TEAM_LEAD).patients] == [(GROUP, 0)]
