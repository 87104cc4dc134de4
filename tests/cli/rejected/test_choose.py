from datetime import timedelta

import pytest

from schemas.set_aside import Kind
from streams.cli.rejected.choose import Chosen, read_place
from streams.errors import Misconfigured
from tests.cli.rejected.samples import AT, filed

ONE = filed(b"{}", Kind.SURPLUS, field="data.mood", reason="Not a number", offset=7)


@pytest.mark.parametrize(
    ("chosen", "holds"),
    [
        (Chosen(), True),
        (Chosen(kinds=[Kind.SURPLUS]), True),
        (Chosen(kinds=[Kind.UNREADABLE]), False),
        (Chosen(reason="not A"), True),
        (Chosen(reason="data.mood"), True),
        (Chosen(reason="sleep"), False),
        (Chosen(patients=["p-1"]), True),
        (Chosen(patients=["p-2"]), False),
        (Chosen(places=[read_place("0/7")]), True),
        (Chosen(places=[read_place("1/7")]), False),
        (Chosen(since=AT), True),
        (Chosen(since=AT + timedelta(microseconds=1)), False),
        (Chosen(until=AT), False),
        (Chosen(until=AT + timedelta(microseconds=1)), True),
        (Chosen(kinds=[Kind.SURPLUS], patients=["p-2"]), False),
    ],
)
def test_every_condition_that_is_given_must_hold(chosen: Chosen, holds: bool) -> None:
    assert chosen.holds(ONE) is holds


@pytest.mark.parametrize("text", ["", "7", "0/", "/7", "0/-1", "0/7/8", "a/b"])
def test_a_place_is_written_as_it_is_listed(text: str) -> None:
    with pytest.raises(Misconfigured, match="is no place"):
        read_place(text)
