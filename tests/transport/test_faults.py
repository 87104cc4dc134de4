"""Whatever happens to a worker, every event arrives, and state and committed offsets are right in the end."""

import os
import shutil
import signal
import time
from collections.abc import Callable

import pytest

from deploy.local.kafka import KafkaBroker
from tests.transport.harness import Trial, WorkerProcess

HALTED = 70

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


def ready(worker: WorkerProcess) -> list[str]:
    return worker.said("opened")


STORM = int(os.environ.get("IPT_PULSE_STORM", "1"))


def test_kill_9_in_the_middle(trial: Trial) -> None:
    trial.send(20_000)
    for _ in range(2):
        worker = trial.start(slow=0.05)
        worker.wait_until(ready)
        time.sleep(0.4)
        worker.kill()
    trial.start()
    trial.finish()
    trial.check(repeats=True)


def test_sigterm_finishes_commits_and_leaves(trial: Trial) -> None:
    worker = trial.start(slow=0.2)
    with trial.sending(1_000, rate=300):
        worker.wait_until(ready)
        time.sleep(1.0)
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0
    trial.start("b")
    trial.finish()
    trial.check()  # nothing was done twice: what was finished had been committed


def test_dropped_batches_are_fetched_again(trial: Trial) -> None:
    trial.send(30_000)
    worker = trial.start(drop=0.3)
    with trial.sending(1_000, rate=200):
        trial.finish()
    trial.finish()
    trial.check()
    assert worker.said("dropped")
    assert worker.said("refetched")


def test_a_job_that_fails_stops_the_worker_and_commits_nothing_of_it(trial: Trial) -> None:
    trial.send(400)
    worker = trial.start(fail="e250")
    assert worker.exit_code() == HALTED
    assert "ValueError" in worker.log
    assert any(trial.lag().values())
    trial.start()
    trial.finish()
    trial.check(repeats=True)  # other partitions were cut off between their outputs and their state


def test_a_send_that_fails_stops_the_worker_and_commits_nothing_past_it(trial: Trial) -> None:
    trial.send(400)
    worker = trial.start(large="e250")
    assert worker.exit_code() == HALTED
    assert "MessageSizeTooLarge" in worker.log
    assert any(trial.lag().values())
    trial.start()
    trial.finish()
    trial.check(repeats=True)


def test_state_comes_back_from_the_changelog_alone(trial: Trial) -> None:
    trial.send(5_000)
    worker = trial.start()
    trial.finish()
    worker.signal(signal.SIGTERM)
    assert worker.exit_code() == 0
    shutil.rmtree(trial.folder / "a")
    again = trial.start()
    again.wait_until(lambda w: len(w.said("opened")) == 4)
    assert again.said("recovered")
    assert sum(int(line.split()[2]) for line in again.said("opened")) == 200
    trial.send(1_000)
    trial.finish()
    trial.check()


def test_a_worker_frozen_past_its_session_writes_nothing_of_what_it_had_in_hand(trial: Trial) -> None:
    frozen = trial.start("a", slow=2.0)
    frozen.wait_until(ready)
    trial.send(400)
    time.sleep(1.0)  # batches are in its hands now
    frozen.signal(signal.SIGSTOP)
    trial.start("b")
    trial.send(400)
    trial.finish()
    frozen.signal(signal.SIGCONT)
    trial.send(400)
    trial.finish()
    trial.check()
    assert frozen.alive, "it takes its share again"


def test_events_that_expired_unread_are_passed_and_reported(trial: Trial) -> None:
    trial.send(400)
    worker = trial.start()
    trial.finish()
    worker.signal(signal.SIGTERM)
    assert worker.exit_code() == 0
    trial.send_and_expire(400)
    trial.send(400)
    again = trial.start()
    trial.finish()
    trial.check()
    assert sum(int(line.split()[2]) for line in again.said("expired")) == 400


def test_a_broker_that_is_killed_or_frozen_costs_nothing(
    broker: Callable[..., KafkaBroker], trial_on: Callable[[str], Trial]
) -> None:
    server = broker()
    trial = trial_on(server.bootstrap)
    worker = trial.start(slow=0.05)
    worker.wait_until(ready)
    trial.send(2_000)
    server.pause()
    time.sleep(8.0)  # longer than the session
    server.resume()
    trial.send(2_000)
    server.kill()
    server.start()
    trial.send(2_000)
    trial.finish(supervised=True)
    trial.check(repeats=True)


def test_a_worker_that_starts_before_its_broker_waits_for_it(
    broker: Callable[..., KafkaBroker], trial_on: Callable[[str], Trial]
) -> None:
    server = broker()
    trial = trial_on(server.bootstrap)
    trial.send(400)
    server.kill()
    worker = trial.start(silence=10)
    worker.wait_until(lambda w: "does not answer yet" in w.log)
    time.sleep(10.0)  # no silence of the group, which it has not joined yet
    server.start()
    trial.finish()
    trial.check()
    assert worker.alive


def test_an_error_that_the_coordinator_keeps_is_heard(trial: Trial) -> None:
    """aiokafka's coordinator waits until somebody asks for it; until then no rebalance is answered."""
    worker = trial.start("a", trouble="RequestTimedOutError")
    worker.wait_until(ready)
    trial.send(400)
    worker.wait_until(lambda w: "the group failed and is asked again" in w.log)
    trial.start("b").wait_until(ready)  # takes its share in a rebalance that both answer
    trial.send(400)
    trial.finish()
    trial.check()
    assert worker.alive


def test_an_error_that_stays_ends_the_worker(trial: Trial) -> None:
    worker = trial.start("a", trouble="GroupAuthorizationFailedError")
    worker.wait_until(ready)
    trial.send(400)
    assert worker.exit_code()  # whoever meets the error first ends it
    assert "GroupAuthorizationFailedError" in worker.log
    trial.start()
    trial.finish()
    trial.check(repeats=True)


def test_two_workers_do_not_share_a_state_directory(trial: Trial) -> None:
    trial.start("a").wait_until(ready)
    second = trial.start("a")
    assert second.exit_code() == 1
    assert "a name of its own" in second.log


def test_a_missing_topic_is_said_plainly(trial: Trial) -> None:
    trial.admin.delete_topics([trial.seen])
    worker = trial.start()
    assert worker.exit_code() == 1
    assert f"topic {trial.seen} does not exist" in worker.log


def test_a_changelog_is_read_without_holes(trial: Trial) -> None:
    trial.send(2_000)
    worker = trial.start()
    trial.finish()
    worker.signal(signal.SIGTERM)
    assert worker.exit_code() == 0
    again = trial.start("b", lose=0.5)
    again.wait_until(lambda w: len(w.said("opened")) == 4, 60)
    assert again.said("lost")
    trial.send(1_000)
    trial.finish()
    trial.check()


def test_workers_come_and_go_while_events_keep_coming(trial: Trial) -> None:
    """IPT_PULSE_STORM=N goes round N times."""
    rounds = STORM
    with trial.sending(10_000 * rounds, rate=450):
        workers = {"a": trial.start("a")}
        for name, ends in (("b", ""), *([("c", "a"), ("a", "b"), ("b", "c")] * rounds)):
            time.sleep(3.0)
            workers[name] = trial.start(name)
            workers[name].wait_until(ready)
            if ends == "b":
                workers.pop(ends).kill()
            elif ends:
                leaving = workers.pop(ends)
                leaving.signal(signal.SIGTERM)
                assert leaving.exit_code() == 0
    trial.finish()
    trial.check(repeats=True)
