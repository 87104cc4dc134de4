from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from httpx import AsyncClient

from streams.adapters.accounts import Role
from streams.adapters.plan import load_plan
from streams.core.alerts import read_silences
from streams.core.duty import read_teams
from tests.console.conftest import Console, text_of

Browse = Callable[..., Awaitable[AsyncClient]]

ROTA = """
version: rota-7
default: north
teams:
  north:
    zone: Europe/Berlin
    working_hours: {week: {monday: "08:00-17:00", tuesday: "09:00-12:00"}, closed: [2026-12-31]}
    lead: lee
    rota:
      rotation: {people: [ada, ben], first: 2026-11-02, days: 7, hand_over: "08:00", last: 2026-12-07}
      shifts:
        - {who: cleo, from: 2026-11-24 08:00:00, until: 2026-11-25 08:00:00}
        - {from: 2026-11-24 20:00:00, until: 2026-11-25 08:00:00}
  south:
    zone: UTC
    working_hours: {week: {friday: "08:00-17:00"}}
"""
SILENCES = """
silences:
  - {rules: [silence], teams: [north], from: 2026-11-23T10:00:00Z, until: 2026-11-24T06:00:00Z,
     by: ora, reason: the servers move}
  - {rules: [silence], from: 2026-11-20T10:00:00Z, until: 2026-11-21T06:00:00Z, by: ora, reason: over and done}
"""


def with_plan(console: Console, rota: str = ROTA, silences: str = SILENCES) -> None:
    plan = replace(load_plan(), teams=read_teams(rota), silences=read_silences(silences))
    console.app.state.parts = replace(console.parts, plan=lambda: plan)


async def test_who_is_on_who_comes_next_and_what_lacks(console: Console, browse: Browse) -> None:
    with_plan(console)
    told = text_of(await (await browse(Role.ON_CALL)).get("/rota"))
    for words in (
        "Now ben until 24 Nov 2026, 07:00 UTC Next cleo Lead lee",
        "Nobody is on call: 24 Nov 2026, 19:00 UTC to 25 Nov 2026, 07:00 UTC .",
        "Nobody is on call: 7 Dec 2026, 07:00 UTC with no end in sight.",
        "Two shifts at once; the one that begins last counts: 24 Nov 2026, 19:00 UTC",
        "cleo 24 Nov 2026, 07:00 UTC 24 Nov 2026, 19:00 UTC ben 25 Nov 2026, 07:00 UTC 30 Nov 2026, 07:00 UTC",
        "Works again 24 Nov 2026, 08:00 UTC",
        "Monday 08:00 to 17:00 Tuesday 09:00 to 12:00",
        "Closed: 31 Dec 2026.",
        "Now Whoever the pager knows: no rota is kept here.",
    ):
        assert words in told
    assert "The lead was told." not in told
    console.moment += timedelta(hours=4)
    within_a_day = text_of(await (await browse(Role.ON_CALL)).get("/rota"))
    assert "25 Nov 2026, 07:00 UTC . The lead was told." in within_a_day


async def test_what_is_held_back_by_whom_why_and_until_when(console: Console, browse: Browse) -> None:
    with_plan(console)
    told = text_of(await (await browse(Role.LEAD)).get("/rota")).split("Held back")[1]
    assert "Not heard from , north 23 Nov 2026, 10:00 UTC to 24 Nov 2026, 06:00 UTC ora: the servers move" in told
    assert "over and done" not in told


async def test_a_clinic_without_rota_or_silences_is_told_so(browse: Browse) -> None:
    told = text_of(await (await browse(Role.THERAPIST)).get("/rota"))
    assert "no rota is kept here" in told
    assert "Nothing is held back." in told
