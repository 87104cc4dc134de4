"""Who gets what: every page and form of the console, for everybody who may come. docs/access.md says what they get.

The addresses come from the console's own routes, so one that the page does not name fails.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient, Response

from schemas.alerts import AlertEntry, AlertStatus
from schemas.audit import Deed
from streams.adapters.accounts import Role
from streams.console.groups import group_shown
from streams.console.pages import ROUTERS, inbox
from streams.console.user import reader_of, user_of
from tests.console.clinic import CLOSED, MOOD, READERS, SAFETY, Clinic, episode
from tests.console.conftest import PASSWORD, csrf_of, submit, text_of
from tests.console.samples import GROUP, NOW, PATIENT, alert, group, members

DOC = (Path(__file__).parents[2] / "docs" / "access.md").read_text()
HEADS = {
    "nobody": "nobody",
    "on call, their team": "dana",
    "on call, another": "dora",
    "their therapist": "sam",
    "another therapist": "tess",
    "their group's leader": "gina",
    "their team's lead": "lee",
    "another lead": "lou",
    "operator": "ora",
}
FILLED = {"{alert_id}": MOOD.alert_id, "{patient}": PATIENT, "{group}": GROUP, "{instrument}": "PHQ-9"}
OPENED, REFUSED, REASON = "yes", "no", "reason"


def routes() -> list[tuple[str, str]]:
    """Method and address of everything that the console answers."""
    found = (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))
    return [(method, route.path) for route in found for method in sorted(route.methods - {"HEAD"})]


def table() -> dict[tuple[str, str], dict[str, str]]:
    """What docs/access.md says: for each address, what each of `HEADS` gets."""
    lines = [line for line in DOC.split("## Pages")[1].splitlines() if line.startswith("|")]
    heads, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]
    said = {}
    for row in rows:
        method, address = row[0].strip("`").split(" ")
        said[method, address] = dict(zip((HEADS[head] for head in heads[1:]), row[1:], strict=True))
    return said


def filled(address: str) -> str:
    if address.endswith("/scores.svg"):  # the other alert is about no questionnaire
        address = address.replace("{alert_id}", SAFETY.alert_id)
    for name, value in FILLED.items():
        address = address.replace(name, value)
    assert "{" not in address, "say in FILLED what stands for it"
    return f"{address}?theme=light&size=phone" if address.endswith(".svg") else address


def outcome(answer: Response) -> str:
    """What somebody got, from the answer's status alone."""
    where = answer.headers.get("location", "")
    if answer.status_code in {401, 403, 404} or where.startswith("/sign-in?"):
        return REFUSED
    return REASON if where.endswith("/break-glass") else OPENED


async def ask(client: AsyncClient, method: str, address: str) -> Response:
    if method == "GET":
        return await client.get(filled(address))
    token = csrf_of(await client.get("/sign-in"))
    return await client.post(filled(address), data={"csrf": token})


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setattr(inbox, "LIVE_FOR_RINGS", 0)  # a stream that ends
    nowhere = {"oidc_issuer": "http://127.0.0.1:1", "oidc_client_id": "ipt", "oidc_roles": {"a": "lead"}}
    return Clinic(tmp_path, **nowhere)


def test_the_page_names_each_address_and_everybody_who_may_come() -> None:
    assert sorted(table()) == sorted(set(routes())), "docs/access.md has to say who gets it"
    assert set(HEADS.values()) == set(READERS)


@pytest.mark.parametrize("name", READERS)
async def test_everybody_gets_what_the_page_says(clinic: Clinic, name: str) -> None:
    client, got = await clinic.browse(name), {}
    for method, address in sorted(routes(), key=lambda route: route[1] == "/sign-out"):
        got[method, address] = outcome(await ask(client, method, address))
    assert got == {route: row[name] for route, row in table().items()}


@pytest.mark.parametrize("name", ["nobody", "dora", "tess", "lou", "ora"])
async def test_nothing_names_a_patient_to_those_who_have_nothing_to_do_with_them(clinic: Clinic, name: str) -> None:
    client = await clinic.browse(name)
    for method, address in routes():
        if method == "GET":
            answer = await ask(client, method, address)
            told = answer.text
            for secret in (PATIENT, SAFETY.alert_id, MOOD.alert_id, CLOSED.alert_id):
                assert secret not in told, address


async def test_somebody_elses_patient_looks_like_one_that_nobody_has(clinic: Clinic) -> None:
    client = await clinic.browse("tess")
    theirs, nobodys = await client.get(f"/patients/{PATIENT}"), await client.get("/patients/p-nobodys")
    assert (theirs.status_code, theirs.text) == (nobodys.status_code, nobodys.text)


def test_every_form_asks_for_its_sessions_token() -> None:
    posts = [
        route
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
    ]
    assert len(posts) > 5
    for route in posts:
        assert "own_form" in {found.call.__name__ for found in route.dependant.dependencies if found.call}, route.path


