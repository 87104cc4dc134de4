"""What stays once it passed the horizon, and for how long."""

from itertools import pairwise
from random import Random

import pytest

from schemas.events import AnyEvent
from streams.core import keep
from streams.core.disputes import moves
from streams.core.entries import entry
from streams.core.entry import InteractionEntry, PersonEntry
from streams.core.inventory import entries, inventory
from streams.core.keep import MOST_ENTRIES
from streams.core.moments import DAY, micros
from streams.core.state import State, SymptomDay
from tests.core.builders import check_in, fold, interaction, life_event, person, phq9


def test_ordinary_contact_is_not_kept_one_by_one() -> None:
    assert fold(interaction(0, kind="support"), interaction(0.1, kind="criticism"), check_in(20, 5)).noted == ()


def test_conflicts_are_kept_as_far_back_as_they_are_counted_and_their_ids_as_long_as_they_may_be_named() -> None:
    state = fold(*(interaction(day) for day in range(0, 150, 10)), check_in(160, 5))
    days_back = [round((state.newest - one.time) / 86_400e6) for one in state.noted]
    assert days_back == list(range(110, 10, -10))
    assert [bool(one.event_id) for one in state.noted] == [back <= 46 for back in days_back]


def test_what_has_passed_is_told_from_nothing_any_more() -> None:
    told = [interaction(0, kind="conflict"), person(0.1), life_event(0.2, "1999-01-01"), phq9(0.3, 8)]
    state = fold(*told, check_in(30, 5))
    kept = [*state.noted, *state.people, *state.life, *state.scores]
    assert [(one.mark, one.fingerprint) for one in kept] == [(b"", b"")] * 4


def test_violence_and_losses_are_kept_for_good() -> None:
    state = fold(interaction(0, kind="violence"), interaction(1, kind="loss"), interaction(2), check_in(2000, 5))
    assert [one.kind for one in state.noted] == ["violence", "loss"]


def test_of_a_disputes_stages_the_ends_of_each_run_are_kept_for_good() -> None:
    stages = ["renegotiation"] * 5 + ["impasse"] * 4 + ["renegotiation"]
    told = [interaction(day, stage=stage) for day, stage in enumerate(stages)]
    states = [fold(*told, check_in(500, 5))]
    step_by_step = State()
    for event in (*told, *(check_in(day, 5) for day in range(20, 501, 10))):
        step_by_step = fold(event, state=step_by_step)
    states.append(step_by_step)
    for state in states:
        assert [one.event_id for one in state.noted] == [""] * 5
        assert [one.stage for one in state.noted] == ["renegotiation"] * 2 + ["impasse"] * 2 + ["renegotiation"]
        assert [move.worse for move in moves(state.noted, entries(state), {})["a-1"]] == [False, True, False]


def test_a_broken_phone_fills_no_record() -> None:
    state = State()
    for fortnight in range(3):
        moments = [15 * fortnight + number / 1_000 for number in range(600)]
        sent = [
            [interaction(moment, f"p{moment}", "violence", id=f"i{moment}") for moment in moments],
            [person(moment, f"p{moment}") for moment in moments],
            [life_event(moment, "1999-01-01") for moment in moments],
        ]
        for events in sent:
            state = fold(*events, state=state)
        state = fold(check_in(15 * fortnight + 14.9, 5), state=state)
    state = fold(check_in(60, 5), state=state)
    assert (len(state.noted), len(state.people), len(state.life)) == (MOST_ENTRIES,) * 3
    assert state.noted[-1].person == "p30.599"


def test_a_flood_of_others_makes_nothing_forgotten_that_is_kept_for_good() -> None:
    grave = [interaction(0, "uncle", "violence"), interaction(0.1, "gran", "loss")]
    quarrels = [interaction(1 + n / 1_000, "boss", id=f"q{n}") for n in range(MOST_ENTRIES + 100)]
    state = fold(*grave, *quarrels, check_in(20, 5))
    assert [(one.person, one.kind) for one in state.noted[:2]] == [("uncle", "violence"), ("gran", "loss")]
    assert len(state.noted) == MOST_ENTRIES + 2
    assert [one.time for one in state.noted] == sorted(one.time for one in state.noted)


def test_a_flood_about_one_person_makes_no_other_forgotten() -> None:
    first = [interaction(0, "uncle", "violence"), interaction(0.1, "uncle", "loss")]
    beaten = [interaction(1 + n / 1_000, "boss", "violence", id=f"v{n}") for n in range(MOST_ENTRIES + 100)]
    state = fold(*first, *beaten, check_in(20, 5))
    assert [(one.person, one.kind) for one in state.noted[:3]] == [
        ("uncle", "violence"),
        ("uncle", "loss"),
        ("boss", "violence"),
    ]


