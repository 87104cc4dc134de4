"""What every instrument in schemas/questionnaires/ keeps, tested from its own file: one that is added is tested here.

An instrument needs a replay sample of the same file name beside this: answers, and the total they must give.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from fhir.resources.R4B.bundle import Bundle

from schemas import questionnaires
from schemas.events import AnyEvent
from schemas.questionnaires import INSTRUMENTS, Instrument
from streams.core.course import Standing, course_of
from streams.core.entry import ScoreEntry
from streams.core.fhir import bundle
from streams.core.points import points
from streams.core.questionnaire import score
from streams.core.safety import safety_finding
from tests.core.builders import event, raw

FILES = {
    file.stem: yaml.safe_load(file.read_text())["name"] for file in Path(questionnaires.__path__[0]).glob("*.yaml")
}
SAMPLES = {
    file.stem: yaml.safe_load(file.read_text()) for file in (Path(__file__).parent / "questionnaires").glob("*.yaml")
}
REPLAYS = [(FILES[stem], sample) for stem, samples in SAMPLES.items() if stem in FILES for sample in samples]

every_instrument = pytest.mark.parametrize("one", INSTRUMENTS.values(), ids=INSTRUMENTS)


def answered(one: Instrument, answers: dict[str, int], week: int = 0) -> AnyEvent:
    return event(raw("questionnaire.v1", 7 * week, {"instrument": one.name, "items": answers}))


def adding_up_to(one: Instrument, total: int) -> dict[str, int]:
    """Answers to all items that add up to `total`."""
    most = one.item_maximum
    return {key: min(most, max(0, total - most * place)) for place, key in enumerate(one.items)}


def course(one: Instrument, totals: list[float]) -> list[Standing]:
    scores = [ScoreEntry(week, b"", b"", 0, one.name, round(total * 100), 0, "") for week, total in enumerate(totals)]
    return course_of(scores, one)


def test_every_file_is_an_instrument_with_a_replay_sample() -> None:
    assert set(FILES.values()) == set(INSTRUMENTS)
    assert set(SAMPLES) == set(FILES)
    assert all(SAMPLES.values())


@pytest.mark.parametrize(("name", "sample"), REPLAYS)
def test_the_samples_give_the_scores_they_ought_to(name: str, sample: dict[str, Any]) -> None:
    one = INSTRUMENTS[name]
    answers = {
        key: answer for key, answer in zip(one.items, sample["answers"], strict=True) if answer is not None
    }  # fmt: skip
    scored = score(answered(one, answers).data)
    assert (scored.total, scored.imputed) == (sample.get("total"), sample.get("imputed", 0))
    assert ("band" in sample) == (scored.total is not None)
    if scored.total is not None:
        assert one.band(scored.total) == sample["band"]


@every_instrument
def test_the_bands_ascend_and_cover_every_total_once(one: Instrument) -> None:
    names = [one.band(total) for total in range(one.total_maximum + 1)]
    changes = [after for before, after in pairwise(names) if before != after]
    assert [names[0], *changes] == [band.name for band in one.bands]


@every_instrument
def test_every_boundary_from_answers_to_band(one: Instrument) -> None:
    ends = [band.from_total - 1 for band in one.bands[1:]] + [one.total_maximum]
    for band, end in zip(one.bands, ends, strict=True):
        for total in (band.from_total, end):
            filled = answered(one, adding_up_to(one, total))
            assert score(filled.data).total == total
            assert one.band(total) == one.band(min(total + 0.99, end + 0.99)) == band.name
            assert f'band="{band.name}"' in points(filled)[0]


BOUNDARIES = [
    (one, total)
    for one in INSTRUMENTS.values()
    for boundary in {*(band.from_total for band in one.bands), one.caseness, one.total_maximum}
    for total in (boundary - 1, boundary, boundary + 1)
    if 0 <= total <= one.total_maximum
]


@pytest.mark.parametrize(("one", "total"), BOUNDARIES, ids=[f"{one.name}-{total}" for one, total in BOUNDARIES])
def test_a_total_beside_and_at_each_boundary_is_in_its_band_wherever_it_is_shown(one: Instrument, total: int) -> None:
    started = [band.name for band in one.bands if band.from_total <= total]
    filled = answered(one, adding_up_to(one, total))
    [standing] = course(one, [total])
    assert (one.band(total), standing.band) == (started[-1], started[-1])
    assert one.severe(total) == (one.severe_band == started[-1])
    assert f'band="{started[-1]}"' in points(filled)[0]
    assert [entry.resource.interpretation[0].text for entry in Bundle.model_validate(bundle([filled])).entry
            if entry.resource.get_resource_type() == "Observation"] == [started[-1]]  # fmt: skip


@every_instrument
def test_as_many_items_may_be_missing_as_it_says_and_no_more(one: Instrument) -> None:
    optional = [key for key in one.items if key != one.safety_item]
    full = dict.fromkeys(one.items, 1)
    for missing in range(one.missing_allowed + 2):
        left = {key: answer for key, answer in full.items() if key not in optional[:missing]}
        scored = score(answered(one, left).data)
        if missing <= one.missing_allowed:
            assert (scored.total, scored.imputed) == (len(one.items), missing)
        else:
            assert scored.total is None
            assert "total=" not in points(answered(one, left))[0]


@every_instrument
def test_a_change_counts_from_the_reliable_change_on(one: Instrument) -> None:
    change = one.reliable_change
    assert [bool(known.news) for known in course(one, [0, 0, change, change])] == [False, False, False, True]
    assert not any(known.news for known in course(one, [0, 0, change - 0.01, change - 0.01]))
    top = one.total_maximum
    assert course(one, [top, top, top - change, top - change])[-1].improved
    assert not course(one, [top, top, top - change + 0.01, top - change])[-1].improved


@every_instrument
def test_recovery_is_below_caseness(one: Instrument) -> None:
    top, case = one.total_maximum, one.caseness
    assert top - case >= one.reliable_change, "nobody could recover"
    assert course(one, [top, top, case - 0.01, case - 0.01])[-1].recovered
    assert not course(one, [top, top, case - 0.01, case])[-1].recovered


@every_instrument
def test_the_safety_item_pages_by_itself_and_is_never_filled_in(one: Instrument) -> None:
    for key in one.items:
        finding = safety_finding(answered(one, {key: 1}))
        assert (finding is not None) == (key == one.safety_item)
    if one.safety_item is not None:
        others = {key: one.item_maximum for key in one.items if key != one.safety_item}
        assert score(answered(one, others).data).total is None


@every_instrument
def test_its_labels_are_short_and_all_different(one: Instrument) -> None:
    labels = [item.label for item in one.items.values()]
    assert len(set(labels)) == len(labels)
    assert all(len(label.split()) <= 6 and "?" not in label for label in labels)


@every_instrument
def test_no_code_stands_twice(one: Instrument) -> None:
    codes = [code for code in (one.loinc_panel, one.loinc_total, *(item.loinc for item in one.items.values())) if code]
    assert len(set(codes)) == len(codes)
    assert all(_luhn(code) for code in codes)


@every_instrument
def test_it_exports_as_fhir(one: Instrument) -> None:
    filled = [answered(one, adding_up_to(one, total), week) for week, total in enumerate((0, one.total_maximum))]
    assert len(Bundle.model_validate(bundle(filled)).entry) == 5


def _luhn(code: str) -> bool:
    """Whether a LOINC code's last digit checks the others (mod 10)."""
    digits, check = code.split("-")
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return (10 - sum(number // 10 + number % 10 for number in doubled) % 10) % 10 == int(check)