@pytest.mark.parametrize("token", ["", "guessed", "\N{SNOWMAN}"])
async def test_a_form_without_it_does_nothing(clinic: Clinic, token: str) -> None:
    client = await clinic.browse("lee")
    before = len(clinic.console.deeds)
    for method, address in routes():
        if method == "POST":
            answer = await client.post(filled(address), data={"csrf": token})
            assert answer.status_code == 403, address
    assert not clinic.console.actions.sent
    assert len(clinic.console.deeds) == before
    assert (await client.get("/inbox")).status_code == 200  # not even signed out


# Whose patient it is


async def sees(clinic: Clinic, name: str, patient: str = PATIENT) -> bool:
    client = await clinic.browse(name)
    opened = (await client.get(f"/patients/{patient}")).status_code == 200
    assert (f'href="/patients/{patient}"' in (await client.get("/patients")).text) == opened
    return opened


@pytest.mark.parametrize(
    ("team", "therapist", "closed", "seen_by"),
    [
        ("north", "sam", False, {"sam", "lee"}),
        ("north", None, False, {"sam", "gina", "tess", "lee"}),  # the whole team's, until somebody is named
        (None, None, False, {"sam", "gina", "tess", "lee"}),  # no team: the default one
        ("nowhere", None, False, {"sam", "gina", "tess", "lee"}),  # nor one that the rota does not know
        ("south", None, False, {"lou"}),
        ("south", "sam", False, {"sam", "lou"}),
        ("north", "sam", True, {"lee"}),
        ("north", None, True, {"lee"}),
    ],
)
async def test_a_patient_is_whose_the_open_episode_says(
    clinic: Clinic, team: str | None, therapist: str | None, closed: bool, seen_by: set[str]
) -> None:
    named = therapist and clinic.id(therapist)
    clinic.console.holds(clinic.patient(episode(team, named, closed=closed), patient="p-other"))
    assert {name for name in ("sam", "gina", "tess", "lee", "lou") if await sees(clinic, name, "p-other")} == seen_by


async def test_of_several_episodes_the_open_one_counts(clinic: Clinic) -> None:
    past = episode("south", clinic.id("tess"), closed=True, name="ep-0")
    clinic.console.holds(clinic.patient(past, episode("north", clinic.id("sam")), patient="p-other"))
    assert [await sees(clinic, name, "p-other") for name in ("sam", "tess", "lou")] == [True, False, False]


async def test_a_patient_who_changes_hands_is_gone_from_the_first_at_once(clinic: Clinic) -> None:
    assert [await sees(clinic, name) for name in ("sam", "tess")] == [True, False]
    clinic.console.holds(clinic.patient(episode("north", clinic.id("tess"))))
    assert [await sees(clinic, name) for name in ("sam", "tess")] == [False, True]


async def test_whoever_was_told_of_an_alert_sees_it_and_may_act(clinic: Clinic) -> None:
    """A therapist who is on the rota, or to whom a colleague handed it over."""
    stranger = await clinic.browse("tess")
    assert (await stranger.get(f"/alerts/{SAFETY.alert_id}")).status_code == 404
    told = AlertEntry(at=NOW, what="notified", who="webhook", to="tess")
    clinic.console.holds(SAFETY.model_copy(update={"history": (*SAFETY.history, told)}))
    address = f"/alerts/{SAFETY.alert_id}"
    assert (await stranger.get(address)).status_code == 200
    assert SAFETY.alert_id in (await stranger.get("/inbox")).text
    assert (await submit(stranger, address, f"{address}/acknowledge", version="1")).status_code == 303
    assert [action.by for action in clinic.console.actions.sent] == ["tess"]
    assert (await stranger.get(f"/alerts/{MOOD.alert_id}")).status_code == 404


async def test_those_on_call_see_what_the_last_shift_closed_and_nothing_older(clinic: Clinic) -> None:
    client = await clinic.browse("dana")
    lately = alert(9, care_team="north", status=AlertStatus.CLOSED)
    clinic.console.holds(lately)
    listed = (await client.get("/inbox")).text
    assert lately.alert_id in listed
    assert CLOSED.alert_id not in listed
    assert (await client.get(f"/alerts/{CLOSED.alert_id}")).status_code == 404


async def test_whoever_is_called_like_a_word_of_the_ladders_was_not_told(clinic: Clinic) -> None:
    """Without a rota such words stand for themselves, in the alerts of every care team."""
    assert SAFETY.history[-1].to == "on_call"
    clinic.console.parts.accounts.add("on_call", Role.THERAPIST, PASSWORD, teams=("south",))
    client = AsyncClient(transport=ASGITransport(clinic.console.app), base_url="http://console")
    await submit(client, "/sign-in", "/sign-in", name="on_call", password=PASSWORD)
    assert (await client.get("/inbox")).status_code == 200
    assert (await client.get(f"/alerts/{SAFETY.alert_id}")).status_code == 404
    assert (await client.get(f"/patients/{PATIENT}/break-glass")).status_code == 404


async def test_an_alert_is_handed_over_to_somebody_of_its_own_team(clinic: Clinic) -> None:
    client = await clinic.browse("dana")
    address = f"/alerts/{SAFETY.alert_id}"
    for name, status in (("tess", 303), ("lee", 303), ("lou", 422), ("dora", 422), ("ora", 422)):
        assert (await submit(client, address, f"{address}/hand-over", version="1", to=name)).status_code == status


