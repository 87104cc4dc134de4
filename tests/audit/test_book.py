"""A book settles whatever analysis did, in whatever pieces and however often, and misses nothing that is missing."""

import random

import pytest

from schemas.receipts import Receipt, Sum, mark
from streams.audit.book import Book, Missing

VALUES = [f"event {n}".encode() for n in range(100)]
ASIDE = frozenset({3, 50, 51, 99})


def receipt(end: int, *, since: int = 0, lost: frozenset[int] = frozenset(), aside: frozenset[int] = ASIDE) -> Receipt:
    """What analysis signs for that has lost some."""
    numbers = [n for n in range(since, end) if n not in lost]
    return Receipt(
        since=since,
        end=end,
        at=end,
        taken=total(n for n in numbers if n not in aside),
        set_aside=total(n for n in numbers if n in aside),
    )


def total(numbers: object) -> Sum:
    marks = [mark(VALUES[n], n) for n in numbers]  # type: ignore[attr-defined]
    return Sum(records=len(marks), marks=sum(marks))


def read(book: Book, start: int, end: int, *, aside: frozenset[int] = ASIDE) -> None:
    for n in range(start, end):
        book.saw(n, mark(VALUES[n], n), at=1000 + n)
        if n in aside:
            book.saw_aside(n, mark(VALUES[n], n), place=n + 7)


def begun(since: int = 0) -> Book:
    book = Book()
    book.start_over(since)
    return book


def test_what_is_signed_for_settles_whether_it_was_read_before_or_after() -> None:
    book = begun()
    read(book, 0, 30)
    book.expect(receipt(20))
    assert book.settle() is None
    assert (book.waiting, book.oldest) == (10, 1020)
    book.expect(receipt(60))
    assert (book.waiting, book.oldest) == (0, None)
    read(book, 30, 70)
    assert book.settle() is None
    assert (book.waiting, book.oldest, book.settled) == (10, 1060, receipt(60))


@pytest.mark.parametrize("seed", range(20))
def test_in_whatever_pieces_it_is_read_and_signed_for(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a made-up course
    book, at, end = begun(), 0, 0
    while end < len(VALUES):
        end = min(len(VALUES), end + chance.randint(1, 30))
        ahead = min(len(VALUES), max(at, chance.randint(at, end + 20)))
        read(book, at, ahead)
        book.expect(receipt(end))
        read(book, ahead, max(ahead, end))
        at = max(ahead, end)
        assert book.settle() is None


@pytest.mark.parametrize("lost", [0, 3, 19, 20, 55, 98, 99])
def test_one_that_is_lost_is_missed_in_its_range(lost: int) -> None:
    book, found = begun(), []
    for start, end in ((0, 20), (20, 60), (60, 100)):
        read(book, start, end, aside=ASIDE - {lost})
        book.expect(receipt(end, lost=frozenset({lost})))
        found.append(book.settle())
    [missing] = [one for one in found if one]
    assert missing.start <= lost < missing.end
    assert missing.records == 1


def test_one_that_stands_in_for_another_is_missed_though_their_number_is_right() -> None:
    book = begun()
    read(book, 0, 20)
    wrong = receipt(20)
    swapped = Sum(records=wrong.taken.records, marks=wrong.taken.marks + 1)
    book.expect(wrong.model_copy(update={"taken": swapped}))
    missing = book.settle()
    assert missing is not None
    assert missing.records == 1


@pytest.mark.parametrize("found", [frozenset(), frozenset({3}), frozenset({3, 50, 51, 52})])
def test_what_is_said_to_be_set_aside_must_lie_there(found: frozenset[int]) -> None:
    book = begun()
    read(book, 0, 60, aside=found)
    book.expect(receipt(60))
    missing = book.settle()
    assert isinstance(missing, Missing)
    assert missing.records == max(1, 3 - len(found))


def test_what_was_set_aside_again_after_a_crash_is_one() -> None:
    book = begun()
    read(book, 0, 60)
    book.saw_aside(50, mark(VALUES[50], 50), place=200)
    assert book.aside_from == 3 + 7
    book.expect(receipt(60))
    assert book.settle() is None
    book.saw_aside(51, mark(VALUES[51], 51), place=201)  # of what is settled
    assert book.aside_from is None


def test_what_is_set_aside_beyond_the_receipt_waits_for_the_next() -> None:
    book = begun()
    read(book, 0, 100)
    book.expect(receipt(51))
    assert book.settle() is None
    assert book.aside_from == 51 + 7
    book.expect(receipt(100))
    assert book.settle() is None


def test_counting_that_began_anew_is_followed() -> None:
    book = begun()
    read(book, 0, 40)
    book.expect(receipt(20))
    assert book.settle() is None
    book.start_over(10)
    read(book, 10, 60)
    book.expect(receipt(60, since=10))
    assert book.settle() is None


def test_nothing_is_settled_before_it_is_due() -> None:
    with pytest.raises(RuntimeError):
        begun().settle()
    with pytest.raises(RuntimeError):
        Book().settle()


def test_marks_tell_other_bytes_and_other_places_apart() -> None:
    assert len({mark(value, offset) for value in (b"a", b"b", b"") for offset in (0, 1, 2**32 - 1)}) == 9
    assert mark(None, 5) == mark(b"", 5)
    assert mark(b"a", 2**32 + 1) == mark(b"a", 1)
