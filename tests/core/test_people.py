"""What is shown of people, life events and symptoms."""

from schemas.events import AnyEvent
from schemas.views import PatientView
from streams.core.analyse import analyse
from streams.core.links import LinkPopulation
from streams.core.state import EMPTY
from streams.core.view import view
from tests.core.builders import POLICY, check_in, interaction, life_event, person


def shown(*events: AnyEvent) -> PatientView:
    state = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state
    return view(state, "p-1", LinkPopulation(), POLICY)


def test_a_person_as_the_inventory_has_them() -> None:
    said = {
        "relation": "partner",
        "hours_together": 20,
        "confided_in": True,
        "conflict": False,
        "knows_about_mood": True,
        "change_wanted": "more time",
        "safe_to_contact": False,
    }
    [one] = shown(person(1, ring=3), person(40, ring=1, **said)).people
    assert one.model_dump(exclude={"rings", "stages"}) == {
        "person": "a-1",
        "in_inventory": True,
        "removed": False,
        "relation": "partner",
        "ring": 1,
        "hours_together": 20,
        "confided_in": True,
        "conflict": False,
        "knows_about_mood": True,
        "change_wanted": True,
        "stage": None,
        "contact": "unsafe",
        "violence": False,
        "also": (),
    }
    assert [(str(ring.since), ring.ring) for ring in one.rings] == [("2026-06-02", 3), ("2026-07-11", 1)]


def test_a_dispute_over_time() -> None:
    [one] = shown(interaction(1, stage="renegotiation"), interaction(60, stage="impasse"), interaction(200)).people
    assert (one.stage, [(move.time, move.stage) for move in one.stages]) == (
        "impasse",
        [(interaction(1).time, "renegotiation"), (interaction(60).time, "impasse")],
    )


def test_somebody_who_was_only_met_has_nothing_but_an_id() -> None:
    [one] = shown(interaction(1, "b")).people
    assert (one.person, one.in_inventory, one.ring, one.rings, one.contact) == ("b", False, None, (), None)


def test_a_removed_person_is_shown_as_removed() -> None:
    [one] = shown(interaction(1, "b"), person(2, "b", ring=2), person(3, "b", removed=True)).people
    assert (one.removed, one.ring, len(one.rings)) == (True, None, 1)


def test_merged_people_are_one_everywhere() -> None:
    told = [check_in(day, 5) for day in range(3)]
    told += [interaction(0.5, "a"), interaction(1.5, "b", "violence"), interaction(1.6, "b", stage="impasse")]
    seen = shown(*told, person(2, "b", merged_into="a"))
    [one] = seen.people
    assert (one.person, one.also, one.violence, one.stage) == ("a", ("b",), True, "impasse")
    assert {met.person for met in seen.interactions} == {"a"}
    assert {(link.cell.person, link.cell.kind): link.n for link in seen.links if link.cell.person} == {
        ("a", "conflict"): 2,
        ("a", "violence"): 1,
    }


def test_violence_of_long_ago_still_shows() -> None:
    [one] = shown(interaction(1, kind="violence"), check_in(800, 5)).people
    assert one.violence


def test_life_events_and_symptoms() -> None:
    seen = shown(
        check_in(0.5, 5, symptoms={"binge": 1}),
        check_in(0.6, 5, symptoms={"binge": 2, "purge": 0}),
        check_in(1.5, 5),
        life_event(30, "2020-02-29"),
    )
    assert [(event.kind, str(event.date), event.told) for event in seen.life_events] == [
        ("bereavement", "2020-02-29", life_event(30, "2020-02-29").time)
    ]
    assert [(str(day.day), day.binge, day.purge, day.restrict) for day in seen.symptoms] == [("2026-06-01", 3, 0, None)]
