from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from httpx import AsyncClient

from schemas.questionnaires import INSTRUMENTS
from schemas.views import PatientView, ScoreView
from schemas.vocabulary import Arm, DiagnosisFocus
from streams.adapters.accounts import Role
from tests.console.conftest import Console, text_of
from tests.console.samples import NOW, episode, view

Browse = Callable[..., Awaitable[AsyncClient]]

FIRST, LAST = NOW - timedelta(days=70), NOW - timedelta(days=20)


def treated(number: int, first: int, last: int, **fields: object) -> PatientView:
    """A patient whose episode is over, with two totals of the PHQ-9."""
    closed = episode(opened_on=date(2026, 9, 1), closed_on=date(2026, 11, 10), held=12, **fields)
    scores = tuple(
        ScoreView(time=at, instrument="PHQ-9", total=total, band=INSTRUMENTS["PHQ-9"].band(total), imputed=False)
        for at, total in ((FIRST, first), (LAST, last))
    )
    return view(f"p-{number}").model_copy(update={"episodes": (closed,), "scores": scores})


@pytest.fixture
async def client(browse: Browse) -> AsyncClient:
    return await browse(Role.LEAD)


async def test_rates_and_effect_stand_beside_what_others_published(console: Console, client: AsyncClient) -> None:
    console.holds(*(treated(at, 18 + at % 3, 6 + at) for at in range(6)))
    told = text_of(await client.get("/outcomes"))
    for words in (
        "6 closed episodes of care.",
        "All: PHQ-9 6 of 6 closed episodes have two totals or more. 12 sessions attended (median).",
        "First total 19.0, last 8.5 on average; Hedges g",
        "Recovered 67 % (30 % to 90 %), 4 of 6",
        "Reliably worse 0 %",
        "g 0.60 (95 % interval 0.45 to 0.75)",
        "doi 10.1176/appi.ajp.2015.15091141",
        "no effect of the therapy",
    ):
        assert words in told
    assert "eating disorder" not in told


async def test_of_few_no_figure_is_given(console: Console, client: AsyncClient) -> None:
    console.holds(*(treated(at, 18, 6) for at in range(4)))
    told = text_of(await client.get("/outcomes"))
    assert "Fewer than 5 patients: no figures." in told
    assert "Recovered" not in told


async def test_groups_are_told_apart_by_what_is_asked(console: Console, client: AsyncClient) -> None:
    console.holds(
        *(treated(at, 18, 6) for at in range(5)),
        *(treated(at, 18, 6, arm=Arm.COMBINED, focus=DiagnosisFocus.EATING_DISORDER) for at in range(5, 10)),
    )
    told = text_of(await client.get("/outcomes?by=arm"))
    assert "IPT: PHQ-9" in told
    assert "IPT and medication: PHQ-9" in told
    assert "Fairburn" in told
    assert (await client.get("/outcomes?by=name")).status_code == 422


async def test_an_episode_that_opens_again_or_is_erased_leaves_the_figures(
    console: Console, client: AsyncClient
) -> None:
    console.holds(treated(1, 18, 6), treated(2, 18, 6))
    assert "2 closed episodes" in text_of(await client.get("/outcomes"))
    console.holds(view("p-1"))
    assert "1 closed episode of" in text_of(await client.get("/outcomes"))
    console.holds(treated(1, 18, 6))
    assert "2 closed episodes" in text_of(await client.get("/outcomes"))
