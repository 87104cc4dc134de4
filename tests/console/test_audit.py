"""Every look and act on a patient is in the audit before the answer is given, or there is no answer."""

from pathlib import Path

import pytest

from schemas.audit import Deed
from streams.console.pages import inbox
from streams.core.trail import breaks
from tests.console.clinic import CLOSED, MOOD, SAFETY, Clinic
from tests.console.conftest import csrf_of, submit, text_of
from tests.console.samples import GROUP, PATIENT
from tests.console.test_access import ask, outcome, routes, table

PICTURE = f"/patients/{PATIENT}/mood.svg?theme=light&size=phone"
SYSTEM = {"/healthz", "/readyz", "/metrics", "/system"}
SIGNING_IN = {"/", "/sign-in", "/sign-in/provider", "/sign-in/back", "/sign-out"}
NOT_CLINICAL = SYSTEM | SIGNING_IN | {"/rota", "/inbox/list", "/inbox/live"}
NEVER_BLOCKED = {"/inbox", *(address for _, address in routes() if address.startswith("/alerts/"))}
ASKS_FIRST = {"/patients/{patient}/break-glass"}


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setattr(inbox, "LIVE_FOR_RINGS", 0)
    return Clinic(tmp_path)


def clinical() -> list[tuple[str, str]]:
    return [route for route in routes() if route[1] not in NOT_CLINICAL | ASKS_FIRST]


async def test_every_page_and_form_about_patients_is_written_down(clinic: Clinic) -> None:
    client = await clinic.browse("lee")
    said = table()
    for method, address in clinical():
        before = len(clinic.console.deeds)
        answer = await ask(client, method, address)
        new = [deed for deed in clinic.console.deeds[before:] if deed.page != "/sign-in"]
        assert outcome(answer) == said[method, address]["lee"]
        if said[method, address]["lee"] == "yes":
            (deed,) = new
            assert (deed.who, deed.role, deed.page) == (clinic.id("lee"), "lead", address)
            assert deed.deed is (Deed.LOOKED if method == "GET" else Deed.ACTED)
            assert deed.patient == (PATIENT if "{patient}" in address or "{alert_id}" in address else None)
            assert deed.group == (GROUP if "{group}" in address else None)
            assert (deed.alert in {MOOD.alert_id, SAFETY.alert_id}) == ("{alert_id}" in address)
            assert deed.care_teams == ("north",)
    assert breaks(clinic.console.deeds) == []


async def test_without_the_audit_there_is_no_page_but_alerts_are_never_blocked(clinic: Clinic) -> None:
    client = await clinic.browse("lee")
    token = csrf_of(await client.get("/inbox"))
    clinic.console.sender.down = True
    for method, address in clinical():
        answer = await ask(client, method, address)
        if address in NEVER_BLOCKED:
            assert answer.status_code in {200, 303, 404, 422}, address
        else:
            assert answer.status_code == 503, address
            assert PATIENT not in answer.text
    assert "Every look at a patient is written down first" in text_of(await client.get(f"/patients/{PATIENT}"))
    address = f"/alerts/{SAFETY.alert_id}"
    answer = await client.post(f"{address}/acknowledge", data={"csrf": token, "version": "1"})
    assert answer.status_code == 303
    assert [action.kind for action in clinic.console.actions.sent] == ["acknowledge"]


async def test_the_glass_is_not_broken_unseen(clinic: Clinic) -> None:
    client = await clinic.browse("dana")
    address = f"/patients/{PATIENT}/break-glass"
    page = await client.get(address)
    clinic.console.sender.down = True
    fields = {"csrf": csrf_of(page), "reason": "emergency", "words": "to act"}
    assert (await client.post(address, data=fields)).status_code == 503
    clinic.console.sender.down = False
    assert (await client.get(PICTURE)).status_code == 404


async def test_who_is_refused_is_written_down_if_the_patient_is_one(clinic: Clinic) -> None:
    client = await clinic.browse("tess")
    before = len(clinic.console.deeds)
    for address in (f"/patients/{PATIENT}", PICTURE, f"/alerts/{SAFETY.alert_id}", "/patients/Anna%20Berg"):
        assert (await client.get(address)).status_code == 404
    refused = clinic.console.deeds[before:]
    assert [(deed.deed, deed.patient) for deed in refused] == [(Deed.REFUSED, PATIENT)] * 3
    # A name that somebody typed into the address stands nowhere.
    assert not any("Anna" in deed.model_dump_json() for deed in clinic.console.deeds)


async def test_signing_in_and_out_are_written_down(clinic: Clinic) -> None:
    client = await clinic.browse("sam")
    await submit(client, "/inbox", "/sign-out")
    told = [(deed.deed, deed.who, deed.page) for deed in clinic.console.deeds]
    me = clinic.id("sam")
    assert told == [(Deed.SIGNED_IN, me, None), (Deed.LOOKED, me, "/inbox"), (Deed.SIGNED_OUT, me, None)]


async def test_the_topic_holds_no_name_and_nothing_clinical(clinic: Clinic) -> None:
    for name in ("sam", "dana", "lee"):
        client = await clinic.browse(name)
        for method, address in clinical():
            await ask(client, method, address)
    told = " ".join(deed.model_dump_json() for deed in clinic.console.deeds)
    assert len(clinic.console.deeds) > 30
    for word in ("sam", "dana", "lee", "conflict", "PHQ-9", "item9", 'mood"', 'z":'):
        assert word not in told


# The page


async def test_a_lead_is_shown_the_own_team_by_name_and_nobody_elses(clinic: Clinic) -> None:
    await (await clinic.browse("sam")).get(f"/patients/{PATIENT}/brief")
    clinic.console.reads_audit()
    own, other = await clinic.browse("lee"), await clinic.browse("lou")
    told = text_of(await own.get("/audit"))
    assert f"sam therapist Looked /patients/{{patient}}/brief {PATIENT}" in told
    assert "sam therapist Signed in" in told
    assert clinic.id("sam") not in told
    elsewhere = (await other.get("/audit")).text
    assert PATIENT not in elsewhere
    assert "No such entry" in elsewhere


async def test_filters_narrow_it_down(clinic: Clinic) -> None:
    await (await clinic.browse("sam")).get(f"/patients/{PATIENT}")
    await (await clinic.browse("sam")).get(PICTURE)
    await (await clinic.browse("tess")).get(f"/patients/{PATIENT}")
    clinic.console.reads_audit()
    client = await clinic.browse("lee")

    async def rows(asked: str) -> int:
        return (await client.get(f"/audit?{asked}")).text.count('<th scope="row">')

    assert await rows(f"patient={PATIENT}") == 2
    assert await rows(f"patient={PATIENT}&pictures=true") == 3
    assert await rows(f"who=sam&patient={PATIENT}") == 1
    assert await rows("deed=refused") == 1
    assert await rows("who=nobody-here") == 0
    assert await rows("before=2020-01-01T00:00:00Z") == 0
    assert (await client.get("/audit?deed=whatever")).status_code == 422
    assert CLOSED.alert_id not in (await client.get("/audit")).text
