"""Every page in a real browser: readable for all, at any size, in both themes, and on paper."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import DESK, Alerting
from tests.browser.story import closed, monday_group, patient, several_alerts
from tests.console.samples import GROUP

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.slow]

Browse = Callable[..., Awaitable[Page]]

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NARROW = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
"""A desk's 1280 at four times the size: WCAG 1.4.10 asks that nothing scrolls sideways there."""
FITS = "document.documentElement.scrollWidth <= innerWidth"
TWICE = {"width": 640, "height": 450}
"""A desk's 1280 at twice the size."""


async def pages(alerting: Alerting, name: str, first: int) -> dict[str, str]:
    """The address of every page about a patient who has something of everything, with who opens it."""
    now = datetime.now(UTC)
    alerts = several_alerts(name, now, first)
    await alerting.put(
        patient(name, now), *alerts, monday_group(), *(closed(f"{name}-{number}", now) for number in range(5))
    )
    return {
        "/inbox": "dana",
        f"/alerts/{alerts[0].alert_id}": "dana",
        f"/alerts/{alerts[3].alert_id}": "dana",
        "/patients": "sam",
        f"/patients/{name}": "sam",
        f"/patients/{name}/brief": "sam",
        f"/patients/{name}/reviews": "sam",
        f"/patients/{name}/phone": "sam",
        f"/patients/{name}/break-glass": "dana",
        f"/groups/{GROUP}": "sam",
        "/rota": "sam",
        "/outcomes": "lee",
        "/audit": "lee",
        "/system": "ora",
        "/sign-in": "ora",
    }


async def opened(browse: Browse, addresses: dict[str, str], **options: Any) -> dict[str, Page]:
    """A signed-in browser for each who opens any of them."""
    readers = {name: await browse(name, **options) for name in sorted(set(addresses.values()))}
    patient_page = next(address for address in addresses if address.startswith("/patients/"))
    for _ in range(100):  # until the store has what was put into Kafka
        if (await readers["sam"].request.get(patient_page)).ok:
            return readers
        await readers["sam"].wait_for_timeout(100)
    pytest.fail("what was put into Kafka does not show")


@pytest.mark.parametrize(
    ("number", "options"),
    [
        (1, {**NARROW, "color_scheme": "light"}),
        (2, {**DESK, "color_scheme": "dark", "reduced_motion": "reduce"}),
    ],
    ids=["narrow-light", "desk-dark"],
)
async def test_no_page_keeps_anybody_out(
    alerting: Alerting, browse: Browse, number: int, options: dict[str, Any]
) -> None:
    addresses = await pages(alerting, f"p-axe-{number}", 500 + 10 * number)
    readers = await opened(browse, addresses, **options)
    axe, found = Axe(), []
    for address, reader in addresses.items():
        page = readers[reader]
        await page.goto(address)
        for details in await page.locator("details").all():
            await details.evaluate("details => details.open = !details.name")
        results = await axe.run(page, options=WCAG)
        found += [(address, one["id"], one["nodes"][0]["html"]) for one in results.response["violations"]]
        assert await page.evaluate(FITS), address
        if options.get("reduced_motion"):
            moving = "[...document.querySelectorAll('*')].some(e => parseFloat(getComputedStyle(e).transitionDuration))"
            assert not await page.evaluate(moving), address
        await page.set_viewport_size(TWICE)
        assert await page.evaluate(FITS), address
        await page.set_viewport_size(options["viewport"])
    assert found == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
async def test_the_brief_prints_on_one_page_with_several_alerts_open_and_says_nothing_of_violence(
    alerting: Alerting, browse: Browse, paper: str
) -> None:
    name = f"p-paper-{paper}"
    addresses = await pages(alerting, name, {"A4": 560, "Letter": 570}[paper])
    page = (await opened(browse, addresses, **DESK))["sam"]
    await page.goto(f"/patients/{name}/brief")
    await expect(page.get_by_text("Safe contact first: violence was logged")).to_be_visible()
    assert pages_of(await page.pdf(format=paper)) == 1
    await page.emulate_media(media="print")
    printed = await page.inner_text("body")
    assert "Open alerts" in printed
    assert "Something is shown on the screen only." in printed
    assert not re.search(r"violence|safe contact", printed, re.IGNORECASE)


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF of Chromium has."""
    assert pdf.startswith(b"%PDF")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
