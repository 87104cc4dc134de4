import msgspec
import pytest
from msgspec.structs import replace

from streams.core.analyse import analyse
from streams.core.front import OtherVersionError
from streams.core.packed import due, pack, unpack
from streams.core.state import EMPTY
from tests.core.builders import POLICY, check_in, interaction, phq9, safety


def test_a_patient_nobody_has_heard_of_is_empty() -> None:
    assert unpack(None, None) == EMPTY


def test_a_record_survives_being_packed() -> None:
    events = [
        said
        for day in range(30)
        for said in (check_in(day, 8 if day < 28 else 1), interaction(day), phq9(day, 5), safety(day))
    ]
    record = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record
    assert unpack(*pack(record)) == record
    assert pack(unpack(*pack(record))) == pack(record)


def test_the_due_time_is_read_without_the_rest() -> None:
    assert due(pack(EMPTY).front) == 0
    assert due(pack(replace(EMPTY, closes_at=7)).front) == 7
    assert due(pack(replace(EMPTY, view_at=5)).front) == 5
    assert due(pack(replace(EMPTY, closes_at=7, view_at=5)).front) == 5


def test_a_quiet_patients_record_is_small() -> None:
    events = [check_in(day + slot / 24, 6) for day in range(300) for slot in (9, 14, 20)]
    assert sum(map(len, pack(analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record))) < 8_000


def test_a_record_of_another_version_says_what_to_do() -> None:
    front, body = pack(EMPTY)
    with pytest.raises(OtherVersionError, match="version 2, this program reads 3"):
        unpack(msgspec.msgpack.encode([2, 0, 0, [], 5]), body)
    with pytest.raises(OtherVersionError, match="version 4"):
        due(b"\x04" + front[1:])
    with pytest.raises(OtherVersionError, match="version 4"):
        unpack(front, b"\x04" + body[1:])


def test_a_record_is_as_small_as_is_said() -> None:
    def size(days: int, reports: int) -> int:
        said = [check_in(day + (9 + slot) / 24, 6) for day in range(days) for slot in range(reports)]
        return sum(map(len, pack(analyse("p-1", EMPTY, said, POLICY, closes=None, now=0).record)))

    assert size(84, 3) <= 4 * 1024
    assert size(222, 5) <= 8 * 1024
