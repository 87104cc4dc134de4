"""What is known of a made-up cohort is found again; few patients hardly move what the policy says."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from msgspec.structs import replace

from streams.core.days import with_report
from streams.core.entry import MoodEntry
from streams.core.links import Sufficient
from streams.core.moments import DAY, MINUTE
from streams.core.policy import MoodPolicy
from streams.core.refit import Heard, hear, refit
from streams.core.refit.fit import LEAST_DAYS, LEAST_PATIENTS, LEAST_REPORTS, REACH
from streams.core.refit.hear import APART, FAR, NEAR, MoodSums
from streams.core.state import State
from streams.simulate.mood import ANSWERED, PROMPT_HOURS, SCENARIOS, answer, swings

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
POLICY = MoodPolicy()
FIRST = 20_000


def patient(rng: np.random.Generator, scenario: str = "S4", *, mean: float = 6.0, trend: float = 0.0) -> State:
    """84 days of reports of somebody whose usual mood is `mean` ± 0.9 and who scatters by 1.3."""
    days = 84
    felt = rng.normal(mean, 0.9) + 1.3 * swings(rng, days, SCENARIOS[scenario]) + trend * np.arange(days)[:, None]
    moods, answered = answer(felt), rng.random(felt.shape) < ANSWERED
    totals, entries = b"", []
    for day in range(days):
        for mood in moods[day][answered[day]].tolist():
            totals = with_report(totals, FIRST + day, int(100 * mood), 1, 0)
        if day >= days - 14:
            entries += [
                MoodEntry((FIRST + day) * DAY + hour * 60 * MINUTE, b"", b"", 0, int(100 * mood))
                for hour, mood, told in zip(PROMPT_HOURS, moods[day], answered[day], strict=True)
                if told
            ]
    return replace(State(), newest=(FIRST + days) * DAY, day_totals=totals, others=tuple(entries))


def cohort(patients: int, scenario: str = "S4", *, seed: int = 7, trend: float = 0.0) -> list[Heard]:
    rng = np.random.default_rng(seed)
    return [hear(str(number), patient(rng, scenario, trend=trend)) for number in range(patients)]


def fitted(heard: Sequence[Heard], version: str = "v1") -> object:
    return refit(heard, POLICY, version=version, fitted_at=NOW)


def test_what_a_large_cohort_is_made_of_is_found_again() -> None:
    found = refit(cohort(300), POLICY, version="v1", fitted_at=NOW)
    assert found.mood is not None
    assert found.mood.mean == pytest.approx(6.0, abs=0.2)
    assert found.mood.between == pytest.approx(0.9, abs=0.12)
    assert found.mood.within == pytest.approx(1.33, abs=0.06)  # with the rounding
    assert (found.version, found.fitted_at, found.patients) == ("v1", NOW, 300)


@pytest.mark.parametrize(("scenario", "low", "high"), [("S2", 1.7, 2.6), ("S4", 3.0, 4.2), ("S5", 3.7, 5.2)])
def test_inflation_is_that_of_the_scenario(scenario: str, low: float, high: float) -> None:
    found = refit(cohort(200, scenario), POLICY, version="v1", fitted_at=NOW)
    assert found.mood is not None
    assert low < found.mood.inflation < high


def test_patients_who_get_better_slowly_are_not_taken_for_ups_and_downs() -> None:
    still = refit(cohort(100), POLICY, version="v1", fitted_at=NOW)
    better = refit(cohort(100, trend=0.02), POLICY, version="v1", fitted_at=NOW)
    assert still.mood is not None
    assert better.mood is not None
    assert better.mood.inflation == pytest.approx(still.mood.inflation, rel=0.1)


@pytest.mark.parametrize("patients", [0, 1, LEAST_PATIENTS - 1])
def test_a_clinic_of_few_works_from_the_defaults(patients: int) -> None:
    found = refit(cohort(patients), POLICY, version="v1", fitted_at=NOW)
    assert (found.mood, found.kinship, found.links) == (None, None, ())
    assert found.patients == patients


def test_a_small_clinic_moves_the_policy_only_part_of_the_way() -> None:
    small = refit(cohort(LEAST_PATIENTS), POLICY, version="v1", fitted_at=NOW).mood
    large = refit(cohort(300), POLICY, version="v1", fitted_at=NOW).mood
    assert small is not None
    assert large is not None
    assert large.within < small.within < POLICY.within
    assert abs(small.between - POLICY.between) < abs(large.between - POLICY.between)


def sums(**changed: float) -> MoodSums:
    values = {"n": 200, "days": 80, "mean": 5.5, "variance": 2.25, "week_pairs": 10, "week_changes": 74.25} | changed
    return MoodSums(**values)  # type: ignore[arg-type]


def alike(**changed: float) -> list[Heard]:
    return [Heard(str(number), sums(**changed), ()) for number in range(5000)]


@pytest.mark.parametrize(("name", "changed"), [("within", {"variance": 400.0}), ("inflation", {"week_changes": 9e9})])
def test_no_value_leaves_reach_of_the_policy(name: str, changed: dict[str, float]) -> None:
    found = refit(alike(**changed), POLICY, version="v1", fitted_at=NOW).mood
    assert found is not None
    assert getattr(found, name) == pytest.approx(REACH * getattr(POLICY, name))


def test_patients_who_are_all_alike_leave_a_small_spread_and_no_error() -> None:
    found = refit(alike(), POLICY, version="v1", fitted_at=NOW).mood
    assert found is not None
    assert found.between == pytest.approx(POLICY.between / REACH)


def test_moods_that_never_move_are_no_error() -> None:
    assert refit(alike(variance=0.0, week_changes=0.0), POLICY, version="v1", fitted_at=NOW).mood is not None


@pytest.mark.parametrize(
    ("n", "days", "counts"),
    [
        (LEAST_REPORTS, LEAST_DAYS, True),
        (LEAST_REPORTS - 1, LEAST_DAYS, False),
        (LEAST_REPORTS, LEAST_DAYS - 1, False),
    ],
)
def test_a_patient_with_few_reports_says_nothing_of_others(n: int, days: int, counts: bool) -> None:
    heard = [Heard(str(number), sums(n=n, days=days), ()) for number in range(10)]
    assert refit(heard, POLICY, version="v1", fitted_at=NOW).patients == (10 if counts else 0)


def test_the_order_of_patients_does_not_show() -> None:
    heard = cohort(20)
    assert fitted(heard) == fitted(heard[::-1])


def test_links_are_fitted_by_family_and_kind() -> None:
    rng = np.random.default_rng(1)
    effects = rng.normal(-1.0, 0.5, 400)
    heard = [
        Heard(
            str(number), MoodSums(), (Sufficient(str(number), "kind", "conflict", effect + rng.normal(0, 0.6), 0.36),)
        )
        for number, effect in enumerate(effects)
    ]
    (found,) = refit(heard, POLICY, version="v1", fitted_at=NOW).links
    assert (found.family, found.kind) == ("kind", "conflict")
    assert found.mean == pytest.approx(-1.0, abs=0.12)
    assert found.spread == pytest.approx(0.5, abs=0.12)


def state(*reports: tuple[int, int]) -> State:
    """Who reported these moods, each on its day."""
    totals = b""
    for day, mood in reports:
        totals = with_report(totals, day, mood, 1, 0)
    return replace(State(), day_totals=totals)


def week(number: int, n: int, mood: int) -> list[tuple[int, int]]:
    return [(7 * number, mood)] * n


def test_weeks_are_compared_with_the_one_before_the_last() -> None:
    near = hear("p", state(*week(100, 4, 500), *week(100 + APART - 1, 4, 900))).mood
    apart = hear("p", state(*week(100, 4, 500), *week(100 + APART, 4, 700))).mood
    thin = hear("p", state(*week(100, 4, 500), *week(100 + APART, 2, 700))).mood
    assert (near.week_pairs, thin.week_pairs) == (0, 0)
    assert apart.week_pairs == 1
    assert apart.week_changes == pytest.approx(2.0**2 * 2)


@pytest.mark.parametrize(("apart", "counts"), [(NEAR - 1, 0), (NEAR, 1), (FAR, 1), (FAR + 1, 0)])
def test_reports_about_three_hours_apart_tell_of_kinship(apart: int, counts: int) -> None:
    start = FIRST * DAY + 8 * 60 * MINUTE
    entries = tuple(MoodEntry(start + at, b"", b"", 0, mood) for at, mood in ((0, 400), (apart, 600)))
    known = replace(state((FIRST, 400), (FIRST, 600)), others=entries)
    found = hear("p", known).mood
    assert found.near_pairs == counts
    assert found.near_products == pytest.approx(-1.0 * counts)


def test_nobody_heard_of_says_nothing() -> None:
    assert hear("p", State()) == Heard("p", MoodSums(), ())
