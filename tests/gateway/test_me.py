"""`GET /v1/me/summary`: the patient's own, for their own device, and honest about how old it is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from schemas.model import Message
from schemas.releases import Release, ReleasedLink
from schemas.views import Cell, DayView, InteractionView, PatientView, PersonView
from streams.adapters.follower import FeedState, FeedStatus
from streams.adapters.local_copy import Record
from streams.adapters.tokens import IMPORT
from streams.topics import RELEASES, VIEWS
from tests.gateway.fake import Gateway

Check = Callable[..., dict[str, Any]]
NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
CURRENT = FeedStatus(FeedState.CURRENT, NOW)
LINK = ReleasedLink(cell=Cell(person="person-canary", kind="support"), n=9, effect=0.7, low=0.2, high=1.2)


def of(patient: str, mood: float = 6) -> PatientView:
    """A view with something hidden in every corner that the phone must not see."""
    hidden = InteractionView(time=NOW, person="hidden-canary", kind="violence", valence=-3)
    return PatientView(
        patient=patient,
        last_heard=NOW,
        days=tuple(DayView(day=NOW.date() - timedelta(days=back), n=2, mean=mood) for back in (2, 1, 0)),
        moods=(),
        interactions=(hidden,),
        scores=(),
        links=(),
        people=(PersonView(person="hidden-canary", in_inventory=False, removed=False, violence=True),),
    )


def put(gateway: Gateway, *messages: Message) -> None:
    """What the gateway would have read from Kafka."""
    gateway.views.status = CURRENT
    if gateway.parts.kept.copy_of() is None:
        gateway.parts.kept.start_over("cluster", NOW)
    for message in messages:
        topic = RELEASES if isinstance(message, Release) else VIEWS
        record = Record(topic, 0, 0, message.patient.encode(), message.model_dump_json().encode())  # type: ignore[attr-defined]
        gateway.parts.kept.apply([record], NOW)


async def ask(gateway: Gateway, token: str | None = None, **headers: str) -> httpx.Response:
    given = {"authorization": f"Bearer {token or gateway.token()}"} | headers
    return await gateway.http.get("/v1/me/summary", headers=given)


async def test_a_patient_sees_their_own_week_and_the_crisis_contacts(gateway: Gateway) -> None:
    put(gateway, of("p-1"))
    answer = await ask(gateway)
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["as_of"], shown["week"]["mean"], shown["week"]["n"]) == ("2026-11-20", 6, 6)
    assert shown["stale_since"] is None
    assert len(shown["crisis_contacts"]) == 3
    assert "no emergency service" in shown["notice"]


async def test_nothing_of_another_patient_and_nothing_hidden_is_in_it(gateway: Gateway) -> None:
    put(gateway, of("p-1", 6), of("p-2", 1.25), Release(patient="p-2", at=NOW, by="sam", links=(LINK,)))
    mine, other = await ask(gateway), await ask(gateway, gateway.token("p-2"))
    assert mine.json()["week"]["mean"] == 6
    assert other.json()["week"]["mean"] == 1.25
    assert "canary" not in mine.text
    assert "hidden-canary" not in other.text
    assert "violence" not in mine.text + other.text
    assert "sam" not in other.text
    await gateway.http.aclose()
    gateway.parts.kept.close()
    kept = (gateway.home / "gateway" / "kept.sqlite").read_bytes()
    assert b"hidden-canary" not in kept


async def test_links_show_as_they_were_released_until_they_are_taken_back(gateway: Gateway) -> None:
    put(gateway, of("p-1"), Release(patient="p-1", at=NOW, by="sam", links=(LINK,)))
    assert [link["person"] for link in (await ask(gateway)).json()["links"]] == ["person-canary"]
    put(gateway, Release(patient="p-1", at=NOW, by="sam", links=()))
    assert (await ask(gateway)).json()["links"] == []


async def test_a_release_of_violence_or_of_somebody_else_is_passed_over(gateway: Gateway) -> None:
    put(gateway, of("p-1"), Release(patient="p-1", at=NOW, by="sam", links=(LINK,)))
    good = Release(patient="p-1", at=NOW, by="sam", links=(LINK,)).model_dump_json()
    for wrong in (good.replace("support", "violence"), good.replace("p-1", "p-2")):
        assert gateway.parts.kept.apply([Record(RELEASES, 0, 1, b"p-1", wrong.encode())], NOW) == 1
    assert len((await ask(gateway)).json()["links"]) == 1


async def test_only_a_device_of_a_patient_may_ask(gateway: Gateway, problem: Check) -> None:
    put(gateway, of("p-1"))
    problem(await ask(gateway, gateway.operator), 403)
    problem(await ask(gateway, gateway.token("p-1", "something:else")), 403)
    problem(await ask(gateway, "forged"), 401)
    grant = gateway.parts.devices.redeem(gateway.parts.devices.new_code("p-1", NOW), gateway.clock.now)
    token = gateway.parts.tokens.issue(grant, gateway.clock.now)
    assert (await ask(gateway, token)).status_code == 200
    gateway.parts.devices.revoke(grant.id, gateway.clock.now)
    problem(await ask(gateway, token), 401)
    assert gateway.token("backend", IMPORT) == gateway.operator


async def test_an_unchanged_summary_is_not_sent_again(gateway: Gateway) -> None:
    put(gateway, of("p-1"))
    first = await ask(gateway)
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Authorization"
    again = await ask(gateway, **{"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    put(gateway, of("p-1", 7))
    assert (await ask(gateway, **{"if-none-match": first.headers["etag"]})).status_code == 200


async def test_who_asks_too_often_has_to_wait(gateway: Gateway, problem: Check) -> None:
    put(gateway, of("p-1"))
    answers = [await ask(gateway) for _ in range(61)]
    assert [one.status_code for one in answers] == [200] * 60 + [429]
    problem(answers[-1], 429)
    assert int(answers[-1].headers["retry-after"]) >= 1


@pytest.mark.parametrize("state", [FeedState.STARTING, FeedState.READING, FeedState.AWAY])
async def test_what_is_old_says_since_when_and_what_is_unknown_is_not_called_empty(
    gateway: Gateway, problem: Check, state: FeedState
) -> None:
    put(gateway, of("p-1"))
    seen = NOW - timedelta(hours=1)
    gateway.views.status = FeedStatus(state, seen)
    assert (await ask(gateway)).json()["stale_since"] == "2026-11-20T19:00:00Z"
    gateway.views.status = FeedStatus(state, None)
    assert (await ask(gateway)).json()["stale_since"] == "2026-11-20T20:00:00Z"
    later = await ask(gateway, gateway.token("p-9"))
    told = problem(later, 503)
    assert later.headers["retry-after"]
    assert len(told["crisis_contacts"]) == 3


async def test_who_was_never_heard_of_has_an_empty_week_once_that_is_known(gateway: Gateway) -> None:
    put(gateway)
    shown = (await ask(gateway)).json()
    assert (shown["as_of"], shown["week"], shown["trend"], shown["links"]) == (None, None, [], [])


async def test_an_erased_patient_is_gone(gateway: Gateway) -> None:
    put(gateway, of("p-1"), Release(patient="p-1", at=NOW, by="sam", links=(LINK,)))
    gone = [Record(topic, 0, 5, b"p-1", None) for topic in (VIEWS, RELEASES)]
    gateway.parts.kept.apply(gone, NOW)
    shown = (await ask(gateway)).json()
    assert (shown["week"], shown["links"]) == (None, [])
