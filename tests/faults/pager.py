"""A pager that fails in every way it can, and kills of the process that tries to reach it."""

import random
import time
from collections.abc import Callable
from datetime import timedelta

from schemas.alerts import Notification
from streams.core.ids import hashed_id
from streams.topics import NOTIFICATIONS
from tests.fake_pager import faulty
from tests.faults.cohort import START, Event, call_for_help
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.reader import compare_sets, values
from tests.faults.sender import ByKafka
from tests.faults.stack import Stack, wait_for
from tests.faults.truth import truth_of

CALLS_EACH = 40
"""Of one patient; the pipeline raises no more than 50 of a kind a day."""
LADDER = ("0", "on_call"), ("1", "on_call_second")
SILENT = 0.002
"""Messages that the pager takes and never answers, until the sender loses patience."""
SILENCE_S = 11.0


def run(case: Case, *, alerts: int, kills: int, share: float, escalate_s: float, rate: float) -> Verdict:
    """Nobody acknowledges, so each alert pages the first on call, and once more the second `escalate_s` later."""
    sent = _calls(alerts)
    with Stack(case.folder, recipients=[who for _, who in LADDER], escalate_after_minutes=escalate_s / 60) as stack:
        truth = truth_of(sent, stack.policy, stack.plan)
        expected = {
            hashed_id(alert, *told) for alert in truth.alerts for told in (("0", "on_call"), ("1", "on_call_second"))
        }
        stack.pager.answer = _unreliable(share, case.seed)
        worker = stack.process("alerting")
        worker.start()
        worker.keep()
        chance = case.chance()
        with ByKafka(stack.kafka, sent, rate=rate):
            for number in range(kills):
                aim = len(expected) * (number + 1) // (kills + 1)
                wait_for(lambda at=aim: len(stack.pager.paged) >= at, f"{aim} pages", seconds=600)
                time.sleep(chance.uniform(0, 0.3))
                worker.kill()
                case.say(f"killed after {len(stack.pager.paged):,} of {len(expected):,} pages")
        wait_for(lambda: stack.pager.paged.keys() >= expected, "all pages", seconds=600)
        stack.settle("alerting")
        verdict = Verdict({"alerts": len(truth.alerts), "kills": kills})
        made = {Notification.model_validate_json(value).notification_id for value in values(stack.kafka, NOTIFICATIONS)}
        compare_sets(verdict, "notifications", set(made), set(expected))
        compare_sets(verdict, "pages", set(stack.pager.paged), set(expected))
        received = stack.pager.received
        verdict.note("faults answered", sum(one.answered != 202 for one in received))
        verdict.note("repeats under the same key", len(stack.pager.taken) - len(stack.pager.paged))
    return verdict


def _calls(count: int) -> list[Event]:
    patients = max(1, count // CALLS_EACH)
    return [call_for_help(f"p-{one % patients}", START + timedelta(minutes=one), one) for one in range(count)]


def _unreliable(share: float, seed: int) -> Callable[[], int]:
    answer, chance = faulty(share, seed), random.Random(seed)  # noqa: S311 -- faults, not secrets

    def answer_or_wait() -> int:
        if chance.random() < SILENT:
            time.sleep(SILENCE_S)
            return 0
        return answer()

    return answer_or_wait


FAULT = Fault(
    name="pager",
    title="pager 429, 5xx, time-out after accepting",
    must_hold="one page per notification id, escalation if nobody acknowledges",
    run=run,
    full={"alerts": 10_000, "kills": 8, "share": 0.3, "escalate_s": 60, "rate": 150},
    short={"alerts": 200, "kills": 2, "share": 0.3, "escalate_s": 8, "rate": 50},
    kept_by="tests/integration/test_alerting.py",
)
