"""Merged people read as if their events had named one person from the first."""

import numpy as np
import pytest

from streams.core.links import Happened, LinkPopulation, Links, Report, advance, read
from streams.core.links.items import Item
from streams.core.links.merge import as_one_person
from streams.core.links.state import Tally

HOUR = 3600.0


def told(seed: int, days: int = 60) -> list[Item]:
    """Two reports a day and something in between with a, b, c or d, now and then with two of them."""
    random = np.random.default_rng(seed)
    items: list[Item] = []
    for day in range(days):
        morning = day * 24 * HOUR + 9 * HOUR
        items.append(Report(morning, 9 * 3600, int(random.integers(300, 800))))
        for hour in (1, 2):
            if random.random() < 0.6:
                who, kind = random.choice(list("abcd")), random.choice(["conflict", "support"])
                items.append(Happened(morning + hour * HOUR, str(who), str(kind), ("silence",)))
        items.append(Report(morning + 4 * HOUR, 13 * 3600, int(random.integers(300, 800))))
    return items


def renamed(items: list[Item], same: dict[str, str]) -> list[Item]:
    return [
        Happened(one.time, same.get(one.person, one.person), one.kind, one.patterns)
        if isinstance(one, Happened)
        else one
        for one in items
    ]


@pytest.mark.parametrize("same", [{"b": "a"}, {"a": "d"}, {"b": "a", "c": "a"}, {"b": "new"}, {"a": "c", "b": "d"}])
@pytest.mark.parametrize("seed", [1, 2])
def test_it_reads_as_if_one_person_had_been_named(same: dict[str, str], seed: int) -> None:
    items = told(seed)
    half = len(items) // 2
    merged = read(advance(Links.empty(), items[:half]), items[half:], LinkPopulation(), "p-1", same)
    named = read(Links.empty(), renamed(items, same), LinkPopulation(), "p-1")
    assert [(link.cell, link.n, link.shown) for link in merged] == [(link.cell, link.n, link.shown) for link in named]
    for ours, theirs in zip(merged, named, strict=True):
        assert (ours.effect, ours.low) == pytest.approx((theirs.effect, theirs.low), abs=2e-4)


def test_it_goes_on_as_if_one_person_had_been_named() -> None:
    items, same = told(3), {"b": "a", "c": "d"}
    merged = as_one_person(advance(Links.empty(), items), same)
    named = advance(Links.empty(), renamed(items, same))
    order = [named.cells[0].index(name) for name in merged.cells[0]]
    assert merged.tallies[0] == tuple(named.tallies[0][at] for at in order)
    columns = [0, 1, 2, *(3 + at for at in order), *range(3 + len(order), 3 + sum(named.sizes))]
    theirs = np.frombuffer(named.traces).reshape(3, -1)[:, columns]
    np.testing.assert_allclose(np.frombuffer(merged.traces).reshape(3, -1), theirs, atol=1e-12)


def test_without_a_merge_nothing_changes() -> None:
    links = advance(Links.empty(), told(4))
    assert as_one_person(links, {}) is links
    assert as_one_person(links, {"nobody": "a"}) is links


def test_the_least_used_cells_stay_merged() -> None:
    many = [Happened(float(at), f"p{at}", "conflict") for at in range(30)]
    before = advance(Links.empty(), many)
    last, other = [name.removesuffix("/conflict") for name in before.cells[0] if name][:2]
    links = as_one_person(before, {last: other})
    assert links.tallies[0][links.cells[0].index("")] == before.tallies[0][before.cells[0].index("")]
    assert links.tallies[0][links.cells[0].index(f"{other}/conflict")] == Tally(2, 0, 0)
