import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from schemas.alerts import ActionKind, AlertAction, AlertStatus, Notification
from streams.agents.alert import ROTA_EVERY_S
from streams.core.duty import read_teams
from streams.errors import Unavailable
from streams.topics import ACTIONS, ALERTS, EVENTS, NOTIFICATIONS, SIGNALS
from tests.agents.bench import Bench, batch
from tests.agents.events import crisis, episode, event, phq9, signal
from tests.agents.test_notify import FakeChannel

SAFETY = "safety.contact"


@pytest.fixture
def pager() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
async def bench(pager: FakeChannel) -> Bench:
    bench = Bench({"inbox": FakeChannel(), "webhook": pager})
    await bench.open()
    return bench


def acknowledged(bench: Bench, rule: str = SAFETY, **fields: object) -> tuple[bytes, bytes]:
    alert = bench.alerts[rule]
    given = {"action_id": "x1", "alert_id": alert.alert_id, "patient": "p1", "kind": ActionKind.ACKNOWLEDGE}
    action = AlertAction.model_validate({**given, "at": bench.now, "by": "dr", **fields})
    return b"p1", action.model_dump_json().encode()


async def test_a_safety_event_pages_once_and_the_alert_says_so(bench: Bench, pager: FakeChannel) -> None:
    await bench.feed(EVENTS, (b"p1", crisis()))
    assert len(pager.sent) == 1
    alert = bench.alerts[SAFETY]
    assert (alert.status, [line.what for line in alert.history]) == (AlertStatus.NOTIFIED, ["raised", "notified"])
    assert {output.key for output in bench.out[ALERTS]} == {f"p1/{alert.alert_id}".encode()}
    [made] = bench.out[NOTIFICATIONS]
    assert Notification.model_validate_json(made.value or b"").notification_id == pager.sent[0]


async def test_copies_of_a_safety_event_page_nobody(bench: Bench, pager: FakeChannel) -> None:
    await bench.feed(EVENTS, (b"p1", crisis()), (b"p1", crisis()))
    await bench.feed(EVENTS, (b"p1", crisis()))
    await bench.crash()
    await bench.feed(EVENTS, (b"p1", crisis()))
    assert len(pager.sent) == 1


async def test_a_call_in_a_refused_event_pages_once_and_its_correction_pages_nobody(
    bench: Bench, pager: FakeChannel
) -> None:
    wrong = event("questionnaire.v1", {"instrument": "PHQ-9", "items": {"1": 7, "9": 1}})
    heard = event("call.v1", {"instrument": "PHQ-9", "field": "data", "reason": "an answer is outside 0 to 3"})
    for raw in (heard, wrong, phq9(1), phq9(3), heard):
        await bench.feed(EVENTS, (b"p1", raw))
        assert len(pager.sent) == 1
    await bench.feed(EVENTS, (b"p1", phq9(1, event_id="e2")))
    assert len(pager.sent) == 2


async def test_a_history_event_is_recorded_and_pages_nobody(bench: Bench, pager: FakeChannel) -> None:
    await bench.feed(EVENTS, (b"p1", crisis(history=True)))
    await bench.tick(later=timedelta(hours=5))
    assert bench.alerts[SAFETY].imported
    assert pager.sent == []


async def test_events_without_safety_touch_nothing(bench: Bench) -> None:
    step = await bench.feed(EVENTS, (b"p1", event("check-in.v1", {"mood": 3})), (b"p1", phq9(0)), (b"p1", b"{"))
    assert (list(step.outputs), dict(step.state)) == ([], {})


async def test_one_batch_may_be_about_several_patients(bench: Bench, pager: FakeChannel) -> None:
    await bench.feed(EVENTS, *((f"p{n}".encode(), crisis(patient=f"p{n}")) for n in range(5)))
    assert len(set(pager.sent)) == 5
    assert len(bench.state.rows) == 5


async def test_a_signal_of_analysis_is_told_in_the_inbox(bench: Bench, pager: FakeChannel) -> None:
    await bench.feed(SIGNALS, (b"p1", signal().model_dump_json().encode()))
    alert = bench.alerts["deterioration.mood"]
    assert (alert.status, alert.history[-1].to, pager.sent) == (AlertStatus.NOTIFIED, "therapist", [])


async def test_nothing_is_sent_of_a_step_that_was_not_kept(bench: Bench, pager: FakeChannel) -> None:
    async with bench._turn:  # the step is computed, but the transport never gets to write it
        await bench.job.batch(batch(EVENTS, (b"p1", crisis())), bench.state)
        await asyncio.sleep(0.02)
        assert pager.sent == []
        bench.job.closed(0)
    await bench.settle()
    assert pager.sent == []


async def test_what_was_not_delivered_before_a_crash_is_sent_after_it_under_the_same_id(
    bench: Bench, pager: FakeChannel
) -> None:
    pager.gate.clear()
    await bench.feed(EVENTS, (b"p1", crisis()))
    await bench.crash()
    pager.gate.set()
    await bench.settle()
    [made] = bench.out[NOTIFICATIONS]
    assert pager.sent == [Notification.model_validate_json(made.value or b"").notification_id]
    assert bench.alerts[SAFETY].status is AlertStatus.NOTIFIED


async def test_unacknowledged_it_goes_to_the_next(bench: Bench, pager: FakeChannel) -> None:
    await bench.feed(EVENTS, (b"p1", crisis()))
    await bench.tick(later=timedelta(minutes=9))
    assert len(pager.sent) == 1
    await bench.tick(later=timedelta(minutes=1))
    assert len(set(pager.sent)) == 2
    assert bench.alerts[SAFETY].status is AlertStatus.ESCALATED


