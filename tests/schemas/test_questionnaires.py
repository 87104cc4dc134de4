"""The instruments against the published tables, at every boundary: tables that overlap or shift by one are around.

What every instrument keeps, one that is added too, is in tests/contracts/test_questionnaires.py.
"""

from typing import Any

import pytest
from yaml import YAMLError

from schemas.questionnaires import INSTRUMENTS, Band, Instrument
from schemas.questionnaires.instrument import parse

PUBLISHED = {
    "PHQ-9": {
        "minimal": (0, 4),
        "mild": (5, 9),
        "moderate": (10, 14),
        "moderately_severe": (15, 19),
        "severe": (20, 27),
    },
    "GAD-7": {"minimal": (0, 4), "mild": (5, 9), "moderate": (10, 14), "severe": (15, 21)},
    "EDE-QS": {"below_cut": (0, 14), "above_cut": (15, 36)},
}
FACTS = {  # items, highest total, days, caseness, reliable change, missing allowed, safety item, severe band, code
    "PHQ-9": (9, 27, 14, 10, 6, 2, "9", "severe", "44261-6"),
    "GAD-7": (7, 21, 14, 8, 4, 1, None, "severe", "70274-6"),
    "EDE-QS": (12, 36, 7, 15, 7, 2, None, None, None),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_total_falls_into_its_published_band(name: str) -> None:
    instrument = INSTRUMENTS[name]
    expected = {total: band for band, (low, high) in PUBLISHED[name].items() for total in range(low, high + 1)}
    assert sorted(expected) == list(range(instrument.total_maximum + 1))
    assert {total: instrument.band(total) for total in expected} == expected


@pytest.mark.parametrize("name", PUBLISHED)
def test_an_imputed_total_stays_in_the_band_until_the_next_begins(name: str) -> None:
    for band, (_, high) in PUBLISHED[name].items():
        assert INSTRUMENTS[name].band(high + 0.9) == band


@pytest.mark.parametrize("name", FACTS)
def test_the_facts(name: str) -> None:
    one = INSTRUMENTS[name]
    facts = (
        len(one.items),
        one.total_maximum,
        one.recall_days,
        one.caseness,
        one.reliable_change,
        one.missing_allowed,
        one.safety_item,
        one.severe_band,
        one.loinc_total,
    )
    assert facts == FACTS[name]
    assert list(one.items) == [str(number) for number in range(1, len(one.items) + 1)]


def test_what_was_not_found_in_print_waits_for_a_clinician() -> None:
    assert set(INSTRUMENTS["EDE-QS"].needs_sign_off) >= {"reliable_change", "missing_allowed"}
    assert all("missing_allowed" in INSTRUMENTS[name].needs_sign_off for name in PUBLISHED)


def test_the_one_with_a_safety_item_comes_first() -> None:
    assert next(iter(INSTRUMENTS)) == "PHQ-9"


BASE: dict[str, Any] = {
    "name": "X",
    "recall_days": 7,
    "items": {"1": {"label": "a"}, "2": {"label": "b"}},
    "item_maximum": 3,
    "missing_allowed": 0,
    "bands": [Band(name="low", from_total=0), Band(name="high", from_total=4)],
    "caseness": 4,
    "reliable_change": 2,
}
SOURCES = dict.fromkeys(BASE.keys() - {"name"}, "a test")


def _instrument(**changes: object) -> Instrument:
    return Instrument.model_validate({"sources": SOURCES} | BASE | changes, strict=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"bands": [Band(name="low", from_total=1)]},
        {"bands": [Band(name="low", from_total=0), Band(name="high", from_total=0)]},
        {"bands": [Band(name="low", from_total=0), Band(name="c", from_total=5), Band(name="b", from_total=4)]},
        {"bands": [Band(name="low", from_total=0), Band(name="high", from_total=7)]},
        {"bands": [Band(name="low", from_total=0), Band(name="low", from_total=4)]},
        {"bands": []},
        {"severe_band": "worst", "sources": SOURCES | {"severe_band": "a test"}},
        {"severe_band": "low", "sources": SOURCES | {"severe_band": "a test"}},
        {"severe_band": "high"},
        {"safety_item": "3", "sources": SOURCES | {"safety_item": "a test"}},
        {"item_maximum": 0},
        {"reliable_change": 0},
        {"reliable_change": 7},
        {"caseness": 7},
        {"missing_allowed": 2},
        {"recall_days": 0},
        {"items": {}},
        {"items": {"1 a": {"label": "a"}, "2": {"label": "b"}}},
        {"items": {"1": {"label": "a" * 41}, "2": {"label": "b"}}},
        {"name": "X 9"},
        {"loinc_total": "44261"},
        {"sources": {}},
        {"sources": SOURCES | {"casenes": "a test"}},
        {"needs_sign_off": {"casenes": "a test"}},
    ],
)
def test_an_instrument_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    assert _instrument().band(4) == "high"
    assert not _instrument().severe(6)
    with pytest.raises(ValueError, match=r"bands|severe|safety|source|named|validation error"):
        _instrument(**changes)


def test_a_name_given_twice_in_a_file_is_refused() -> None:
    with pytest.raises(YAMLError, match="stands twice"):
        parse('name: X\nitems:\n  "1": {label: a}\n  "1": {label: b}\n')
