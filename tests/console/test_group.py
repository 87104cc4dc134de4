from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient

from streams.adapters.accounts import Role
from tests.console.conftest import Console, text_of
from tests.console.samples import GROUP, PATIENT, group, members, worse_group

Browse = Callable[..., Awaitable[AsyncClient]]

ADDRESS = f"/groups/{GROUP}"


@pytest.fixture
async def client(browse: Browse) -> AsyncClient:
    return await browse(Role.THERAPIST)


async def test_the_page_has_sessions_and_weeks_and_no_member(console: Console, client: AsyncClient) -> None:
    console.holds(group(), *members())
    answer = await client.get(ADDRESS)
    told = text_of(answer)
    assert "Mon 16 Nov 2026 6 there, 0 missed Cohesion 7.2 of 10 mean of 6" in told
    assert "role play 6 Worse in the six days after 3 of 6" in told
    assert "Mon 9 Nov 2026 5.5 6" in told
    assert PATIENT not in answer.text
    assert '<p class="back"><a href="/patients">' in answer.text


@pytest.mark.parametrize(("size", "status"), [(3, 404), (4, 200)])
async def test_a_group_below_four_members_is_as_good_as_none(
    console: Console, client: AsyncClient, size: int, status: int
) -> None:
    console.holds(group(size), *members(size))
    answer = await client.get(ADDRESS)
    assert answer.status_code == status
    nobody = await client.get("/groups/nobodys")
    assert (answer.text == nobody.text) == (status == 404)


async def test_figures_of_too_few_say_so(console: Console, client: AsyncClient) -> None:
    few = group()
    session = few.sessions[0].model_copy(update={"held": 3, "missed": 3, "rated": 3, "judged": 3})
    weeks = tuple(week.model_copy(update={"members": 3}) for week in few.weeks)
    console.holds(few.model_copy(update={"sessions": (session,), "weeks": weeks}), *members())
    told = text_of(await client.get(ADDRESS))
    assert "3 there, 3 missed Cohesion too few say" in told
    assert "too few were there Worse in the six days after too few, or not yet" in told
    assert "No week in which four members or more reported." in told


async def test_an_alert_about_a_group_leads_to_it(console: Console, client: AsyncClient) -> None:
    console.holds(worse_group(), group(), *members(leaders=(console.id_of(Role.THERAPIST),)))
    answer = await client.get(f"/alerts/{3:032x}")
    told = text_of(answer)
    assert f"Group {GROUP}" in told
    assert "Members who worsened 3" in told
    assert "patient's calendar" not in told
    assert f'href="{ADDRESS}"' in answer.text
    assert f"Group {GROUP}" in text_of(await client.get("/inbox"))
