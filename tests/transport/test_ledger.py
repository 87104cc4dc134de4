"""Whatever is dropped, repeated or shifted on the way, the offsets taken up leave no hole and overlap nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.transport.ledger import REFETCH_PAUSE, Admission, Ledger

END = 60


@st.composite
def deliveries(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Batches as a fetch cuts them, from anywhere, in any order."""
    starts = draw(st.lists(st.integers(0, END - 1), max_size=40))
    return [(start, min(END, start + draw(st.integers(1, 12)))) for start in starts]


@given(st.integers(0, 20), deliveries())
def test_what_is_taken_up_has_no_hole_and_no_repeat(begin: int, batches: list[tuple[int, int]]) -> None:
    ledger, taken = Ledger(next=begin, unread=END), []
    for start, end in batches:
        expected = ledger.next
        if ledger.admit(start, end) is Admission.TAKEN:
            taken += range(expected, end)
            ledger.finish()
    assert taken == list(range(begin, begin + len(taken)))
    assert ledger.finished == begin + len(taken)


@given(st.integers(0, 20), deliveries())
def test_going_back_for_what_is_missing_reaches_the_end(begin: int, dropped: list[tuple[int, int]]) -> None:
    ledger, position, losing = Ledger(next=begin, unread=END), begin, iter(dropped)
    while not ledger.caught_up:
        start, position = position, min(END, position + 7)
        if next(losing, None) is not None:  # this fetch never arrives
            continue
        if start < position and ledger.admit(start, position) is Admission.TAKEN:
            ledger.finish()
        else:
            position = ledger.next
    assert ledger.to_commit == END


def test_nothing_is_committed_while_a_batch_is_worked_on() -> None:
    ledger = Ledger(next=5, unread=9)
    ledger.admit(5, 9)
    assert ledger.to_commit is None
    assert not ledger.caught_up
    ledger.finish()
    assert ledger.to_commit == 9
    ledger.committed = 9
    assert ledger.to_commit is None


def test_two_batches_at_once_are_a_mistake() -> None:
    ledger = Ledger(next=0, unread=0)
    ledger.admit(0, 2)
    with pytest.raises(RuntimeError):
        ledger.admit(2, 4)
    ledger.finish()
    with pytest.raises(RuntimeError):
        ledger.finish()


def test_the_same_block_is_asked_for_once_in_a_while() -> None:
    ledger = Ledger(next=3, unread=9)
    assert ledger.ask(100.0)
    assert not ledger.ask(100.0 + REFETCH_PAUSE / 2)
    assert ledger.ask(100.0 + REFETCH_PAUSE)
    ledger.admit(3, 4)
    ledger.finish()
    assert ledger.ask(100.0 + REFETCH_PAUSE)


@pytest.mark.parametrize(("low", "lost", "then"), [(2, 0, 5), (5, 0, 5), (8, 3, 8)])
def test_offsets_that_the_broker_deleted_are_passed(low: int, lost: int, then: int) -> None:
    ledger = Ledger(next=5, unread=9)
    assert ledger.expire(low) == lost
    assert ledger.next == ledger.finished == then


def test_a_batch_in_hand_is_finished_before_anything_is_passed() -> None:
    ledger = Ledger(next=5, unread=9)
    ledger.admit(5, 7)
    assert ledger.expire(8) == 0
