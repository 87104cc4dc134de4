"""A real Chromium against a real console process that is fed by a real Kafka.

What would be the alerting worker is a small loop around the same pure function. Screenshots go to tests/screenshots/.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from playwright.async_api import Page, async_playwright

from deploy.local.kafka import KafkaBroker
from deploy.local.ports import free_ports
from schemas.alerts import Alert, AlertAction
from schemas.groups import GroupView
from schemas.views import PatientView
from streams.adapters.accounts import Accounts, Role
from streams.adapters.admin import create_topics
from streams.adapters.plan import load_plan
from streams.core.alerts import Case, Decision, PatientAlerts, act, escalate
from streams.topics import ACTIONS
from tests.console.samples import record_key

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "tests" / "screenshots"
PASSWORD = "a long enough one"  # noqa: S105 - of nobody
NAMES = {"dana": Role.ON_CALL, "lee": Role.LEAD, "sam": Role.THERAPIST, "ora": Role.OPERATOR}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; where there is none the tests are skipped, but not on a build server."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        told = "no Chromium here (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return found


@dataclass(frozen=True)
class Server:
    """A running console, and the Kafka that feeds it."""

    url: str
    broker: KafkaBroker

    @property
    def bootstrap(self) -> str:
        return self.broker.bootstrap


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("console-home")
    accounts = Accounts(home / "accounts.sqlite")
    for name, role in NAMES.items():
        accounts.add(name, role, PASSWORD)
    with KafkaBroker(tmp_path_factory.mktemp("console-kafka")) as broker:
        create_topics(broker.bootstrap, 4)
        (port,) = free_ports(1)
        settings = {
            "IPT_PULSE_HOME": str(home),
            "IPT_PULSE_KAFKA": broker.bootstrap,
            "IPT_PULSE_CONSOLE_PORT": str(port),
        }
        command = [sys.executable, "-c", "from streams.cli.console import console; console()"]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, process)
            yield Server(url, broker)
        finally:
            process.terminate()
            process.wait(20)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(400):
        assert process.poll() is None, "the console ended"
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/readyz").status_code == httpx.codes.OK:
                return
        time.sleep(0.1)
    pytest.fail("the console was not ready in 40 s")


class Alerting:
    """Puts alerts and views into Kafka, and answers actions as the alerting worker would."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self._records: dict[str, PatientAlerts] = {}
        self._plan = load_plan()

    async def put(self, *messages: Alert | PatientView | GroupView) -> None:
        for message in messages:
            key, topic = record_key(message)
            if isinstance(message, Alert):
                known = self._records.get(message.patient, PatientAlerts())
                self._records[message.patient] = known.keep(Case(message))
            await self._producer.send_and_wait(topic, message.model_dump_json().encode(), key=key)

    async def answer(self, raw: bytes) -> None:
        action = AlertAction.model_validate_json(raw)
        if action.patient in self._records:
            await self._send(action.patient, act(self._records[action.patient], action, datetime.now(UTC), self._plan))

    async def time_passes(self, patient: str, length: timedelta) -> None:
        """What is due of a patient by then happens now."""
        await self._send(patient, escalate(self._records[patient], datetime.now(UTC) + length, self._plan))

    async def _send(self, patient: str, decision: Decision) -> None:
        self._records[patient] = decision.record
        for alert in decision.changed:
            key, topic = record_key(alert)
            await self._producer.send_and_wait(topic, alert.model_dump_json().encode(), key=key)


@pytest.fixture
async def alerting(server: Server) -> AsyncIterator[Alerting]:
    async with AsyncExitStack() as opened:
        producer = AIOKafkaProducer(bootstrap_servers=server.bootstrap, acks="all")
        consumer = AIOKafkaConsumer(ACTIONS, bootstrap_servers=server.bootstrap, auto_offset_reset="latest")
        for client in (producer, consumer):
            await client.start()
            opened.push_async_callback(client.stop)
        await asyncio.gather(*map(consumer.position, consumer.assignment()))
        worker = Alerting(producer)

        async def work() -> None:
            async for message in consumer:
                await worker.answer(message.value)

        task = asyncio.create_task(work())
        yield worker
        task.cancel()


@pytest.fixture
async def browse(chromium: str, server: Server) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """A browser of one's own, signed in: `await browse("dana", **PHONE)`; it stands on the page one starts with.

    Anything that a browser complains of, such as what the content policy blocks, fails the test.
    """
    complaints: list[str] = []
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)

        async def open_one(name: str, **options: Any) -> Page:
            context = await running.new_context(base_url=server.url, **options)
            context.set_default_timeout(15_000)
            page = await context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto("/sign-in")
            await page.get_by_label("Name").fill(name)
            await page.get_by_label("Password").fill(PASSWORD)
            await page.get_by_role("button", name="Sign in").click()
            await page.wait_for_url(lambda url: not url.split("?")[0].endswith(("/sign-in", "/")))
            return page

        yield open_one
        await running.close()
    assert complaints == []
