"""What a therapist releases to the patient's own phone: what they looked at, and never what is guarded."""

import re
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient, Response

from schemas.releases import Release, ReleasedLink
from schemas.views import Cell, Link, PatientView, PersonView
from schemas.vocabulary import Contact
from streams.adapters.accounts import Role
from streams.adapters.local_copy import Record
from streams.console.actions import Answer, Reply
from streams.console.releases import chosen, offers
from streams.topics import RELEASES
from tests.console.conftest import Console, csrf_of, text_of
from tests.console.samples import NOW, PATIENT, alert, view

Browse = Callable[..., Awaitable[AsyncClient]]
ADDRESS = f"/patients/{PATIENT}/phone"


def link(effect: float, *, shown: bool = True, **cell: str) -> Link:
    low, high = effect - 0.5, effect + 0.5
    numbers = {"n": 11, "peak": 2 * effect, "effect": effect, "low": low, "high": high, "shown": shown}
    return Link(patient=PATIENT, cell=Cell(**cell), **numbers)


def somebody(person: str, **fields: object) -> PersonView:
    return PersonView.model_validate({"person": person, "in_inventory": True, "removed": False} | fields)


SHOWN = link(0.9, person="ada", kind="support")
LINKS = (
    SHOWN,
    link(-1.1, kind="conflict"),
    link(0.2, person="ada", kind="conversation", shown=False),
    link(-2, person="tom", kind="conflict"),
    link(-2, person="old-tom", kind="criticism"),
    link(-2, person="uma", kind="conflict"),
    link(-2, person="vic", kind="conflict"),
    link(-2, kind="violence"),
)
PEOPLE = (
    somebody("ada", contact=Contact.SAFE),
    somebody("tom", violence=True, also=("old-tom",)),
    somebody("uma", contact=Contact.NEVER),
    somebody("vic", contact=Contact.UNSAFE),
)


def seen() -> PatientView:
    return view().model_copy(update={"links": LINKS, "people": PEOPLE})


def put(console: Console, release: Release) -> None:
    console.parts.store.apply([Record(RELEASES, 0, 90, PATIENT.encode(), release.model_dump_json().encode())], NOW)


async def send(client: AsyncClient, *keys: str) -> Response:
    token = csrf_of(await client.get(ADDRESS))
    return await client.post(ADDRESS, data={"csrf": token, "link": list(keys)})


@pytest.fixture
async def client(console: Console, browse: Browse) -> AsyncClient:
    console.holds(seen())
    return await browse(Role.LEAD)


def test_only_what_is_clear_and_names_nobody_who_is_guarded_is_offered() -> None:
    assert [offer.row.title for offer in offers(seen(), None)] == ["Support with ada", "Conflict"]


def test_what_has_changed_since_is_not_chosen() -> None:
    key = offers(seen(), None)[0].key
    moved = seen().model_copy(update={"links": (SHOWN.model_copy(update={"effect": 0.8}), *LINKS[1:])})
    assert chosen(offers(moved, None), [key]) is None
    assert [one.effect for one in chosen(offers(seen(), None), [key, key]) or ()] == [0.9]
    assert chosen(offers(seen(), None), []) == ()


async def test_what_is_ticked_is_released_as_it_was_seen(console: Console, client: AsyncClient) -> None:
    page = await client.get(ADDRESS)
    assert "No link is released." in text_of(page)
    key = re.findall(r'name="link" value="(\w+)"', page.text)[0]
    answer = await send(client, key)
    assert (answer.status_code, answer.headers["location"]) == (303, ADDRESS)
    [released] = console.actions.released
    assert (released.patient, released.by, released.at) == (PATIENT, "lee", NOW)
    assert [(one.cell, one.n, one.effect) for one in released.links] == [(SHOWN.cell, 11, 0.9)]
    put(console, released)
    page = await client.get(ADDRESS)
    assert "Done." in text_of(page)
    assert "Released by lee" in text_of(page)
    assert page.text.count(" checked>") == 1


async def test_all_is_taken_back_by_ticking_nothing(console: Console, client: AsyncClient) -> None:
    await send(client)
    assert [one.links for one in console.actions.released] == [()]


async def test_what_was_not_offered_is_not_released_and_the_page_says_so(console: Console, client: AsyncClient) -> None:
    await send(client, "of another link")
    assert console.actions.released == []
    assert "Nothing was released" in text_of(await client.get(ADDRESS))


@pytest.mark.parametrize(("answer", "told"), [(Answer.NOT_SENT, "Not sent"), (Answer.UNCONFIRMED, "not confirmed yet")])
async def test_what_became_of_it_is_told(console: Console, client: AsyncClient, answer: Answer, told: str) -> None:
    console.actions.reply = Reply(answer)
    await send(client)
    assert told in text_of(await client.get(ADDRESS))


@pytest.mark.parametrize("role", [Role.ON_CALL, Role.OPERATOR])
async def test_who_is_no_therapist_of_theirs_releases_nothing(console: Console, browse: Browse, role: Role) -> None:
    console.holds(seen())
    other = await browse(role)
    token = csrf_of(await other.get("/sign-in"))
    answer = await other.post(ADDRESS, data={"csrf": token})
    assert answer.status_code in {403, 404}
    assert console.actions.released == []


@pytest.mark.parametrize(
    ("person", "named"), [("tom", "tom"), ("old-tom", "tom"), ("uma", "uma"), ("ada", None), (None, None)]
)
async def test_who_became_guarded_after_a_release_is_told_where_somebody_looks_before_they_call(
    console: Console, client: AsyncClient, person: str | None, named: str | None
) -> None:
    cell = Cell(person=person, kind="conflict") if person else Cell(kind="conflict")
    shown = ReleasedLink(cell=cell, n=11, effect=-2, low=-2.5, high=-1.5)
    put(console, Release(patient=PATIENT, at=NOW, by="lee", links=(shown,)))
    raised = alert(1, "relationship.worsening", evidence={"what": "violence", "person": "tom"})
    console.holds(raised)
    for address in (f"/alerts/{raised.alert_id}", f"/patients/{PATIENT}"):
        told = text_of(await client.get(address))
        assert "Check safe contact first" in told
        assert re.findall(r"phone names (\S+), in a link", told) == ([named] if named else [])
