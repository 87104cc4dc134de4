from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from httpx import AsyncClient
from prometheus_client import REGISTRY

from schemas.alerts import ActionKind
from streams.adapters.follower import FeedState, FeedStatus
from streams.console.actions import Actions, Answer, clinician_action
from streams.console.changes import Changes
from streams.console.store import Store
from tests.console.conftest import Console
from tests.console.samples import NOW, PATIENT

Browse = Callable[..., Awaitable[AsyncClient]]


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_whether_the_pages_are_current_is_told_as_it_is_now(console: Console, browse: Browse) -> None:
    client = await browse()
    assert "ipt_console_current 1.0" in (await client.get("/metrics")).text
    console.moment += timedelta(minutes=1)
    assert "ipt_console_current 0.0" in (await client.get("/metrics")).text
    console.parts.feed._status = FeedStatus(FeedState.READING, None)
    assert "ipt_console_current 0.0" in (await client.get("/metrics")).text


async def test_why_the_pages_may_be_behind_is_said(console: Console, browse: Browse) -> None:
    client = await browse()
    assert (await client.get("/readyz")).json() | {"current_at": ""} == {
        "ready": True, "reason": None, "feed": "current", "current_at": "",
    }  # fmt: skip
    console.moment += timedelta(minutes=1)
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (
        503,
        "Kafka does not answer, or the store cannot be written",
    )
    for state, reason in ((FeedState.STARTING, "is starting"), (FeedState.READING, "still being filled")):
        console.parts.feed._status = FeedStatus(state, None)
        assert reason in (await client.get("/readyz")).json()["reason"]


async def test_what_clinicians_do_is_counted_by_its_answer(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    before = sample("ipt_console_actions_total", answer="not_sent")
    action = clinician_action(f"{1:032x}", PATIENT, ActionKind.ACKNOWLEDGE, by="dana", at=NOW, seen_version=1)
    reply = await Actions("127.0.0.1:1", store, Changes()).act(action)
    store.close()
    assert reply.answer is Answer.NOT_SENT
    assert sample("ipt_console_actions_total", answer="not_sent") == before + 1