async def test_an_account_without_a_team_works_in_the_default_one(clinic: Clinic) -> None:
    accounts = clinic.console.parts.accounts
    accounts.add("noa", Role.LEAD, "a long enough one")
    client = await clinic.browse("nobody")
    await submit(client, "/sign-in", "/sign-in", name="noa", password="a long enough one")  # noqa: S106 - of nobody
    assert (await client.get(f"/patients/{PATIENT}")).status_code == 200


# Groups


async def test_a_groups_leader_is_shown_the_members_who_say_so(clinic: Clinic) -> None:
    leader, therapist = await clinic.browse("gina"), await clinic.browse("sam")
    parts = clinic.console.parts
    assert (await leader.get(f"/groups/{GROUP}")).status_code == 200
    assert (await therapist.get(f"/groups/{GROUP}")).status_code == 200
    assert len(shown_members(clinic, "gina")) == 6
    assert shown_members(clinic, "sam") == []
    # One member's clinic names another leader: while they disagree, nobody leads.
    (one, *_) = members(leaders=(clinic.id("tess"),))
    clinic.console.holds(one.model_copy(update={"episodes": (episode("north", clinic.id("sam")),)}))
    assert (await leader.get(f"/groups/{GROUP}")).status_code == 404
    assert parts.store.view(PATIENT) is not None


async def test_below_four_members_there_is_nothing_for_anybody_but_the_leader(clinic: Clinic) -> None:
    clinic.console.holds(group(3))
    assert (await (await clinic.browse("sam")).get(f"/groups/{GROUP}")).status_code == 404
    assert (await (await clinic.browse("gina")).get(f"/groups/{GROUP}")).status_code == 200


def shown_members(clinic: Clinic, name: str) -> list[str]:
    parts = clinic.console.parts
    shown = group_shown(parts, reader_of(parts, user_of(parts, clinic.accounts[name])), GROUP)
    assert shown is not None
    return [member.patient for member in shown.members]


# Breaking the glass

GLASS = f"/patients/{PATIENT}/break-glass"


async def test_a_reason_opens_the_patient_for_an_hour_and_the_lead_is_told(clinic: Clinic) -> None:
    client = await clinic.browse("dana")
    assert (await client.get(f"/patients/{PATIENT}")).headers["location"] == GLASS
    words = "Her mother rang, I need the safe contact."
    answer = await submit(client, GLASS, GLASS, reason="emergency", words=words)
    assert answer.headers["location"] == f"/patients/{PATIENT}"
    opened = await client.get(f"/patients/{PATIENT}")
    assert "You broke the glass" in text_of(opened)
    broke, looked = clinic.console.deeds[-2:]
    assert (broke.deed, broke.reason, broke.glass) == (Deed.BROKE_GLASS, "emergency", True)
    assert (looked.deed, looked.page, looked.glass) == (Deed.LOOKED, "/patients/{patient}", True)
    # What was typed is for the lead, and in no topic.
    assert not any(b"mother" in record.value for record in clinic.console.sender.sent)
    clinic.console.reads_audit()
    lead, operator = await clinic.browse("lee"), await clinic.browse("ora")
    assert "the glass was broken to your team's patients once" in text_of(await lead.get("/inbox"))
    told = text_of(await lead.get("/audit?deed=broke_glass"))
    assert f"dana on call Broke the glass /patients/{{patient}}/break-glass An emergency: {words} {PATIENT}" in told
    seen = await operator.get("/audit")
    assert "Broke the glass" in seen.text
    assert PATIENT not in seen.text
    assert "mother" not in seen.text


async def test_the_glass_closes_again(clinic: Clinic) -> None:
    client = await clinic.browse("dana")
    await submit(client, GLASS, GLASS, reason="alert", words="to act")
    clinic.console.moment += timedelta(minutes=59)
    assert (await client.get(f"/patients/{PATIENT}")).status_code == 200
    clinic.console.moment += timedelta(minutes=1)
    assert (await client.get(f"/patients/{PATIENT}")).status_code == 303
    assert (await client.get(f"/patients/{PATIENT}/mood.svg?theme=light&size=desk")).status_code == 404


@pytest.mark.parametrize(
    "fields", [{}, {"reason": "alert"}, {"reason": "curiosity", "words": "why not"}, {"words": "x"}]
)
async def test_without_a_reason_it_stays_whole(clinic: Clinic, fields: dict[str, str]) -> None:
    client = await clinic.browse("dana")
    assert (await submit(client, GLASS, GLASS, **fields)).status_code == 422
    assert (await client.get(f"/patients/{PATIENT}")).status_code == 303


async def test_only_an_open_alert_of_ones_own_lets_one_break_it(clinic: Clinic) -> None:
    client = await clinic.browse("dora")
    token = csrf_of(await client.get("/inbox"))
    assert (await client.get(GLASS)).status_code == 404
    answer = await client.post(GLASS, data={"csrf": token, "reason": "emergency", "words": "please"})
    assert answer.status_code == 404
    assert not re.search("glass", " ".join(deed.deed for deed in clinic.console.deeds))
