from streams.agents.due import SLACK, DueIndex


def index(**due: int) -> DueIndex:
    made = DueIndex()
    for patient, at in due.items():
        made.put(patient.encode(), at)
    return made


def test_who_is_due_is_taken_once_the_longest_due_first() -> None:
    due = index(a=30, b=10, c=20, d=40)
    assert due.take(30, 9) == [b"b", b"c", b"a"]
    assert due.take(30, 9) == []
    assert due.take(40, 9) == [b"d"]


def test_no_more_are_taken_than_asked_for_and_the_rest_stay_due() -> None:
    due = index(a=1, b=2, c=3)
    assert [due.take(9, 2), due.take(9, 2), due.take(9, 2)] == [[b"a", b"b"], [b"c"], []]


def test_what_was_put_in_last_counts() -> None:
    due = index(a=10, b=10)
    due.put(b"a", 50)
    due.put(b"b", 5)
    assert due.take(20, 9) == [b"b"]
    assert due.take(60, 9) == [b"a"]


def test_0_is_never() -> None:
    due = index(a=10)
    due.put(b"a", 0)
    due.put(b"nobody", 0)
    assert due.take(99, 9) == []


def test_who_was_taken_can_become_due_again() -> None:
    due = index(a=10)
    assert due.take(10, 9) == [b"a"]
    due.put(b"a", 10)
    assert due.take(10, 9) == [b"a"]


def test_a_due_time_that_moves_for_ever_fills_no_memory() -> None:
    due = DueIndex()
    for at in range(1, 20 * SLACK):
        due.put(b"a", at)
        due.put(b"b", 2 * at)
    assert len(due._heap) <= SLACK + 5
    assert due.take(20 * SLACK - 1, 9) == [b"a"]
    assert due.take(40 * SLACK, 9) == [b"b"]
