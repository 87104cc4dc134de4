import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from schemas.alerts import ActionKind, AlertAction, Notification
from streams.agents.notify import Notifier
from streams.core.alerts import Routes
from streams.errors import Rejected, Unavailable
from tests.agents.bench import NOW, PLAN

ROUTES = PLAN.routes
SOON = ROUTES.model_copy(update={"give_up_minutes": timedelta(milliseconds=200) / timedelta(minutes=1)})


def notification(name: str = "n1", recipient: str = "on_call") -> Notification:
    return Notification.model_validate(
        {
            "notification_id": name,
            "alert_id": "a1",
            "patient": "p1",
            "step": 0,
            "recipient": recipient,
            "severity": "critical",
            "created_at": NOW,
        },
        strict=False,
    )


class FakeChannel:
    """Raises what it is given, one for each message, then takes everything."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.sent: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, one: Notification) -> None:
        await self.gate.wait()
        self.sent.append(one.notification_id)
        if self.faults:
            raise self.faults.pop(0)

    async def close(self) -> None:
        pass


class Office:
    """A notifier with its channels, and what it noted."""

    def __init__(self, pager: FakeChannel | None, routes: Routes = SOON) -> None:
        self.inbox = FakeChannel()
        self.noted: list[AlertAction] = []
        channels = {"inbox": self.inbox} | ({"webhook": pager} if pager else {})
        self.notifier = Notifier(channels, lambda: routes, self.note, first_wait_s=0.001, clock=lambda: NOW)

    async def note(self, _partition: int, action: AlertAction) -> None:
        self.noted.append(action)

    async def until(self, reached: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not reached():  # noqa: ASYNC110 -- what is waited for has no event
                await asyncio.sleep(0.001)


@pytest.fixture
def pager() -> FakeChannel:
    return FakeChannel()


async def test_what_stands_in_the_ledger_is_sent_and_noted(pager: FakeChannel) -> None:
    office = Office(pager)
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert pager.sent == ["n1"]
    [noted] = office.noted
    assert (noted.kind, noted.by, noted.notification_id, noted.at) == (ActionKind.DELIVERED, "webhook", "n1", NOW)


async def test_it_is_sent_once_however_often_the_ledger_is_looked_at(pager: FakeChannel) -> None:
    office = Office(pager)
    for _ in range(3):
        office.notifier.follow(0, b"p1", [notification()])
        await office.until(lambda: office.noted)
    assert (pager.sent, len(office.noted)) == (["n1"], 1)


async def test_faults_that_pass_are_waited_out(pager: FakeChannel) -> None:
    pager.faults = [Unavailable("HTTP 503"), Unavailable("HTTP 429"), Unavailable("ReadTimeout")]
    office = Office(pager, ROUTES)
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert pager.sent == ["n1"] * 4
    assert office.noted[0].kind is ActionKind.DELIVERED


async def test_a_refusal_is_not_repeated(pager: FakeChannel) -> None:
    pager.faults = [Rejected("", "HTTP 400")]
    office = Office(pager)
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert (pager.sent, office.noted[0].kind) == (["n1"], ActionKind.UNDELIVERED)


async def test_a_channel_that_stays_away_is_given_up(pager: FakeChannel) -> None:
    pager.faults = [Unavailable("HTTP 503")] * 10_000
    office = Office(pager)
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert office.noted[0].kind is ActionKind.UNDELIVERED
    assert len(pager.sent) > 1


async def test_a_fault_in_a_channel_counts_as_undelivered(pager: FakeChannel) -> None:
    pager.faults = [ZeroDivisionError()]
    office = Office(pager)
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert office.noted[0].kind is ActionKind.UNDELIVERED


async def test_what_left_the_ledger_is_not_sent_any_more(pager: FakeChannel) -> None:
    pager.gate.clear()
    office = Office(pager)
    office.notifier.follow(0, b"p1", [notification("n1"), notification("n2")])
    await asyncio.sleep(0.01)
    office.notifier.follow(0, b"p1", [notification("n2")])
    pager.gate.set()
    await office.until(lambda: office.noted)
    assert pager.sent == ["n2"]


async def test_a_partition_that_is_gone_sends_nothing_and_is_taken_up_afresh(pager: FakeChannel) -> None:
    pager.gate.clear()
    office = Office(pager)
    office.notifier.follow(0, b"p1", [notification()])
    office.notifier.follow(1, b"p2", [notification("n2")])
    office.notifier.forget(0)
    pager.gate.set()
    await office.until(lambda: office.noted)
    assert pager.sent == ["n2"]
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: len(office.noted) > 1)
    assert pager.sent == ["n2", "n1"]


@pytest.mark.parametrize("recipient", ["therapist", "dr.two"])
async def test_who_has_no_channel_reads_the_inbox(pager: FakeChannel, recipient: str) -> None:
    office = Office(pager)
    office.notifier.follow(0, b"p1", [notification(recipient=recipient)])
    await office.until(lambda: office.noted)
    assert (office.inbox.sent, pager.sent, office.noted[0].by) == (["n1"], [], "inbox")


async def test_without_a_pager_on_call_reads_the_inbox() -> None:
    office = Office(None)
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert office.inbox.sent == ["n1"]


async def test_a_note_that_cannot_be_written_ends_quietly_since_the_next_owner_sends_again(pager: FakeChannel) -> None:
    office = Office(pager)

    async def gone(_partition: int, _action: AlertAction) -> None:
        raise Unavailable("partition 0 is not open here")

    office.notifier._note = gone
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: pager.sent)
    [task] = office.notifier._tasks[0, b"p1"].values()
    await task
