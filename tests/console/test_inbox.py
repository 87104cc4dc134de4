import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from httpx import AsyncClient, Response

from schemas.alerts import AlertStatus, Outcome, Severity
from streams.adapters.accounts import Role
from streams.adapters.follower import FeedState, FeedStatus
from streams.console.actions import Answer, Reply
from tests.console.conftest import Console, submit, text_of
from tests.console.samples import NOW, PATIENT, alert, fallen_mood, raised

Browse = Callable[..., Awaitable[AsyncClient]]


def listed(answer: Response) -> list[int]:
    """The open alerts on the page, by number, from top to bottom."""
    return [int(found, 16) for found in re.findall(r'<article class="card alert[^>]*title-([0-9a-f]{32})', answer.text)]


async def test_the_worst_is_on_top_then_what_nobody_holds_then_what_waits_longest(
    console: Console, browse: Browse
) -> None:
    console.holds(
        alert(1, severity=Severity.WARNING),
        alert(2, severity=Severity.HIGH, history=raised(NOW - timedelta(days=3))),
        alert(3, status=AlertStatus.ACKNOWLEDGED, holder="dana", history=raised(NOW - timedelta(days=9))),
        alert(4, history=raised(NOW - timedelta(minutes=5))),
        alert(5, history=raised(NOW - timedelta(minutes=50))),
        alert(6, severity=Severity.INFO),
        alert(7, status=AlertStatus.CLOSED, outcome=Outcome.CONTACTED),
        alert(8, imported=True),
    )
    client = await browse(Role.ON_CALL)
    assert listed(await client.get("/inbox")) == [5, 4, 3, 2, 1, 6]


async def test_a_card_says_what_who_since_when_and_how_long_it_waits(console: Console, browse: Browse) -> None:
    console.holds(alert())
    told = text_of(await (await browse(Role.ON_CALL)).get("/inbox"))
    for words in (
        "(1) Inbox",
        "Critical",
        "Thoughts of death or self-harm",
        "p-7Q2Mx4KdRw",
        "Answer given 23 Nov 2026, 15:18 UTC patient's clock: 23 Nov, 16:18 (UTC+01:00)",
        "waiting 40 min",
        "Notified on call, not taken on yet",
        "Acknowledge",
    ):
        assert words in told


async def test_all_rules_wait_by_one_clock_since_the_alert_was_raised_here(console: Console, browse: Browse) -> None:
    here = raised(NOW - timedelta(minutes=7))
    late = alert(1, since=NOW - timedelta(days=2, hours=8), raised_at=NOW, history=here)
    console.holds(late, fallen_mood(2).model_copy(update={"history": here}))
    told = text_of(await (await browse(Role.ON_CALL)).get("/inbox"))
    assert told.count("waiting 7 min") == 2
    assert told.count("waiting") == 2
    assert "Arrived here 23 Nov 2026, 16:00 UTC , 2 days 8 h later; nobody could be told sooner" in told
    assert "Began Sat 14 Nov 2026" in told


async def test_alerts_of_one_rule_are_told_apart(console: Console, browse: Browse) -> None:
    worse = "deterioration.reliable"
    console.holds(
        alert(1, worse, evidence={"instrument": "PHQ-9"}),
        alert(2, worse, evidence={"instrument": "GAD-7"}),
        alert(3, "relationship.worsening", evidence={"person": "person-tom"}),
        alert(4, worse, evidence={}),
    )
    answer = await (await browse(Role.ON_CALL)).get("/inbox")
    assert re.findall(r'id="open-[^>]*>([^<]+)</a>', answer.text) == [
        "Symptoms have become worse: PHQ-9",
        "Symptoms have become worse: GAD-7",
        "A relationship is worsening: person-tom",
        "Symptoms have become worse",
    ]
    told = text_of(await (await browse(Role.LEAD)).get(f"/patients/{PATIENT}"))
    assert "Symptoms have become worse: GAD-7" in told


async def test_an_empty_inbox_says_so(browse: Browse) -> None:
    assert "Nothing waits" in text_of(await (await browse(Role.LEAD)).get("/inbox"))


async def test_acknowledging_sends_what_the_clinician_saw_and_comes_back(console: Console, browse: Browse) -> None:
    console.holds(alert(version=3))
    client = await browse(Role.ON_CALL)
    answer = await submit(client, "/inbox", f"/alerts/{1:032x}/acknowledge", version="3", back="inbox")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    (action,) = console.actions.sent
    assert (action.kind, action.by, action.seen_version, action.patient) == ("acknowledge", "dana", 3, "p-7Q2Mx4KdRw")
    assert "Done. You have taken the alert on." in text_of(await client.get("/inbox"))
    assert "Done." not in text_of(await client.get("/inbox"))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(Answer.REFUSED, "the alert has changed since"), "Not done: the alert has changed since"),
        (Reply(Answer.UNCONFIRMED), "Sent, not confirmed yet."),
        (Reply(Answer.NOT_SENT), "Not sent: Kafka does not answer"),
    ],
)
async def test_what_did_not_count_is_said(console: Console, browse: Browse, reply: Reply, words: str) -> None:
    console.holds(alert())
    console.actions.reply = reply
    client = await browse(Role.ON_CALL)
    await submit(client, "/inbox", f"/alerts/{1:032x}/acknowledge", version="1", back="inbox")
    assert words in text_of(await client.get("/inbox"))


async def test_one_cannot_acknowledge_twice_but_take_over(console: Console, browse: Browse) -> None:
    console.holds(alert(status=AlertStatus.ACKNOWLEDGED, holder="dana", until=NOW + timedelta(hours=2)))
    mine = await (await browse(Role.ON_CALL)).get("/inbox")
    assert "You have taken it on until 23 Nov 2026, 18:00 UTC" in text_of(mine)
    assert "/acknowledge" not in mine.text
    theirs = await (await browse(Role.LEAD)).get("/inbox")
    assert "Taken on by dana" in text_of(theirs)
    assert "Take it over" in text_of(theirs)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (FeedStatus(FeedState.AWAY, NOW), "Kafka does not answer. What you see is as of 23 Nov 2026, 16:00 UTC"),
        (FeedStatus(FeedState.AWAY, None), "Kafka does not answer. What you see is from before this console"),
        (FeedStatus(FeedState.READING, None), "Still reading."),
    ],
)
async def test_the_page_says_when_it_may_be_old(
    console: Console, browse: Browse, status: FeedStatus, words: str
) -> None:
    console.holds(alert())
    client = await browse(Role.ON_CALL)
    assert words not in text_of(await client.get("/inbox"))
    console.parts.feed._status = status
    answer = await client.get("/inbox")
    assert words in text_of(answer)
    assert listed(answer) == [1]
    assert (await client.get("/readyz")).status_code == 503


async def test_what_was_current_too_long_ago_is_not(console: Console, browse: Browse) -> None:
    client = await browse(Role.ON_CALL)
    assert (await client.get("/readyz")).status_code == 200
    console.moment += timedelta(minutes=1)
    assert (await client.get("/readyz")).status_code == 503
    assert "Kafka does not answer." in text_of(await client.get("/inbox"))
