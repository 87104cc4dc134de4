import re
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient

from schemas.alerts import AlertStatus
from schemas.views import PatientView
from streams.adapters.accounts import Role
from tests.console.conftest import Console, text_of
from tests.console.samples import alert, fallen_mood, view
from tests.fixture_patient import BEFORE_SESSION_15, PATIENT, lines
from tests.golden_brief import view_of

Browse = Callable[..., Awaitable[AsyncClient]]
HOSTILE = "<svg onload=alert(1)>"


@pytest.fixture(scope="module")
def fixture_patient() -> PatientView:
    return view_of(lines(BEFORE_SESSION_15))


@pytest.fixture
async def client(browse: Browse) -> AsyncClient:
    return await browse(Role.THERAPIST)


async def test_the_brief_is_a_click_from_the_patient(
    console: Console, client: AsyncClient, fixture_patient: PatientView
) -> None:
    console.holds(fixture_patient)
    whole = await client.get(f"/patients/{PATIENT}")
    assert f'href="/patients/{PATIENT}/brief"' in whole.text
    assert f'href="/patients/{PATIENT}/reviews"' in whole.text
    told = text_of(await client.get(f"/patients/{PATIENT}/brief"))
    for words in (
        "before session 14 of 16",
        "Sat 11 Apr no report",
        "Worst day Sun 12 Apr 2026, 3.0",
        "associated with mood 1.1 points lower over the 6 hours after",
        "Who is neighbour? Met once, not in the inventory.",
    ):
        assert words in told
    reviews = text_of(await client.get(f"/patients/{PATIENT}/reviews"))
    assert "Formulation after the initial phase" in reviews
    assert "First against now" in reviews


@pytest.mark.parametrize("page", ["brief", "reviews"])
async def test_violence_is_in_what_is_not_printed_alone(
    console: Console, client: AsyncClient, fixture_patient: PatientView, page: str
) -> None:
    console.holds(fixture_patient)
    answer = await client.get(f"/patients/{PATIENT}/{page}")
    private = re.findall(r'<section class="private">.*?</section>', answer.text, re.DOTALL)
    assert "Safe contact first" in private[0]
    printed = re.sub(r'<section class="private">.*?</section>', "", answer.text, flags=re.DOTALL)
    assert "violence" not in printed
    assert "Something is shown on the screen only." in printed
    css = (await client.get("/static/console.css")).text
    assert re.search(r"@media print \{[^@]*\.private[^{]*\{ display: none; \}", css)


async def test_the_brief_begins_with_what_is_open_whenever_it_was_found(
    console: Console, client: AsyncClient, fixture_patient: PatientView
) -> None:
    address = f"/patients/{PATIENT}/brief"
    console.holds(fixture_patient, alert(1, patient="p-another"), alert(2, patient=PATIENT, status=AlertStatus.CLOSED))
    assert "Open alerts" not in text_of(await client.get(address))
    console.holds(fallen_mood(3, PATIENT), alert(4, patient=PATIENT))
    answer = await client.get(address)
    assert re.findall(r'href="/alerts/0*(\d)"', answer.text) == ["4", "3"]
    told = text_of(answer)
    assert "High Mood has fallen began Sat 14 Nov 2026" in told
    assert told.index("Open alerts") < told.index("Sat 11 Apr no report")


async def test_an_open_alert_of_violence_is_not_printed(
    console: Console, client: AsyncClient, fixture_patient: PatientView
) -> None:
    quiet = fixture_patient.model_copy(
        update={"brief": fixture_patient.brief and fixture_patient.brief.model_copy(update={"guarded": None})}
    )
    hidden = alert(1, "relationship.worsening", patient=PATIENT, evidence={"hidden_from_patient": True, "person": "b"})
    console.holds(quiet, alert(2, patient=PATIENT))
    whole = (await client.get(f"/patients/{PATIENT}/brief")).text
    assert "private" not in whole
    assert "screen only" not in whole
    console.holds(hidden)
    answer = (await client.get(f"/patients/{PATIENT}/brief")).text
    printed = re.sub(r'<li class="private">.*?</li>', "", answer, flags=re.DOTALL)
    assert "A relationship is worsening: b" in answer
    assert "A relationship is worsening" not in printed
    assert "Thoughts of death" in printed
    assert "Something is shown on the screen only." in printed


async def test_the_formulation_says_that_links_are_of_now(
    console: Console, client: AsyncClient, fixture_patient: PatientView
) -> None:
    console.holds(fixture_patient)
    told = text_of(await client.get(f"/patients/{PATIENT}/reviews"))
    formulation, review = told.split("Termination review")
    assert "What mood moves along with, as it reads now" in formulation
    assert "as it reads now" not in review


@pytest.mark.parametrize("page", ["brief", "reviews"])
async def test_a_view_from_before_there_were_briefs_has_none(console: Console, client: AsyncClient, page: str) -> None:
    console.holds(view("p-old"))
    assert (await client.get(f"/patients/p-old/{page}")).status_code == 404
    assert (await client.get(f"/patients/p-nobody/{page}")).status_code == 404
    assert "/brief" not in (await client.get("/patients/p-old")).text


@pytest.mark.parametrize("page", ["brief", "reviews"])
@pytest.mark.parametrize("role", [Role.ON_CALL, Role.OPERATOR])
async def test_it_is_not_for_everybody(
    console: Console, browse: Browse, fixture_patient: PatientView, role: Role, page: str
) -> None:
    console.holds(fixture_patient)
    assert (await (await browse(role)).get(f"/patients/{PATIENT}/{page}")).status_code in {403, 404}


async def test_hostile_ids_are_shown_as_they_are(
    console: Console, client: AsyncClient, fixture_patient: PatientView
) -> None:
    assert fixture_patient.brief
    goals = tuple(goal.model_copy(update={"goal": HOSTILE}) for goal in fixture_patient.brief.goals)
    hostile = fixture_patient.model_copy(update={"brief": fixture_patient.brief.model_copy(update={"goals": goals})})
    console.holds(hostile)
    answer = await client.get(f"/patients/{PATIENT}/brief")
    assert "<svg onload" not in answer.text
    assert HOSTILE in text_of(answer)
