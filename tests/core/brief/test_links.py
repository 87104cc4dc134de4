from dataclasses import replace

from schemas.views import Cell, Link
from streams.core.brief.links import shown_links, unclear
from tests.core.brief.of import known
from tests.core.builders import check_in


def link(effect: float, n: int = 9, *, shown: bool = True, **cell: str) -> Link:
    about = Cell.model_validate(cell)
    return Link(patient="p-1", cell=about, n=n, peak=effect, effect=effect, low=-1, high=1, shown=shown)


def of(*links: Link) -> tuple[list[tuple[str | None, str | None, str | None]], int]:
    told = replace(known(check_in(0, 5)), links=links)
    return [(one.person, one.kind, one.pattern) for one in shown_links(told)], unclear(told)


def test_the_largest_first_whichever_way_and_the_rest_counted() -> None:
    found = of(
        link(0.5, person="a", kind="support"),
        link(-0.9, pattern="silence"),
        link(0.1, shown=False, kind="other"),
        link(-0.2, n=12, kind="support"),
    )
    assert found == ([(None, None, "silence"), ("a", "support", None), (None, "support", None)], 1)


def test_a_kind_behind_which_one_person_stands_is_told_of_that_person_alone() -> None:
    shown, hidden = link(-1, person="a", kind="conflict"), link(0.1, 7, shown=False, person="a", kind="other")
    assert of(shown, link(-1, kind="conflict"), hidden, link(0.1, 7, shown=False, kind="other")) == (
        [("a", "conflict", None)],
        1,
    )


def test_what_a_card_warns_of_goes_along() -> None:
    warned = link(-1, pattern="silence").model_copy(update={"low_before": True, "partial": True})
    [note] = shown_links(replace(known(check_in(0, 5)), links=(warned,)))
    assert (note.low_before, note.partial, note.effect, note.low, note.high) == (True, True, -1, -1, 1)


def test_violence_is_not_among_them() -> None:
    found = of(link(-2, person="a", kind="violence"), link(-2, kind="violence"), link(0, shown=False, kind="violence"))
    assert found == ([], 0)
