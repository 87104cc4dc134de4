"""Life events are kept for good, and losses come round each year."""

from datetime import date

import pytest

from schemas.events import AnyEvent
from schemas.vocabulary import LOSSES, LifeEventKind
from streams.core.analyse import analyse
from streams.core.life import anniversaries, life_events
from streams.core.state import EMPTY, State
from tests.core.builders import POLICY, check_in, interaction, life_event, person


def state_of(*events: AnyEvent) -> State:
    return analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state


def test_they_are_kept_however_long_ago() -> None:
    state = state_of(life_event(1, "1987-03-02"), life_event(2, "2026-05-01", "move"), check_in(900, 5))
    assert [event.kind for event in life_events(state)] == ["bereavement", "move"]
    assert [event.event_id for event in life_events(state)] == ["", ""]


@pytest.mark.parametrize(
    ("lost", "on", "within", "found"),
    [
        ("2020-06-10", date(2026, 6, 10), 0, [(date(2026, 6, 10), 6)]),
        ("2020-06-10", date(2026, 6, 3), 7, [(date(2026, 6, 10), 6)]),
        ("2020-06-10", date(2026, 6, 2), 7, []),
        ("2020-06-10", date(2026, 6, 17), 7, [(date(2026, 6, 10), 6)]),
        ("2020-06-10", date(2026, 6, 18), 7, []),
        ("2020-01-02", date(2025, 12, 30), 7, [(date(2026, 1, 2), 6)]),
        ("2020-12-30", date(2026, 1, 2), 7, [(date(2025, 12, 30), 5)]),
        ("2020-02-29", date(2026, 2, 28), 0, [(date(2026, 2, 28), 6)]),
        ("2020-02-29", date(2024, 2, 29), 0, [(date(2024, 2, 29), 4)]),
        ("2020-02-29", date(2024, 2, 28), 0, []),
        ("2000-02-29", date(2100, 2, 28), 0, [(date(2100, 2, 28), 100)]),
        ("2026-06-10", date(2026, 6, 10), 30, []),
        ("2027-06-10", date(2026, 6, 10), 30, []),
        (
            "2020-06-10",
            date(2026, 6, 10),
            366,
            [(date(2026, 6, 10), 6), (date(2025, 6, 10), 5), (date(2027, 6, 10), 7)],
        ),
    ],
)
def test_anniversaries_near_a_day(lost: str, on: date, within: int, found: list[tuple[date, int]]) -> None:
    near = anniversaries(state_of(life_event(1, lost)), on, within)
    assert [(one.on, one.years) for one in near] == sorted(found)


@pytest.mark.parametrize("kind", LifeEventKind)
def test_only_losses_have_anniversaries(kind: LifeEventKind) -> None:
    near = anniversaries(state_of(life_event(1, "2020-06-10", kind)), date(2026, 6, 10), 0)
    assert [one.kind for one in near] == ([kind] if kind in LOSSES else [])


def test_a_loss_told_twice_comes_round_once() -> None:
    twice = state_of(life_event(1, "2020-06-10"), life_event(2, "2020-06-10"))
    assert len(anniversaries(twice, date(2026, 6, 10), 3)) == 1


def test_a_loss_logged_with_a_person_comes_round_too_years_later_and_under_who_they_are_now() -> None:
    state = state_of(interaction(3, "b", "loss"), person(4, "b", merged_into="a"), check_in(700, 5))
    [one] = anniversaries(state, date(2028, 6, 1), 7)
    assert (one.on, one.years, one.kind, one.person) == (date(2028, 6, 4), 2, "loss", "a")
