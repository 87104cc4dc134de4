from collections.abc import Iterator

import pytest

from schemas.views import Cell
from streams.core.links import Happened, LinkPopulation, Links, Report, advance, fit_population, read, sufficient
from streams.core.links.population import Prior
from streams.simulate.link_trial import trial_patient

HOUR = 3600.0


def items(number: int, *, shuffled: bool = False) -> list[Report | Happened]:
    patient = trial_patient(5, number, shuffled=shuffled)
    found: list[Report | Happened] = [
        Report(hour * HOUR, int(hour % 24 * HOUR), mood * 100) for hour, mood in patient.reports
    ]
    found += [Happened(event.hour * HOUR, *patient.cells[event.cell], event.patterns) for event in patient.events]
    return sorted(found, key=lambda item: item.time)


def steady(effect: int, events: int) -> Iterator[Report | Happened]:
    """Two reports a day, 3 hours apart and always 6.0 and 6.0, but `effect` hundredths more after an event."""
    for day in range(40):
        morning = day * 24 * HOUR + 9 * HOUR
        wobble = (day * 37 % 7 - 3) * 10
        happens = day % 3 == 0 and day // 3 < events
        yield Report(morning, 9 * 3600, 600 + wobble)
        if happens:
            yield Happened(morning + HOUR, "a", "conflict")
        yield Report(morning + 3 * HOUR, 12 * 3600, 600 - wobble + (effect if happens else 0))


def test_what_is_frozen_and_what_is_open_read_alike() -> None:
    every = items(1)
    whole = read(Links.empty(), every, LinkPopulation(), "p-1")
    for cut in (0, 100, len(every)):
        frozen = advance(Links.empty(), every[:cut])
        assert read(frozen, every[cut:], LinkPopulation(), "p-1") == whole


def test_a_clear_effect_is_shown_with_its_size() -> None:
    links = read(Links.empty(), list(steady(-200, 12)), LinkPopulation(), "p-1")
    person = next(link for link in links if link.cell == Cell(person="a", kind="conflict"))
    assert person.shown
    assert person.n == 12
    assert person.low < person.effect < person.high < 0
    assert person.effect == pytest.approx(0.632 * person.peak, abs=0.01)
    assert person.peak == pytest.approx(-2.0 / 0.7165, rel=0.25)


def test_four_events_are_not_enough_however_clear() -> None:
    assert not any(link.shown for link in read(Links.empty(), list(steady(-300, 4)), LinkPopulation(), "p-1"))


def test_a_small_effect_is_not_shown_however_certain() -> None:
    assert not any(link.shown for link in read(Links.empty(), list(steady(-30, 13)), LinkPopulation(), "p-1"))


def test_the_population_alone_shows_nothing() -> None:
    strong = LinkPopulation({"person": {"conflict": Prior(-2.0, 0.25)}, "kind": {"conflict": Prior(-2.0, 0.25)}})
    assert not any(link.shown for link in read(Links.empty(), list(steady(0, 12)), strong, "p-1"))


def test_nothing_heard_is_no_link_and_no_error() -> None:
    assert read(Links.empty(), (), LinkPopulation(), "p-1") == []
    alone = read(Links.empty(), [Happened(1.0, "a", "loss")], LinkPopulation(), "p-1")
    assert [(link.n, link.shown) for link in alone] == [(1, False), (1, False)]


def test_links_come_in_a_fixed_order() -> None:
    links = read(Links.empty(), items(2), LinkPopulation(), "p-1")
    keys = [(link.cell.person or "", link.cell.kind or "", link.cell.pattern or "") for link in links]
    assert keys == sorted(keys)


def test_the_intervals_hold_and_little_is_shown_falsely() -> None:
    """A small trial; `ipt-pulse evaluate links` is the large one."""
    folded = [(trial_patient(5, number), advance(Links.empty(), items(number))) for number in range(80)]
    population = fit_population(
        one for number, (_, links) in enumerate(folded) for one in sufficient(links, (), str(number))
    )
    judged = [
        (dict(zip(patient.cells, patient.effects, strict=True))[link.cell.person or "", link.cell.kind or ""], link)
        for patient, links in folded
        for link in read(links, (), population, "p-1")
        if link.cell.person is not None
    ]
    shown = [(truth, link) for truth, link in judged if link.shown]
    covered = [link.low <= 0.6321 * truth <= link.high for truth, link in judged]
    assert sum(covered) / len(covered) > 0.9
    assert sum(truth == 0 for truth, _ in shown) / len(shown) < 0.12
    found = [link.shown for truth, link in judged if truth == -1.8]
    assert sum(found) / len(found) > 0.65


def test_where_nothing_goes_on_nearly_nobody_is_shown_anything() -> None:
    folded = [advance(Links.empty(), items(number, shuffled=True)) for number in range(80)]
    population = fit_population(
        one for number, links in enumerate(folded) for one in sufficient(links, (), str(number))
    )
    cards = [any(link.shown for link in read(links, (), population, "p-1")) for links in folded]
    assert sum(cards) <= 2
