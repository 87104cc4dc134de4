"""How disputes move: told in interactions and in the inventory, in the order of their times."""

from schemas.events import AnyEvent
from streams.core.disputes import Move, moves
from streams.core.entries import entry
from streams.core.entry import InteractionEntry, PersonEntry
from streams.core.keep import news
from tests.core.builders import interaction, person
from tests.core.test_order_free import in_order


def moved(*events: AnyEvent, same: dict[str, str] | None = None) -> dict[str, list[Move]]:
    known = [entry(event) for event in events]
    met = [one for one in known if isinstance(one, InteractionEntry)]
    return moves(met, news(one for one in known if isinstance(one, PersonEntry)), same or {})


def course(*events: AnyEvent) -> list[tuple[str | None, str, bool]]:
    return [(move.before, move.after, move.worse) for move in moved(*events)["a-1"]]


def test_it_worsens_towards_impasse_and_dissolution_and_not_back() -> None:
    stages = ["renegotiation", "impasse", "impasse", "dissolution", "impasse", "renegotiation", "dissolution"]
    assert course(*(interaction(day, stage=stage) for day, stage in enumerate(stages))) == [
        (None, "renegotiation", False),
        ("renegotiation", "impasse", True),
        ("impasse", "dissolution", True),
        ("dissolution", "impasse", False),
        ("impasse", "renegotiation", False),
        ("renegotiation", "dissolution", True),
    ]


def test_a_dispute_first_heard_of_in_daily_life_moved_there_and_one_in_the_inventory_stood_there() -> None:
    assert course(interaction(1, stage="impasse"))[0] == (None, "impasse", True)
    assert course(person(1, dispute_stage="impasse"))[0] == (None, "impasse", False)
    assert course(person(1, dispute_stage="impasse"), interaction(2, stage="impasse")) == [(None, "impasse", False)]


def test_what_names_no_stage_says_nothing_of_it() -> None:
    told = (interaction(1, stage="renegotiation"), interaction(2), person(3, ring=1), interaction(4, stage="impasse"))
    assert [after for _, after, _ in course(*told)] == ["renegotiation", "impasse"]


def test_both_sources_count_in_the_order_of_time() -> None:
    told = (
        interaction(3, stage="impasse"),
        person(1, dispute_stage="renegotiation"),
        person(5, dispute_stage="dissolution"),
    )
    assert [after for _, after, _ in course(*told)] == ["renegotiation", "impasse", "dissolution"]


def test_at_one_instant_interactions_come_first_whether_it_has_passed_the_horizon_or_not() -> None:
    told = [interaction(1, stage="impasse", id=str(number)) for number in range(2)]
    told += [interaction(1, stage="renegotiation"), person(1, dispute_stage="dissolution")]
    known = in_order(told)
    for entries in ([entry(event) for event in known], [entry(event).past() for event in known]):
        met = [one for one in entries if isinstance(one, InteractionEntry)]
        [moved] = moves(met, [one for one in entries if isinstance(one, PersonEntry)], {}).values()
        assert [move.after for move in moved][-1] == "dissolution"
        in_turn = [stage for at, stage in enumerate(one.stage for one in met) if not at or met[at - 1].stage != stage]
        assert [move.after for move in moved] == [*in_turn, "dissolution"]


def test_an_inventory_sent_again_unchanged_says_nothing_new() -> None:
    told = (
        person(1, dispute_stage="impasse"),
        interaction(2, stage="renegotiation"),
        person(3, dispute_stage="impasse"),
    )
    assert [after for _, after, _ in course(*told)] == ["impasse", "renegotiation"]


def test_disputes_with_different_people_are_apart_unless_they_are_one() -> None:
    told = (interaction(1, "a", stage="renegotiation"), interaction(2, "b", stage="impasse"))
    assert {who: len(found) for who, found in moved(*told).items()} == {"a": 1, "b": 1}
    assert [move.worse for move in moved(*told, same={"b": "a"})["a"]] == [False, True]