async def test_an_acknowledgement_stops_what_is_on_its_way(bench: Bench, pager: FakeChannel) -> None:
    pager.gate.clear()
    await bench.feed(EVENTS, (b"p1", crisis()))
    await bench.feed(ACTIONS, acknowledged(bench))
    pager.gate.set()
    await bench.tick(later=timedelta(hours=1))
    assert pager.sent == []
    assert bench.alerts[SAFETY].holder == "dr"


async def test_a_refusal_of_the_pager_brings_the_next_recipient(bench: Bench, pager: FakeChannel) -> None:
    pager.faults = [Unavailable("HTTP 503"), *[ValueError()] * 2]
    await bench.feed(EVENTS, (b"p1", crisis()))
    async with asyncio.timeout(5):
        while len(set(pager.sent)) < 3:
            await bench.settle()
    assert [line.to for line in bench.alerts[SAFETY].history if line.what.startswith("escalated")] == [
        "on_call_second",
        "lead",
    ]


async def test_after_a_restart_nothing_is_escalated_before_the_actions_were_read(
    bench: Bench, pager: FakeChannel
) -> None:
    await bench.feed(EVENTS, (b"p1", crisis()))
    said = acknowledged(bench)
    bench.now += timedelta(hours=1)
    bench.has_caught_up = False
    await bench.crash()
    await bench.tick(later=timedelta(seconds=9))
    await bench.feed(ACTIONS, said)
    bench.has_caught_up = True
    await bench.tick()
    assert len(pager.sent) == 1


async def test_escalation_does_not_wait_for_the_actions_for_ever(bench: Bench, pager: FakeChannel) -> None:
    await bench.feed(EVENTS, (b"p1", crisis()))
    bench.now += timedelta(hours=1)
    bench.has_caught_up = False
    await bench.crash()
    await bench.tick(later=timedelta(seconds=10))
    assert len(set(pager.sent)) == 2


async def test_a_shift_that_nobody_has_is_alarmed_once_and_survives_a_crash(bench: Bench, pager: FakeChannel) -> None:
    hours = "working_hours: {week: {monday: 08:00-17:00}}"
    until = "2026-03-03 08:00:00"
    rota = f"rota: {{shifts: [{{who: ada, from: 2026-03-01 08:00:00, until: {until}}}]}}"
    teams = read_teams(f"{{version: v, default: t, teams: {{t: {{zone: UTC, {hours}, {rota}}}}}}}")
    bench.plan = replace(bench.plan, teams=teams)
    for _ in range(3):
        await bench.tick(later=timedelta(seconds=ROTA_EVERY_S))
    await bench.crash()
    assert (len(pager.sent), bench.alerts["rota.empty"].patient) == (1, "t")
    assert bench.alerts["rota.empty"].status is AlertStatus.NOTIFIED


async def test_the_care_team_of_the_episode_is_paged(bench: Bench, pager: FakeChannel) -> None:
    hours = "working_hours: {week: {monday: 08:00-17:00}}"
    rota = "rota: {shifts: [{who: ada, from: 2026-03-01 08:00:00, until: 2026-04-01 08:00:00}]}"
    written = f"{{version: v, default: t, teams: {{t: {{zone: UTC, {hours}}}, north: {{zone: UTC, {hours}, {rota}}}}}}}"
    bench.plan = replace(bench.plan, teams=read_teams(written))
    await bench.feed(EVENTS, (b"p1", crisis()), (b"p2", episode("north", patient="p2")))
    await bench.crash()
    await bench.feed(EVENTS, (b"p2", crisis(patient="p2")))
    told = [Notification.model_validate_json(one.value or b"") for one in bench.out[NOTIFICATIONS]]
    assert [(one.patient, one.recipient) for one in told] == [("p1", "on_call"), ("p2", "ada")]
    assert len(pager.sent) == 2


async def test_what_a_clinician_did_before_the_alert_was_read_again_is_not_lost(
    bench: Bench, pager: FakeChannel
) -> None:
    await bench.feed(EVENTS, (b"p1", crisis()))
    said = acknowledged(bench)
    bench.state.rows.clear()  # killed after the alert went out and before it was kept
    await bench.crash()
    await bench.feed(ACTIONS, said)
    await bench.feed(EVENTS, (b"p1", crisis()))
    await bench.tick(later=timedelta(hours=1))
    assert (bench.alerts[SAFETY].holder, len(pager.sent)) == ("dr", 1)


async def test_a_message_that_cannot_be_read_stops_nothing(bench: Bench, pager: FakeChannel) -> None:
    await bench.feed(SIGNALS, (b"p1", b"{"), (b"p1", signal().model_dump_json().encode()))
    await bench.feed(ACTIONS, (b"p1", b'{"kind":"explode"}'), (None, None))
    await bench.feed(EVENTS, (b"p1", crisis()))
    assert len(bench.alerts) == 2
    assert len(pager.sent) == 1


async def test_nobody_is_named_in_a_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    canaries = ("p-canary", "note-canary", "crisis")
    with structlog.testing.capture_logs() as logs:
        raw = crisis(patient="p-canary", data={"note": "note-canary"})
        await bench.feed(EVENTS, (b"p-canary", raw), (b"other", raw))
        await bench.feed(SIGNALS, (b"p-canary", raw))
    assert logs
    assert not [canary for canary in canaries if canary in f"{logs}{caplog.text}"]
