from math import inf

import numpy as np
import pytest

from streams.core.links.forecast import NOISE, QUICK, SLOW, foretell, learn


def test_before_any_report_nothing_is_foretold() -> None:
    quick, slow, unsure = foretell(inf, (0.0, 0.0, 0.0))
    assert (quick, slow) == (0.0, 0.0)
    forecasts = np.zeros((2, 3))
    surprise, variance, _ = learn(forecasts, np.array([1.0, 0.5, 7.0]), unsure)
    assert surprise.tolist() == [1.0, 0.5, 7.0]
    assert variance == pytest.approx(QUICK + SLOW + NOISE) == pytest.approx(1.0)


def test_two_reports_in_one_minute_differ_by_their_noise() -> None:
    _, _, unsure = foretell(inf, (0.0, 0.0, 0.0))
    forecasts = np.zeros((2, 1))
    _, _, unsure = learn(forecasts, np.array([6.0]), unsure)
    _, _, unsure = foretell(0.0, unsure)
    _, variance, _ = learn(forecasts, np.array([6.0]), unsure)
    assert NOISE < variance < 2 * NOISE


def test_what_it_foretells_is_what_regression_on_all_earlier_reports_would() -> None:
    hours = np.array([0.0, 3.0, 4.5, 12.0, 15.0, 40.0])
    moods = np.array([5.0, 4.0, 6.0, 7.0, 2.0, 5.0])
    apart = np.abs(np.subtract.outer(hours, hours)) * 3600
    covariance = QUICK * 0.40 ** (apart / 10_800) + SLOW * np.exp(-apart / (4 * 86_400)) + NOISE * np.eye(6)
    forecasts, unsure, heard = np.zeros((2, 1)), (0.0, 0.0, 0.0), -inf
    for at, hour in enumerate(hours):
        quick, slow, unsure = foretell((hour - heard) * 3600, unsure)
        forecasts *= np.array([[quick], [slow]])
        surprise, variance, unsure = learn(forecasts, moods[at : at + 1], unsure)
        weights = np.linalg.solve(covariance[:at, :at], covariance[:at, at]) if at else np.zeros(0)
        assert surprise[0] == pytest.approx(moods[at] - weights @ moods[:at])
        assert variance == pytest.approx(1 - weights @ covariance[:at, at])
        heard = hour
