from datetime import datetime, timedelta

import pytest

from streams.core.duty import FaultKind, RotaFault, rota_faults
from tests.core.duty.teams import BERLIN, ROTATION, berlin, team

NOW = berlin(2026, 11, 24, 12)
A_DAY = timedelta(days=1)


def faults(rota: str, at: datetime = NOW) -> list[RotaFault]:
    found = team(rota).rota
    assert found is not None
    return rota_faults(found, BERLIN, at, A_DAY)


def shifts(*given: tuple[str, str, str]) -> str:
    """Who, from, until; an empty word leaves it out."""
    fields = [zip(("who", "from", "until"), one, strict=True) for one in given]
    return "{shifts: [" + ", ".join(f"{{{_flow(pairs)}}}" for pairs in fields) + "]}"


def _flow(pairs: "zip[tuple[str, str]]") -> str:
    return ", ".join(f"{name}: {value}:00" if name != "who" else f"who: {value}" for name, value in pairs if value)


def test_a_rotation_has_none() -> None:
    assert faults(f"{{rotation: {ROTATION}}}") == []


@pytest.mark.parametrize(
    ("until", "found"),
    [("2026-11-25 11:59", True), ("2026-11-25 12:00", False)],
)
def test_a_time_that_nobody_has_is_found_a_day_ahead(until: str, found: bool) -> None:
    rota = shifts(("ada", "2026-11-20 08:00", until), ("ben", "2026-11-26 08:00", "2026-12-01 08:00"))
    ends = berlin(2026, 11, 25, int(until[-5:-3]), int(until[-2:]))
    expected = [RotaFault(FaultKind.EMPTY, ends, berlin(2026, 11, 26, 8))]
    assert faults(rota) == (expected if found else [])


def test_a_shift_that_nobody_has_is_a_time_that_nobody_has() -> None:
    rota = shifts(("ada", "2026-11-20 08:00", "2026-11-25 08:00"), ("", "2026-11-25 08:00", "2026-11-25 20:00"))
    assert faults(rota)[0] == RotaFault(FaultKind.EMPTY, berlin(2026, 11, 25, 8), None)


def test_the_same_gap_is_the_same_fault_from_wherever_one_looks() -> None:
    rota = shifts(("ada", "2026-11-20 08:00", "2026-11-24 08:00"), ("ben", "2026-11-26 08:00", "2026-12-01 08:00"))
    seen = {tuple(faults(rota, NOW + timedelta(hours=hour))) for hour in range(-20, 44)}
    assert len(seen) == 1
    assert faults(rota, berlin(2026, 11, 26, 8)) == []


def test_before_the_first_shift_of_all_nobody_has_it() -> None:
    rota = shifts(("ada", "2026-11-25 08:00", "2027-11-25 08:00"))
    assert faults(rota) == [RotaFault(FaultKind.EMPTY, None, berlin(2026, 11, 25, 8))]


def test_shifts_that_overlap_are_found_also_beyond_their_neighbours() -> None:
    rota = shifts(
        ("ada", "2026-11-20 08:00", "2026-11-26 08:00"),
        ("ben", "2026-11-24 18:00", "2026-11-24 20:00"),
        ("cleo", "2026-11-25 08:00", "2026-12-01 08:00"),
    )
    assert faults(rota) == [
        RotaFault(FaultKind.OVERLAPPING, berlin(2026, 11, 24, 18), berlin(2026, 11, 24, 20)),
        RotaFault(FaultKind.OVERLAPPING, berlin(2026, 11, 25, 8), berlin(2026, 11, 26, 8)),
    ]


def test_a_shift_that_goes_before_the_rotation_does_not_overlap_it() -> None:
    swap = "[{who: dora, from: 2026-11-24 20:00:00, until: 2026-11-25 08:00:00}]"
    assert faults(f"{{rotation: {ROTATION}, shifts: {swap}}}") == []


def test_a_shift_without_an_end_is_found_until_another_has_begun() -> None:
    rota = shifts(("ada", "2026-11-20 08:00", ""), ("ben", "2026-11-25 08:00", "2026-12-01 08:00"))
    assert faults(rota) == [RotaFault(FaultKind.UNCLOSED, berlin(2026, 11, 20, 8), berlin(2026, 11, 25, 8))]
    assert faults(rota, berlin(2026, 11, 25, 8)) == []
    # When that one is over, nobody is on call: ada does not come back from the week before, unseen by any alarm.
    assert faults(rota, berlin(2026, 12, 1, 8)) == [RotaFault(FaultKind.EMPTY, berlin(2026, 12, 1, 8), None)]
    assert faults(rota, berlin(2026, 11, 18, 8)) == [RotaFault(FaultKind.EMPTY, None, berlin(2026, 11, 20, 8))]
