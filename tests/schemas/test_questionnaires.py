"""The instruments against the published tables, at every boundary: tables that overlap or shift by one are around."""

import pytest

from schemas.questionnaires import INSTRUMENTS, Band, Instrument

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
FACTS = {  # items, highest total, caseness, reliable change, missing allowed, safety item, code
    "PHQ-9": (9, 27, 10, 6, 2, "9", "44261-6"),
    "GAD-7": (7, 21, 8, 4, 1, None, "70274-6"),
    "EDE-QS": (12, 36, 15, 7, 2, None, None),
}


def test_every_instrument_is_checked_here() -> None:
    assert set(INSTRUMENTS) == set(PUBLISHED) == set(FACTS)


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
        one.caseness,
        one.reliable_change,
        one.missing_allowed,
        one.safety_item,
        one.loinc_total,
    )
    assert facts == FACTS[name]
    assert list(one.items) == [str(number) for number in range(1, len(one.items) + 1)]


def _instrument(**changes: object) -> Instrument:
    base = {
        "name": "X",
        "items": {"1": "a", "2": "b"},
        "item_maximum": 3,
        "missing_allowed": 0,
        "bands": [Band(name="low", from_total=0), Band(name="high", from_total=4)],
        "caseness": 4,
        "reliable_change": 2,
        "source": "a test",
    }
    return Instrument.model_validate(base | changes, strict=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"bands": [Band(name="low", from_total=1)]},
        {"bands": [Band(name="low", from_total=0), Band(name="high", from_total=0)]},
        {"bands": [Band(name="low", from_total=0), Band(name="c", from_total=5), Band(name="b", from_total=4)]},
        {"bands": [Band(name="low", from_total=0), Band(name="high", from_total=7)]},
        {"bands": []},
        {"severe_band": "worst"},
        {"safety_item": "3"},
        {"item_maximum": 0},
        {"reliable_change": 0},
        {"items": {}},
    ],
)
def test_an_instrument_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    assert _instrument().band(4) == "high"
    with pytest.raises(ValueError, match=r"X|bands|severe|safety|validation error"):
        _instrument(**changes)
