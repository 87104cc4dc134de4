"""What every channel keeps to, whatever it sends through, and whatever stands at the other end of it."""

import pytest

from schemas.alerts import Notification, Severity
from streams.adapters.channels import CHANNELS, INBOX, open_channels
from streams.errors import Rejected, Unavailable
from streams.settings import Settings
from tests.adapters.receivers import NOTIFICATION, PASSING, WAYS, Fault, Receiver

CANARIES = ("p-canary", "safety", "item9", "PHQ", "mood", "patient")
"""Whose alert it is, by what rule, and anything clinical."""
KEYED = [name for name in WAYS if name != "apprise"]
"""Channels that tell a repeat from a new message; most services behind apprise cannot."""


def test_every_channel_but_the_inbox_is_held_to_this() -> None:
    assert CHANNELS.keys() - {INBOX} == WAYS.keys()


def test_the_inbox_needs_no_settings() -> None:
    assert list(open_channels(Settings(), dict)) == [INBOX]


async def test_the_inbox_takes_everything() -> None:
    inbox = open_channels(Settings(), dict)[INBOX]
    await inbox.send(NOTIFICATION)
    await inbox.close()


@pytest.mark.parametrize("name", WAYS)
async def test_it_says_how_urgent_it_is_and_where_to_sign_in_and_nothing_else(name: str) -> None:
    async with WAYS[name](Receiver()) as way:
        await way.channel.send(NOTIFICATION)
        [(_, said)] = way.receiver.taken
    assert "https://console.example/alerts/a1" in said.replace("=\n", "")
    assert "critical" in said
    assert not [canary for canary in CANARIES if canary in said]


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("name", WAYS)
async def test_every_urgency_has_its_word(name: str, severity: Severity) -> None:
    async with WAYS[name](Receiver()) as way:
        await way.channel.send(NOTIFICATION.model_copy(update={"severity": severity}))
        assert len(way.receiver.taken) == 1


@pytest.mark.parametrize("name", WAYS)
async def test_a_test_message_says_that_it_is_one(name: str) -> None:
    async with WAYS[name](Receiver()) as way:
        await way.channel.send(NOTIFICATION.model_copy(update={"test": True, "alert_id": "none"}))
        [(_, said)] = way.receiver.taken
    assert "test" in said
    assert "alerts/none" not in said


@pytest.mark.parametrize("name", WAYS)
async def test_only_where_a_message_stays_open_is_it_withdrawn_and_under_its_own_key(name: str) -> None:
    async with WAYS[name](Receiver()) as way:
        await way.channel.send(NOTIFICATION)
        await way.channel.withdraw(NOTIFICATION)
        assert len(way.receiver.taken) == 1 + way.channel.stays_open
    assert len({key for key, _ in way.receiver.taken}) == 1
    assert ("resolve" in way.receiver.taken[-1][1]) == way.channel.stays_open


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("name", WAYS)
async def test_a_fault_that_passes_is_unavailable_and_the_next_try_is_the_same_message(name: str, fault: Fault) -> None:
    async with WAYS[name](Receiver([fault])) as way:
        with pytest.raises(Unavailable) as error:
            await way.channel.send(NOTIFICATION)
        await way.channel.send(NOTIFICATION)
        keys = {key for key, _ in way.receiver.taken}
    assert len(way.receiver.taken) == (2 if fault is Fault.SILENT else 1)
    assert len(keys) == 1
    assert "127.0.0.1" not in str(error.value)


@pytest.mark.parametrize("name", KEYED)
async def test_the_key_is_the_notifications_and_another_one_has_another(name: str) -> None:
    other = NOTIFICATION.model_copy(update={"notification_id": "n2"})
    async with WAYS[name](Receiver()) as way:
        for one in (NOTIFICATION, NOTIFICATION, other):
            await way.channel.send(one)
    keys = [key.strip("<>").removesuffix("@ipt-pulse") for key, _ in way.receiver.taken]
    assert keys == ["n1", "n1", "n2"]


@pytest.mark.parametrize("name", WAYS)
async def test_a_refusal_is_final(name: str) -> None:
    async with WAYS[name](Receiver([Fault.REFUSED])) as way:
        with pytest.raises(Rejected):
            await way.channel.send(NOTIFICATION)
        assert way.receiver.taken == []


@pytest.mark.parametrize("name", WAYS)
async def test_a_receiver_that_is_not_there_is_unavailable(name: str) -> None:
    async with WAYS[name](Receiver()) as way:
        way.server.close()
        with pytest.raises(Unavailable):
            await way.channel.send(NOTIFICATION)


@pytest.mark.parametrize("name", ["webhook", "pagerduty"])
async def test_a_receiver_that_is_busy_says_until_when(name: str) -> None:
    async with WAYS[name](Receiver([Fault.BUSY])) as way:
        with pytest.raises(Unavailable) as error:
            await way.channel.send(NOTIFICATION)
    assert error.value.retry_after_s == 1


def longest() -> Notification:
    """As long as every field may be."""
    fields = {"notification_id": "n" * 64, "alert_id": "a" * 64, "recipient": "r" * 256}
    return NOTIFICATION.model_copy(update=fields)


async def test_the_longest_notification_fits_into_what_pagerduty_takes() -> None:
    async with WAYS["pagerduty"](Receiver()) as way:
        await way.channel.send(longest())
    assert way.receiver.taken[0][0] == "n" * 64