def entered(days: float, number: int, of: int) -> list[AnyEvent]:
    """A flood of entries about a few people that all say something new."""
    return [
        person(days + n / 1_000, f"q{n % of}", ring=1 + n // of % 4, envelope={"id": f"e{days}-{n}"})
        for n in range(number)
    ]


def test_whom_never_to_contact_outlives_any_flood_and_so_does_each_newest_entry() -> None:
    said = [person(0, "uncle", never_contact=True), person(0.1, "uncle", ring=2), person(0.2, "uncle", ring=3)]
    state = fold(*said, *entered(1, MOST_ENTRIES + 100, of=5), check_in(20, 5))
    assert [(one.person, one.contact, one.ring) for one in state.people[:2]] == [
        ("uncle", "never", None),
        ("uncle", None, 3),
    ]
    assert len(state.people) == MOST_ENTRIES + 2
    assert [one.contact for one in inventory(state) if one.person == "uncle"] == ["never"]
    strangers = [person(15 + n / 1_000, f"s{n}") for n in range(MOST_ENTRIES + 100)]
    state = fold(check_in(40, 5), state=fold(*strangers, state=state))
    assert [one.contact for one in inventory(state) if one.person == "uncle"] == ["never"]
    assert len(state.people) == MOST_ENTRIES + 1


def test_what_was_taken_back_is_not_kept_in_its_place() -> None:
    said = [person(0, "uncle", never_contact=True), person(0.1, "uncle", never_contact=False)]
    state = fold(*said, *entered(1, MOST_ENTRIES + 100, of=5), check_in(20, 5))
    assert [one.contact for one in state.people if one.person == "uncle"] == [""]


@pytest.mark.parametrize("steps", [(1.5,), (0.4, 1.1, 2.2, 2.6), (2.9,)])
def test_a_flood_leaves_the_same_however_it_passes(steps: tuple[float, ...]) -> None:
    random = Random(11)  # noqa: S311
    sent: list[AnyEvent] = []
    for n in range(3_000):
        day, who = n / 1_000, random.choice(["a", "b", f"p{n // 3}"])
        if n % 2:
            kind = random.choice(["conflict", "conflict", "violence", "loss"])
            sent.append(interaction(day, who, kind, id=f"i{n}"))
        else:
            said = random.choice([{"ring": n % 4 + 1}, {"never_contact": n % 3 == 0}])
            sent.append(person(day, who, **said, envelope={"id": f"i{n}"}))
    told = [entry(one) for one in sent]
    newest = micros(sent[-1].time) + 15 * DAY
    cuts = [0, *(round(step * 1_000) for step in steps), len(told)]
    kept: tuple[tuple[PersonEntry, ...], tuple[InteractionEntry, ...]] = ((), ())
    for first, end in pairwise(cuts):
        passed = told[first:end]
        kept = keep.people(kept[0], passed, newest), keep.noted(kept[1], passed, newest)
    assert kept == (keep.people((), told, newest), keep.noted((), told, newest))
    assert all(MOST_ENTRIES < len(one) <= 3 * MOST_ENTRIES for one in kept)


def test_symptoms_are_sums_of_a_local_day() -> None:
    said = [
        check_in(0.1, 5, symptoms={"binge": 2}, id="one"),
        check_in(0.2, 5, symptoms={"binge": 0, "purge": 0}, id="none"),
        check_in(0.3, 5, symptoms={}),
        check_in(0.99, 5, symptoms={"restrict": 1}, offset=60, id="tomorrow"),
    ]
    [first, second] = fold(*said, check_in(20, 5)).symptoms
    assert (first.reports, first.counts, first.event_ids) == ((2, 1, 0), (2, 0, 0), ("one",))
    assert second == SymptomDay(first.day + 1, (0, 0, 1), (0, 0, 1), ("tomorrow",))


def test_a_day_that_passes_in_two_parts_is_one_day() -> None:
    morning, evening = (check_in(day, 5, symptoms={"purge": 1}) for day in (0.3, 0.8))
    apart = fold(check_in(20, 5), state=fold(check_in(14.5, 5), state=fold(morning, evening)))
    together = fold(morning, evening, check_in(14.5, 5), check_in(20, 5))
    assert apart == together
    assert [day.counts for day in apart.symptoms] == [(0, 2, 0)]


def test_symptoms_are_kept_no_further_back_than_they_are_compared() -> None:
    state = fold(*(check_in(day, 5, symptoms={"binge": 1}) for day in range(300)))
    kept = [day.day - state.symptoms[-1].day for day in state.symptoms]
    assert (len(kept), kept[0]) == (88, -87)
    assert sum(bool(day.event_ids) for day in state.symptoms) == 32


def test_a_life_event_keeps_its_id_until_no_finding_can_name_it() -> None:
    told = fold(life_event(0, "1999-01-01", id="l-1"), check_in(58.8, 5))
    assert [event.event_id for event in told.life] == ["l-1"]
    assert [event.event_id for event in fold(check_in(60, 5), state=told).life] == [""]
