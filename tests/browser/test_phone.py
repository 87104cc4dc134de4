"""The demonstration phone in a real Chromium, before a real gateway and a real Kafka.

What it says is in Kafka once, whatever happens on the way; the answer to item 9 reaches the console's open inbox.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from axe_playwright_python.async_playwright import Axe
from kafka import KafkaConsumer, TopicPartition
from playwright.async_api import Page, Route, async_playwright, expect

from deploy.local.ports import free_ports
from schemas.views import DayView, PatientView
from streams.adapters.tokens_devices import Devices
from streams.topics import EVENTS
from tests.browser.conftest import FLAGS, PHONE, ROOT, SCREENSHOTS, Alerting, Server, _wait_until_ready
from tests.console.samples import view

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.slow]

Open = Callable[..., Awaitable[Page]]
WAITING = "import('./database.js').then(async (kept) => (await kept.entries()).filter((one) => !one.refused).length)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("phone-home")


@pytest.fixture(scope="module")
def url(server: Server, home: Path) -> Iterator[str]:
    """The phone's page, before a gateway of its own on the Kafka that feeds the console."""
    gateway, phone = free_ports(2)
    settings = {
        "IPT_PULSE_HOME": str(home),
        "IPT_PULSE_KAFKA": server.bootstrap,
        "IPT_PULSE_GATEWAY_PORT": str(gateway),
        "IPT_PULSE_PHONE_PORT": str(phone),
    }
    ours = [sys.executable, "-P", "-m", "deploy.cli"]
    running = [subprocess.Popen([*ours, name], cwd=ROOT, env=os.environ | settings) for name in ("gateway", "phone")]
    try:
        for port, process in zip((gateway, phone), running, strict=True):
            _wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{phone}"
    finally:
        for process in running:
            process.terminate()
            process.wait(20)


