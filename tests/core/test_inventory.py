"""Who is in the patient's life: the newest entry stands, whatever order entries came in."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.entries import entry
from streams.core.entry import PersonEntry
from streams.core.inventory import Someone, inventory, merges, same_person
from streams.core.moments import day_date
from streams.core.state import EMPTY, State
from tests.core.builders import POLICY, check_in, interaction, person
from tests.core.test_order_free import in_order


def state_of(*events: AnyEvent) -> State:
    return analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state


def everyone(*events: AnyEvent) -> dict[str, Someone]:
    return {one.person: one for one in inventory(state_of(*events))}


def entries_of(*events: AnyEvent) -> list[PersonEntry]:
    return [known for event in events if isinstance(known := entry(event), PersonEntry)]


def test_the_newest_entry_stands_as_a_whole() -> None:
    first, second = person(1, ring=1, relation="partner"), person(2, ring=3)
    for order in permutations([first, second]):
        one = everyone(*order)["a-1"]
        assert one.entry is not None
        assert (one.entry.ring, one.entry.relation) == (3, None)


def test_closeness_is_kept_over_time_and_only_where_it_changes() -> None:
    told = [person(day, ring=ring) for day, ring in ((0, 2), (10, 2), (40, 1), (80, 1), (81, 3))]
    rings = everyone(*told, person(90, relation="friend"), check_in(200, 5))["a-1"].rings
    assert [(str(day_date(day)), ring) for day, ring in rings] == [
        ("2026-06-01", 2),
        ("2026-07-11", 1),
        ("2026-08-21", 3),
    ]


def test_a_person_may_be_met_before_their_entry_and_without_one() -> None:
    met = everyone(interaction(1, "b"), interaction(3, "c"), person(2, "b", ring=2))
    assert {one.person: one.entry is not None for one in met.values()} == {"b": True, "c": False}
    assert met["b"].rings[0][1] == 2


def test_a_removed_person_stays_known_as_removed_until_entered_again() -> None:
    gone = everyone(person(1, ring=2), person(2, removed=True))["a-1"]
    assert gone.entry is not None
    assert (gone.entry.removed, len(gone.rings)) == (True, 1)
    back = everyone(person(1, ring=2), person(2, removed=True), person(3, ring=4))["a-1"]
    assert back.entry is not None
    assert not back.entry.removed


def test_a_merged_person_is_shown_with_the_one_merged_into() -> None:
    met = everyone(person(1, "a", ring=1), person(1, "b", ring=3), person(2, "b", merged_into="a"))
    assert list(met) == ["a"]
    assert (met["a"].also, [ring for _, ring in met["a"].rings]) == (("b",), [1])


def test_a_merge_into_somebody_unknown_makes_them_known() -> None:
    [one] = everyone(person(2, "b", merged_into="a")).values()
    assert (one.person, one.entry, one.also) == ("a", None, ("b",))


def test_merges_chain() -> None:
    chain = (person(1, "c", merged_into="b"), person(2, "b", merged_into="a"))
    assert same_person(state_of(*chain)) == {"b": "a", "c": "a"}


def test_a_later_entry_takes_a_merge_back() -> None:
    assert same_person(state_of(person(1, "b", merged_into="a"), person(2, "b", ring=2))) == {}


def test_of_merges_of_one_instant_that_close_a_circle_the_same_one_has_no_effect_for_good() -> None:
    told = [person(1, "a", merged_into="b"), person(1, "b", merged_into="a")]
    first, second = (entries_of(event)[0] for event in in_order(told))
    before = [person(0, "a", ring=1), person(0.5, "b", ring=1)]
    open_still, passed = state_of(*before, *told), state_of(*before, *told, check_in(40, 5))
    assert (len(open_still.people), len(passed.people)) == (0, 4)
    assert same_person(open_still) == same_person(passed) == {first.person: second.person}


def test_a_merge_that_closes_a_circle_has_no_effect() -> None:
    circle = (person(1, "a", merged_into="b"), person(2, "b", merged_into="c"), person(3, "c", merged_into="a"))
    for order in permutations(circle):
        assert same_person(state_of(*order)) == {"a": "c", "b": "c"}


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcdef")), max_size=12))
def test_merges_always_end_with_somebody_who_is_not_merged(pairs: list[tuple[str, str]]) -> None:
    told = [person(at, one, merged_into=other) for at, (one, other) in enumerate(pairs) if one != other]
    same = merges(entries_of(*told))
    assert same.keys().isdisjoint(same.values())


@pytest.mark.parametrize(
    ("told", "contact"),
    [
        ([{}], None),
        ([{"safe_to_contact": True}], "safe"),
        ([{"safe_to_contact": False}], "unsafe"),
        ([{"never_contact": True}], "never"),
        ([{"never_contact": True, "safe_to_contact": False}], "never"),
        ([{"never_contact": True}, {"ring": 2}], "never"),
        ([{"never_contact": True}, {"never_contact": False}], None),
        ([{"never_contact": True}, {"safe_to_contact": True}], "safe"),
        ([{"safe_to_contact": True}, {"never_contact": True}], "never"),
    ],
)
def test_silence_never_takes_back_what_was_said_of_contact(told: list[dict[str, bool]], contact: str | None) -> None:
    events = [person(day, **said) for day, said in enumerate(told)]
    assert everyone(*events)["a-1"].contact == contact


def test_of_merged_persons_the_strictest_word_on_contact_stands() -> None:
    one = everyone(
        person(1, "a", safe_to_contact=True), person(1, "b", never_contact=True), person(2, "b", merged_into="a")
    )["a"]
    assert one.contact == "never"


def test_an_inventory_sent_every_day_is_kept_once_a_change() -> None:
    daily = [person(day, who, ring=1 + day // 100) for day in range(200) for who in ("a", "b")]
    state = state_of(*daily, check_in(300, 5))
    assert [known.ring for known in state.people] == [1, 1, 2, 2]


def test_nothing_sealed_is_kept() -> None:
    sealed = {"key": "1", "text": "c2VhbGVk"}
    names = ("label", "can_discuss", "cannot_discuss", "expected_of_them", "expected_of_patient", "change_wanted")
    [kept] = entries_of(person(1, note=sealed, **dict.fromkeys(names, sealed)))
    [bare] = entries_of(person(1))
    said = {name for name in kept.__struct_fields__ if getattr(kept, name) != getattr(bare, name)}
    assert said == {"fingerprint", "wants_change"}
