from datetime import date, timedelta

import pytest

from schemas.views import SwingsView, WarningSignsView
from streams.console.swings import CAUTION, swings_told

LAST = date(2026, 11, 22)


def swings(variance: float, kinship: float | None, *, length: int, until: date) -> SwingsView:
    first = until - timedelta(days=length - 1)
    return SwingsView(first=first, last=until, days=length - 4, variance=variance, autocorrelation=kinship)


def told(now: tuple[float, float | None], then: tuple[float, float | None]) -> str:
    before = swings(*then, length=84, until=LAST - timedelta(days=28))
    return swings_told(WarningSignsView(recent=swings(*now, length=28, until=LAST), before=before))


def test_more_of_both_is_told_with_its_numbers_and_what_it_is_worth() -> None:
    assert told((2.25, 0.52), (1.0, -0.11)) == (
        "From 26 Oct to 22 Nov the day means varied more than before: by 1.5 points on 24 days with reports, against "
        "1.0 on the 80 days with reports from 3 Aug to 25 Oct (standard deviation). A day was more like the one before "
        "than it used to be: correlation 0.5, against \N{MINUS SIGN}0.1. " + CAUTION
    )


def test_less_is_told_as_less() -> None:
    assert told((1.0, 0.1), (2.0, 0.4)).count(" less ") == 2


@pytest.mark.parametrize(
    ("now", "then", "cautious"),
    [
        ((2.25, 0.2), (1.0, 0.4), True),
        ((1.0, 0.4), (2.25, 0.2), True),
        ((2.25, None), (1.0, 0.4), True),
        ((1.0, 0.2), (2.25, 0.4), False),
        ((1.0, None), (2.25, 0.4), False),
        ((1.0, 0.4), (1.0, 0.4), False),
    ],
)
def test_the_caution_is_for_what_rose(
    now: tuple[float, float | None], then: tuple[float, float | None], *, cautious: bool
) -> None:
    assert (CAUTION in told(now, then)) == cautious


def test_what_prints_alike_is_told_as_alike_and_no_zero_is_below_zero() -> None:
    same = told((1.01, -0.04), (1.0, 0.04))
    assert "varied as much as before: by 1.0 points" in same
    assert same.endswith("A day was as like the one before as it used to be: correlation 0.0, against 0.0.")


@pytest.mark.parametrize("kinships", [(None, 0.4), (0.4, None)])
def test_what_cannot_be_told_is_not(kinships: tuple[float | None, float | None]) -> None:
    assert "cannot be told" in told((0.0, kinships[0]), (1.0, kinships[1]))