@pytest.fixture
async def open_phone(chromium: str, url: str) -> AsyncIterator[Open]:
    """The page on a phone of its own; whatever the browser complains of, but for being offline, fails the test."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)

        async def open_one(**options: Any) -> Page:
            context = await running.new_context(base_url=url, **(PHONE | options))
            context.set_default_timeout(15_000)
            page = await context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto("/")
            return page

        yield open_one
        await running.close()
    expected = ("Failed to load resource", "ERR_INTERNET_DISCONNECTED")
    assert [told for told in complaints if not any(one in told for one in expected)] == []


@pytest.fixture
def patient() -> str:
    return f"p-{uuid4().hex[:10]}"


async def enrol(page: Page, home: Path, patient: str) -> None:
    with closing(Devices(home)) as devices:
        code = devices.new_code(patient, datetime.now(UTC))
    await page.get_by_label("Code").fill(code.lower())
    await page.get_by_role("button", name="Let it in").click()
    await expect(page.get_by_role("heading", name="Check in")).to_be_visible()


async def check_in(page: Page, mood: int) -> None:
    await page.get_by_text(str(mood), exact=True).first.tap()
    await page.get_by_role("button", name="Keep").tap()


def sent(server: Server, patient: str) -> list[dict[str, Any]]:
    """Every event of the patient that is in Kafka now."""
    consumer = KafkaConsumer(bootstrap_servers=server.bootstrap, enable_auto_commit=False)
    places = [TopicPartition(EVENTS, number) for number in consumer.partitions_for_topic(EVENTS) or ()]
    consumer.assign(places)
    consumer.seek_to_beginning()
    ends, found = consumer.end_offsets(places), []
    while any(consumer.position(place) < ends[place] for place in places):
        for records in consumer.poll(timeout_ms=500).values():
            found += [orjson.loads(record.value) for record in records if record.key == patient.encode()]
    consumer.close()
    return found


async def settled(page: Page) -> None:
    """Nothing waits on the phone, neither by what it keeps nor by what it says."""
    async with asyncio.timeout(60):
        while await page.evaluate(WAITING):  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.1)
    await expect(page.locator("#waiting[data-state=idle]")).to_have_text("All sent.")


async def test_a_check_in_made_offline_outlives_a_reload_and_is_accepted_once(
    server: Server, home: Path, patient: str, open_phone: Open
) -> None:
    page = await open_phone()
    await enrol(page, home, patient)
    await page.evaluate("navigator.serviceWorker.ready")
    await page.reload()
    await page.context.set_offline(True)
    await check_in(page, 3)
    await expect(page.locator("#waiting")).to_have_text("Offline: one entry is safe on this phone.")
    await page.reload()
    await expect(page.locator("#waiting")).to_have_text("Offline: one entry is safe on this phone.")
    await check_in(page, 4)
    await expect(page.locator("#waiting")).to_have_text("Offline: 2 entries are safe on this phone.")
    await page.get_by_role("button", name="I need help now").tap()
    await expect(page.get_by_role("dialog")).to_contain_text("Crisis line")
    await page.screenshot(path=SCREENSHOTS / "phone-help-offline.png")
    await page.get_by_role("button", name="Back").tap()
    assert sent(server, patient) == []
    await page.context.set_offline(False)
    await settled(page)
    await page.reload()
    await settled(page)
    assert [event["data"]["mood"] for event in sent(server, patient)] == [3, 4]


async def test_a_lost_answer_and_a_busy_gateway_lose_and_double_nothing(
    server: Server, home: Path, patient: str, open_phone: Open
) -> None:
    page = await open_phone()
    await enrol(page, home, patient)
    asked: list[float] = []

    async def faulty(route: Route) -> None:
        asked.append(asyncio.get_running_loop().time())
        if len(asked) == 1:
            await route.fulfill(status=429, headers={"Retry-After": "2"})
        elif len(asked) == 2:
            await route.fetch()  # the gateway takes it, and the phone never hears of it
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/v1/events", faulty)
    await check_in(page, 7)
    await expect(page.locator("#waiting")).to_contain_text("asks to wait: one entry is safe")
    await check_in(page, 8)
    await settled(page)
    assert asked[1] - asked[0] >= 2
    events = sent(server, patient)
    assert sorted({event["id"]: event["data"]["mood"] for event in events}.values()) == [7, 8]
    assert len(events) > len({event["id"] for event in events}), "the repeat went out under the same id"


async def test_a_long_queue_goes_out_packed_and_in_its_order(
    server: Server, home: Path, patient: str, open_phone: Open
) -> None:
    page = await open_phone()
    await enrol(page, home, patient)
    await settled(page)
    packed: list[str | None] = []

    async def look(route: Route) -> None:
        packed.append(route.request.headers.get("content-encoding"))
        await route.continue_()

    await page.route("**/v1/events", look)
    await page.evaluate("""async () => {
        const [database, { cloudEvent }] = await Promise.all([import("./database.js"), import("./events.js")]);
        const device = await database.kept("device");
        for (let at = 0; at < 40; at += 1) await database.add(cloudEvent(device, "check-in.v1", { mood: at / 4 }));
    }""")
    await check_in(page, 10)
    await settled(page)
    assert [event["data"]["mood"] for event in sent(server, patient)] == [*(at / 4 for at in range(40)), 10]
    assert set(packed) == {"gzip"}


async def test_what_an_answer_means(open_phone: Open) -> None:
    page = await open_phone()
    found = await page.evaluate("""async () => {
        const { meaning } = await import("./sender.js");
        const now = Date.parse("2026-11-24T10:00:00Z");
        const told = { rejected: [{ index: 0, reason: "data.mood" }] };
        const answers = [[202, { rejected: [] }], [422, told], [422, null], [413], [401], [403], [500], [0],
            [429, null, "7"], [503, null, "Tue, 24 Nov 2026 10:00:30 GMT"], [503, null, "soon"]];
        return answers.map((answer) => meaning(...answer, ...Array(3 - answer.length), now))
            .map((one) => [one.kind, one.refused?.length ?? one.wait ?? null]);
    }""")
    assert found == [
        ["judged", 0],
        ["judged", 1],
        ["later", 0],
        ["smaller", None],
        ["locked", None],
        ["locked", None],
        ["later", 0],
        ["later", 0],
        ["later", 7],
        ["later", 30],
        ["later", 0],
    ]


async def test_what_is_refused_stays_with_its_reason_until_it_is_discarded(
    server: Server, home: Path, patient: str, open_phone: Open
) -> None:
    page = await open_phone()
    await enrol(page, home, patient)
    await page.get_by_role("link", name="More").tap()
    await page.get_by_label("Pretend to be offline").check()
    await page.get_by_role("link", name="Today").tap()
    await check_in(page, 5)
    # A fault of the page itself: an entry that no gateway takes.
    await page.evaluate("""async () => {
        const database = await import("./database.js");
        const [entry] = await database.entries();
        await database.add({ ...entry.event, id: "broken", data: { mood: 99, note: "canary" } });
    }""")
    await page.get_by_role("link", name="More").tap()
    await page.get_by_label("Pretend to be offline").uncheck()
    await expect(page.get_by_text("data.mood")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text("canary")
    await page.reload()
    await expect(page.get_by_text("data.mood")).to_be_visible()
    await page.screenshot(path=SCREENSHOTS / "phone-refused.png", full_page=True)
    await page.get_by_role("button", name="Discard").tap()
    await expect(page.get_by_text("data.mood")).to_have_count(0)
    assert [event["data"]["mood"] for event in sent(server, patient)] == [5]


async def test_who_is_shut_out_keeps_what_they_wrote_for_a_new_code(
    server: Server, home: Path, patient: str, open_phone: Open
) -> None:
    page = await open_phone()
    await enrol(page, home, patient)
    with closing(Devices(home)) as devices:
        devices.revoke_all(patient, datetime.now(UTC))
    await check_in(page, 2)
    await expect(page.locator("#waiting")).to_contain_text("no longer let in: one entry is safe here")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("link", name="More").tap()
    await page.get_by_role("button", name="Sign this phone out").tap()
    await enrol(page, home, patient)
    await settled(page)
    assert [event["data"]["mood"] for event in sent(server, patient)] == [2]


@pytest.fixture
def worker(server: Server, tmp_path: Path) -> Iterator[None]:
    """The real alerting worker."""
    (port,) = free_ports(1)
    settings = {
        "IPT_PULSE_HOME": str(tmp_path),
        "IPT_PULSE_KAFKA": server.bootstrap,
        "IPT_PULSE_METRICS_PORT": str(port),
        "IPT_PULSE_WORKER_NAME": "alerting",
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "deploy.cli", "worker", "alerting"], cwd=ROOT, env=os.environ | settings
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.usefixtures("worker")
async def test_item_9_from_the_phone_is_in_the_open_inbox_and_help_is_shown_at_once(
    home: Path, patient: str, open_phone: Open, browse: Open
) -> None:
    inbox = await browse("dana", **PHONE)
    page = await open_phone()
    await enrol(page, home, patient)
    await page.get_by_role("link", name="Questions").tap()
    await page.get_by_role("group", name="9. thoughts of death").get_by_text("1", exact=True).tap()
    await page.get_by_role("button", name="Keep").tap()
    await expect(page.get_by_role("dialog")).to_contain_text("no emergency service")
    await settled(page)
    raised = inbox.get_by_role("article").filter(has_text=patient)
    await expect(raised).to_contain_text("Thoughts of death or self-harm")


async def test_people_names_questionnaires_and_life_events_arrive_as_the_gateway_takes_them(
    server: Server, home: Path, patient: str, open_phone: Open
) -> None:
    page = await open_phone()
    await enrol(page, home, patient)
    await page.get_by_text("Feelings, sleep, symptoms").tap()
    await page.get_by_label("sad").select_option("7")
    await page.get_by_label("Hours of sleep").fill("6.5")
    await page.get_by_label("binge").select_option("2")
    await check_in(page, 6)
    await page.get_by_role("link", name="People").tap()
    await page.get_by_label("What do you call them?").fill("Ada canary")
    await page.get_by_role("button", name="Add").tap()
    await page.get_by_label("With whom?").select_option(label="Ada canary")
    await page.get_by_label("What was it?").select_option("conflict")
    await page.get_by_text("\N{MINUS SIGN}2", exact=True).tap()
    await page.get_by_role("button", name="Keep").tap()
    await page.get_by_role("link", name="More").tap()
    await page.get_by_label("When?").fill("2026-01-05")
    await page.get_by_role("button", name="Keep").tap()
    await settled(page)
    events = {event["type"]: event for event in await asyncio.to_thread(sent, server, patient)}
    assert events.keys() == {"check-in.v1", "person.v1", "interaction.v1", "life-event.v1"}
    mood = events["check-in.v1"]["data"]
    assert (mood["mood"], mood["affects"], mood["symptoms"], mood["sleep_hours"]) == (6, {"sad": 7}, {"binge": 2}, 6.5)
    person, met = events["person.v1"]["data"]["person_id"], events["interaction.v1"]["data"]
    assert (met["person_id"], met["kind"], met["valence"]) == (person, "conflict", -2)
    assert b"canary" not in orjson.dumps(list(events.values()))


@pytest.mark.parametrize("look", [(320, "dark"), (390, "light")], ids=str)
async def test_every_part_is_accessible_fits_and_works_by_keyboard(
    home: Path, patient: str, alerting: Alerting, open_phone: Open, look: tuple[int, str]
) -> None:
    width, scheme = look
    await alerting.put(week_of(patient))
    page = await open_phone(color_scheme=scheme, viewport={"width": width, "height": 844})
    await looks_right(page, f"enrol-{width}-{scheme}")
    await enrol(page, home, patient)
    await expect(page.get_by_text("on average, from 14 reports")).to_be_visible(timeout=40_000)
    for part in ("Today", "People", "Questions", "More"):
        await page.get_by_role("link", name=part).focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("link", name=part)).to_have_attribute("aria-current", "page")
        if part == "People":
            await page.get_by_label("What do you call them?").fill("Ada")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("heading", name="What happened")).to_be_visible()
            await expect(page.get_by_label("With whom?")).to_be_visible()
        await looks_right(page, f"{part.lower()}-{width}-{scheme}")
    await page.get_by_role("button", name="I need help now").press("Enter")
    await looks_right(page, f"help-{width}-{scheme}")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


def week_of(patient: str) -> PatientView:
    now = datetime.now(UTC)
    moods = (6, 5.5, 6.5, 6, 6, 5, 6, 6.5, 6, 5.5, 6, 6, 5, 5.5, 6, 4, 3.5, 4.5, 3, 4, 5)
    days = tuple(DayView(day=now.date() - timedelta(days=20 - at), n=2, mean=mood) for at, mood in enumerate(moods))
    return view(patient, now).model_copy(update={"days": days})


async def looks_right(page: Page, name: str) -> None:
    """No violation that axe-core knows of, nothing beyond the screen's edge; a picture for those who want to see."""
    await expect(page.locator("#said")).to_have_text("", timeout=10_000)
    await page.screenshot(path=SCREENSHOTS / f"phone-{name}.png", full_page=True)
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_what_arrives_after_signing_out_is_not_kept_for_whoever_comes_next(
    home: Path, patient: str, open_phone: Open
) -> None:
    page = await open_phone()
    await enrol(page, home, patient)
    asked, signed_out = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()  # while the token is still good
        asked.set()
        await signed_out.wait()
        await route.fulfill(response=answer)

    await page.route("**/v1/me/summary", late)
    await page.reload()
    await asyncio.wait_for(asked.wait(), 15)
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("link", name="More").tap()
    await page.get_by_role("button", name="Sign this phone out").tap()
    await expect(page.get_by_label("Code")).to_be_visible()
    async with page.expect_response("**/v1/me/summary"):
        signed_out.set()
    await page.wait_for_timeout(300)  # for the page to do with it what it should not
    kept = "import('./database.js').then(async (all) => (await all.kept('summary')) ?? null)"
    assert await page.evaluate(kept) is None
