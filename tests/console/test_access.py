from collections.abc import Awaitable, Callable

import pytest
from fastapi.routing import APIRoute
from httpx import AsyncClient

from schemas.brief_view import Brief
from schemas.review_view import Formulation, Review
from schemas.views import PatientView
from streams.adapters.accounts import Role
from streams.console.pages import ROUTERS
from tests.console.conftest import Console
from tests.console.samples import GROUP, PATIENT, alert, fallen_mood, group, members, view
from tests.golden_brief import golden

Browse = Callable[..., Awaitable[AsyncClient]]

SAFETY, MOOD = alert(1), fallen_mood(2)
PICTURE = "?theme=light&size=phone"

EVERYONE = frozenset({None, *Role})
CARE = frozenset({Role.LEAD, Role.THERAPIST})
CLINICIANS = frozenset({Role.ON_CALL, Role.LEAD, Role.THERAPIST})
OPENS = {
    "/": frozenset(Role),
    "/sign-in": EVERYONE,
    "/healthz": EVERYONE,
    "/readyz": EVERYONE,
    "/metrics": EVERYONE,
    "/system": frozenset({Role.OPERATOR}),
    "/inbox": CLINICIANS,
    "/inbox/list": CLINICIANS,
    f"/alerts/{SAFETY.alert_id}": CLINICIANS,
    f"/alerts/{MOOD.alert_id}/mood.svg{PICTURE}": CLINICIANS,
    "/patients": CARE,
    f"/patients/{PATIENT}": CARE,
    f"/patients/{PATIENT}/brief": CARE,
    f"/patients/{PATIENT}/reviews": CARE,
    f"/patients/{PATIENT}/phone": CARE,
    f"/groups/{GROUP}": CARE,
    f"/patients/{PATIENT}/mood.svg{PICTURE}": CARE,
    f"/patients/{PATIENT}/scores/PHQ-9.svg{PICTURE}": CARE,
    "/rota": frozenset(Role),
    "/outcomes": frozenset({Role.LEAD}),
    f"/alerts/{SAFETY.alert_id}/scores.svg{PICTURE}": CLINICIANS,
}


def with_brief() -> PatientView:
    """The sample patient, with the brief and the reviews of the fixture patient."""
    return view().model_copy(
        update={
            "brief": Brief.model_validate_json(golden("brief.json")),
            "formulation": Formulation.model_validate_json(golden("formulation.json")),
            "review": Review.model_validate_json(golden("review.json")),
        }
    )


ACTIONS = {
    "acknowledge": {"version": "1"},
    "hand-over": {"version": "1", "to": "sam"},
    "close": {"version": "1", "outcome": "contacted"},
}


@pytest.mark.parametrize("role", [None, *Role])
async def test_each_role_opens_what_is_for_it_and_nothing_else(
    console: Console, browse: Browse, role: Role | None
) -> None:
    console.holds(SAFETY, MOOD, with_brief(), group(), *members())
    client = await browse(role)
    for address, roles in OPENS.items():
        answer = await client.get(address)
        opened = answer.status_code == 200 or (address == "/" and answer.headers.get("location") != "/sign-in?to=/")
        assert opened == (role in roles), (address, answer.status_code)
        if role not in roles:
            assert PATIENT not in answer.text


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("action", ACTIONS)
async def test_only_clinicians_act(console: Console, browse: Browse, role: Role | None, action: str) -> None:
    console.holds(SAFETY, with_brief())
    client = await browse(role)
    token = (await client.get("/sign-in")).text.split('name="csrf" value="')[1].split('"')[0]
    await client.post(f"/alerts/{SAFETY.alert_id}/{action}", data={"csrf": token, **ACTIONS[action]})
    assert len(console.actions.sent) == (role in CLINICIANS)


@pytest.mark.parametrize("token", ["", "guessed", "\N{SNOWMAN}"])
@pytest.mark.parametrize("action", ACTIONS)
async def test_a_form_without_the_sessions_token_does_nothing(
    console: Console, browse: Browse, action: str, token: str
) -> None:
    console.holds(SAFETY)
    client = await browse(Role.LEAD)
    answer = await client.post(f"/alerts/{SAFETY.alert_id}/{action}", data={"csrf": token, **ACTIONS[action]})
    assert answer.status_code == 403
    assert not console.actions.sent


def routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def test_no_page_was_forgotten_here() -> None:
    paths = {route.path for route in routes() if "GET" in route.methods}
    shapes = {
        address.split("?")[0]
        .replace(SAFETY.alert_id, "{alert_id}")
        .replace(MOOD.alert_id, "{alert_id}")
        .replace(PATIENT, "{patient}")
        .replace(GROUP, "{group}")
        .replace("PHQ-9", "{instrument}")
        for address in OPENS
    }
    assert paths == shapes | {"/inbox/live"}  # a stream without an end: the browser tests have it


def test_every_form_asks_for_the_token() -> None:
    posts = [route for route in routes() if "POST" in route.methods]
    assert len(posts) == 6
    for route in posts:
        assert "own_form" in {dependency.call.__name__ for dependency in route.dependant.dependencies}
