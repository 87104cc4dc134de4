import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.views import Cell
from streams.core.links import Happened, LinkPopulation, Links, Report, advance, merged_links, read
from streams.core.links.state import CELLS_MAXIMUM, MERGED, MOST_MERGED, SHARED, dense

START = 1_790_000_000.0


def run(persons: list[int], *, names: dict[int, str] | None = None) -> Links:
    items: list[Report | Happened] = []
    for at, person in enumerate(persons):
        name = f"p{person}" if names is None else names.get(person, f"p{person}")
        items += [
            Happened(START + 7200 * at, name, "support"),
            Report(START + 7200 * at + 600, 7200 * at % 86_400, 100 * (at * 7 % 11)),
        ]
    return advance(Links.empty(), items)


def test_cells_up_to_the_limit_are_kept_apart() -> None:
    links = run(list(range(CELLS_MAXIMUM)))
    assert len(links.cells[0]) == CELLS_MAXIMUM
    assert MERGED not in links.cells[0]


def test_beyond_the_limit_the_least_used_become_one_and_it_says_so() -> None:
    often = [person for person in range(CELLS_MAXIMUM - 2) for _ in range(2)]
    links = run([*often, 90, 91, 92, 93])
    assert len(links.cells[0]) == CELLS_MAXIMUM
    merged = links.cells[0].index(MERGED)
    assert links.tallies[0][merged].events == 3
    assert links.merged == (("p90/support", "p91/support", "p92/support"), (), ())
    assert "p93/support" in links.cells[0]
    assert {f"p{person}/support" for person in range(CELLS_MAXIMUM - 2)} < set(links.cells[0])


def test_merged_cells_are_as_if_they_had_always_been_one() -> None:
    often = [person for person in range(CELLS_MAXIMUM - 2) for _ in range(2)]
    merged = run([*often, 90, 91, 92])
    together = run([*often, 90, 91, 92], names={90: "both", 91: "both"})
    order = [merged.cells[0].index("" if name == "both/support" else name) for name in together.cells[0]]
    columns = [0, 1, 2, *(SHARED + cell for cell in order)]
    left = dense(np.frombuffer(merged.sums, "<f8"), merged.sizes, 0)[np.ix_(columns, columns)]
    right = dense(np.frombuffer(together.sums, "<f8"), together.sizes, 0)
    np.testing.assert_allclose(left, right, atol=1e-9)


def test_the_merged_cell_is_no_link() -> None:
    links = run(list(range(CELLS_MAXIMUM + 6)))
    named = [link.cell for link in read(links, (), LinkPopulation(), "p-1") if link.cell.person is not None]
    assert len(named) == CELLS_MAXIMUM - 1
    assert all(cell.person for cell in named)


def test_which_cells_were_merged_is_said_frozen_or_open() -> None:
    items: list[Report | Happened] = [
        Happened(START + 60 * at, f"p{person}", "support")
        for at, person in enumerate([*range(CELLS_MAXIMUM), *range(CELLS_MAXIMUM - 2), 90])
    ]
    assert merged_links(Links.empty(), items[:CELLS_MAXIMUM]) is None
    assert merged_links(Links.empty(), items[:-1]) is None
    for cut in (0, CELLS_MAXIMUM, len(items)):
        merged = merged_links(advance(Links.empty(), items[:cut]), items[cut:])
        assert merged is not None
        assert merged.n == 2
        assert merged.cells == (Cell(person="p22", kind="support"), Cell(person="p23", kind="support"))


def test_a_cell_that_comes_back_says_that_it_is_not_whole() -> None:
    often = [person for person in range(CELLS_MAXIMUM - 1) for _ in range(3)]
    links = run([*often, 90, 91, 91, 90])
    told = {link.cell.person: link for link in read(links, (), LinkPopulation(), "p-1") if link.cell.person}
    assert (told["p90"].n, told["p90"].partial) == (1, True)
    assert not told["p1"].partial


def test_no_more_names_are_kept_than_anybody_would_read() -> None:
    links = run(list(range(CELLS_MAXIMUM + MOST_MERGED + 10)))
    assert len(links.merged[0]) == MOST_MERGED
    assert links.merged[0][-1] == f"p{CELLS_MAXIMUM + MOST_MERGED + 10 - 2}/support"


@given(st.lists(st.integers(0, 40), min_size=CELLS_MAXIMUM, max_size=90), st.integers(0, 90))
def test_merging_does_not_show_how_events_were_split(persons: list[int], cut: int) -> None:
    whole = run(persons)
    items: list[Report | Happened] = []
    for at, person in enumerate(persons):
        items += [
            Happened(START + 7200 * at, f"p{person}", "support"),
            Report(START + 7200 * at + 600, 7200 * at % 86_400, 100 * (at * 7 % 11)),
        ]
    split = advance(advance(Links.empty(), items[:cut]), items[cut:])
    assert msgspec.msgpack.encode(split) == msgspec.msgpack.encode(whole)
