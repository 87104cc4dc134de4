import asyncio
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import AsyncMock

import pytest

from schemas.alerts import ActionKind, AlertAction, Notification, Severity
from streams.adapters.channel import Channel
from streams.agents.notify import AT_ONCE, FIRST_WAIT_S, Notifier
from streams.core.alerts import Routes
from streams.errors import Rejected, Unavailable
from tests.agents.bench import NOW, PLAN

ROUTES = PLAN.routes
SOON = ROUTES.model_copy(update={"give_up_minutes": timedelta(milliseconds=200) / timedelta(minutes=1)})


def notification(name: str = "n1", recipient: str = "on_call", severity: str = "critical") -> Notification:
    return Notification.model_validate(
        {
            "notification_id": name,
            "alert_id": "a1",
            "patient": "p1",
            "step": 0,
            "recipient": recipient,
            "severity": severity,
            "created_at": NOW,
        },
        strict=False,
    )


class FakeChannel(Channel):
    """Raises what it is given, one for each message, then takes everything."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.sent: list[str] = []
        self.withdrawn: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, one: Notification) -> None:
        await self.gate.wait()
        self.sent.append(one.notification_id)
        if self.faults:
            raise self.faults.pop(0)

    async def withdraw(self, one: Notification) -> None:
        self.withdrawn.append(one.notification_id)


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


@pytest.mark.parametrize("fault", [ZeroDivisionError, asyncio.CancelledError])
async def test_a_delivery_that_broke_is_made_at_the_next_look(pager: FakeChannel, fault: type[BaseException]) -> None:
    office = Office(pager)
    told, office.notifier._tell = office.notifier._tell, AsyncMock(side_effect=fault)  # type: ignore[method-assign]
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: not office.notifier._tasks[0, b"p1"])
    office.notifier._tell = told  # type: ignore[method-assign]
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert pager.sent == ["n1", "n1"]


async def test_what_is_withdrawn_is_taken_back_once_at_every_channel_of_the_recipient(pager: FakeChannel) -> None:
    mail = FakeChannel()
    office = with_mail(pager, mail, on_call=("webhook", "email"))
    for _ in range(2):
        office.notifier.follow(0, b"p1", [], [notification()])
        await office.until(lambda: office.noted)
    assert (pager.withdrawn, mail.withdrawn, pager.sent) == (["n1"], ["n1"], [])
    assert [(one.kind, one.notification_id) for one in office.noted] == [(ActionKind.WITHDRAWN, "n1")]


async def test_what_cannot_be_withdrawn_is_left(pager: FakeChannel) -> None:
    async def refuse(_one: Notification) -> None:
        raise Rejected("", "HTTP 400")

    pager.withdraw = refuse  # type: ignore[method-assign]
    office = Office(pager)
    office.notifier.follow(0, b"p1", [], [notification()])
    await office.until(lambda: office.noted)
    assert office.noted[0].kind is ActionKind.WITHDRAWN


@pytest.mark.parametrize("stays_open", [True, False])
async def test_a_delivery_says_whether_the_channel_goes_on_reminding(pager: FakeChannel, stays_open: bool) -> None:
    pager.stays_open = stays_open  # type: ignore[misc]
    office = Office(pager)
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert office.noted[0].stays_open == stays_open


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


def with_mail(pager: FakeChannel, mail: FakeChannel, **names: tuple[str, ...]) -> Office:
    office = Office(pager, SOON.model_copy(update={"channels": names}))
    office.notifier._channels = {"inbox": office.inbox, "webhook": pager, "email": mail}
    return office


async def test_a_channel_that_is_down_is_followed_by_the_recipients_next_one(pager: FakeChannel) -> None:
    pager.faults = [Rejected("", "HTTP 400")]
    mail = FakeChannel()
    office = with_mail(pager, mail, on_call=("webhook", "email"))
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert (pager.sent, mail.sent, office.inbox.sent) == (["n1"], ["n1"], [])
    assert [(one.kind, one.by) for one in office.noted] == [(ActionKind.DELIVERED, "email")]


async def test_when_all_of_them_are_down_it_is_undelivered(pager: FakeChannel) -> None:
    pager.faults, mail = [Unavailable("HTTP 503")] * 10_000, FakeChannel(Rejected("", "SMTP 550"))
    office = with_mail(pager, mail, on_call=("webhook", "email"))
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert [(one.kind, one.by) for one in office.noted] == [(ActionKind.UNDELIVERED, "email")]


async def test_a_person_is_told_by_their_own_channels_or_else_by_those_of_the_word_they_stand_for(
    pager: FakeChannel,
) -> None:
    mail = FakeChannel()
    office = with_mail(pager, mail, on_call=("webhook",), ada=("email",))
    ada, ben = notification("n1", "ada"), notification("n2", "ben")
    both = [one.model_copy(update={"role": "on_call"}) for one in (ada, ben)]
    office.notifier.follow(0, b"p1", both)
    await office.until(lambda: len(office.noted) > 1)
    assert (mail.sent, pager.sent) == (["n1"], ["n2"])


async def test_a_channel_is_asked_again_when_it_says_so(pager: FakeChannel) -> None:
    pager.faults = [Unavailable("HTTP 429", retry_after_s=0.3), Unavailable("HTTP 429", retry_after_s=0)]
    office = Office(pager, ROUTES)
    begun = asyncio.get_running_loop().time()
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert office.noted[0].kind is ActionKind.DELIVERED
    assert asyncio.get_running_loop().time() - begun >= 0.3 + FIRST_WAIT_S


async def test_a_channel_that_asks_for_more_than_our_patience_is_given_up_at_once(pager: FakeChannel) -> None:
    pager.faults = [Unavailable("HTTP 429", retry_after_s=3600)]
    office = Office(pager, ROUTES)
    office.notifier.follow(0, b"p1", [notification()])
    await office.until(lambda: office.noted)
    assert (pager.sent, office.noted[0].kind) == (["n1"], ActionKind.UNDELIVERED)


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


@pytest.mark.parametrize(("recipient", "severity"), [("on_call", "critical"), ("therapist", "high")])
async def test_a_channel_that_hangs_holds_up_neither_what_is_critical_nor_another_channel(
    recipient: str, severity: str
) -> None:
    class HangsForOthers(FakeChannel):
        async def send(self, one: Notification) -> None:
            if one.severity != Severity.CRITICAL:
                await asyncio.Event().wait()
            await super().send(one)

    hanging = HangsForOthers()
    office = Office(hanging, ROUTES)
    pile = [notification(f"pile-{number}", severity="high") for number in range(2 * AT_ONCE)]
    office.notifier.follow(0, b"p1", pile)
    await asyncio.sleep(0)
    office.notifier.follow(0, b"p2", [notification("page", recipient, severity)])
    await office.until(lambda: office.noted)
    assert hanging.sent + office.inbox.sent == ["page"]
    office.notifier.forget(0)
