"""Pictures of every page for docs/screenshots, on a phone and at a desk, taken of the demo: `make screenshots`.

The demo is started in a folder of its own with a rota, and stopped in the end. Colours are reduced to keep the files
small; what is shown differs from run to run as far as the clock does.
"""

import asyncio
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from signal import SIGTERM

import yaml
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from deploy.demo.staff import LEADS_GROUPS
from streams.adapters.accounts import Role, local_accounts
from streams.settings import Settings
from tests.browser.conftest import FLAGS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "screenshots"
PATIENCE_S = 900
COLOURS = 200
LONGEST = 2400
"""Pixels of a picture's height; what is further down is left out."""
DEVICES = {
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "desk": {"viewport": {"width": 1200, "height": 800}},
}
READERS = {"dana": Role.ON_CALL, "lee": Role.LEAD}
"""Accounts beside the demo's own: these are on the rota."""

STARTED = {
    "console": r"Console: (http\S+)",
    "password": r"password: (\S+)",
    "phone": r"Phone to try it with: (http\S+)",
    "code": r"code: (\S+)",
}
READY = "stays open at"


@dataclass(frozen=True, slots=True)
class Demo:
    """Where it is, and what lets one in: `password` of every account, `code` of the demonstration phone."""

    console: str
    password: str
    phone: str
    code: str


@contextmanager
def started(home: Path) -> Iterator[Demo]:
    """The demo with its past and its two weeks behind it."""
    environment = os.environ | {"IPT_PULSE_POLICY": str(_policy_with_a_rota(home / "policy"))}
    command = [sys.executable, "-P", "-m", "deploy.cli", "demo", "--home", str(home / "demo"), "--no-influxdb"]
    command += ["--seconds-per-day", "1"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield _ready(process)
    finally:
        process.send_signal(SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=120)


def _ready(process: "subprocess.Popen[str]") -> Demo:
    assert process.stdout is not None
    until = time.monotonic() + PATIENCE_S
    said: dict[str, str] = {}
    for line in process.stdout:
        sys.stdout.write(line)
        said |= {
            name: found[1] for name, told in STARTED.items() if name not in said and (found := re.search(told, line))
        }
        if READY in line:
            return Demo(**said)
        if time.monotonic() > until:
            break
    raise SystemExit("the demo did not get ready")


def _policy_with_a_rota(folder: Path) -> Path:
    shutil.copytree(ROOT / "deploy" / "policy", folder)
    known = yaml.safe_load((folder / "rota.yaml").read_text(encoding="utf-8"))
    monday = date.today() - timedelta(days=date.today().weekday() + 7)  # noqa: DTZ011 - a made-up rota
    rotation = {"people": ["dana", "kim", "ada"], "first": monday, "days": 7, "hand_over": "08:00"}
    for team in known["teams"].values():
        team |= {"lead": "lee", "rota": {"rotation": rotation}}
    (folder / "rota.yaml").write_text(yaml.safe_dump(known), encoding="utf-8")
    return folder


async def take(demo: Demo, chromium: str) -> None:
    """Every page, in the order in which one comes to it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        about: dict[str, str] = {}
        for device, options in DEVICES.items():
            stranger = await browser.new_context(base_url=demo.console, **options)  # type: ignore[arg-type]
            await _picture(stranger, "/sign-in", FOLDER / f"sign-in-{device}.png")
            on_call, lead, therapist = [
                await _signed_in(browser, demo, name, **options) for name in ("dana", "lee", LEADS_GROUPS)
            ]
            about = about or await _choose(lead) | {"release": await _release(therapist)}
            for name, (context, address) in {
                "inbox": (on_call, "/inbox"),
                "alert": (on_call, about["alert"]),
                "break-glass": (on_call, about["glass"]),
                "patients": (lead, "/patients"),
                "patient": (lead, about["patient"]),
                "brief": (lead, f"{about['patient']}/brief"),
                "reviews": (lead, f"{about['patient']}/reviews"),
                "release": (therapist, about["release"]),
                "group": (lead, about["group"]),
                "outcomes": (lead, "/outcomes"),
                "rota": (lead, "/rota"),
                "audit": (lead, "/audit"),
            }.items():
                if address:
                    await _picture(context, address, FOLDER / f"{name}-{device}.png")
        await _demo_phone(browser, demo)
        await browser.close()


async def _demo_phone(browser: Browser, demo: Demo) -> None:
    """The patient's side, after its first check-in."""
    context = await browser.new_context(base_url=demo.phone, **DEVICES["phone"])  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto("/")
    await page.get_by_label("Code").fill(demo.code)
    await page.get_by_role("button", name="Let it in").click()
    await page.get_by_role("heading", name="Check in").wait_for()
    await _keep(page, FOLDER / "demo-phone.png")


async def _signed_in(browser: Browser, demo: Demo, name: str, **options: object) -> BrowserContext:
    context = await browser.new_context(base_url=demo.console, **options)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(demo.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    return context


async def _choose(lead: BrowserContext) -> dict[str, str]:
    """The gravest alert, and its patient; a patient with open alerts and reviews; a group."""
    page = lead.pages[0]
    await page.goto("/inbox")
    alert = await _first(page, 'a[href^="/alerts/"]')
    await page.goto(alert)
    whose = await _first(page, 'a.id[href^="/patients/"]')
    await page.goto("/patients")
    rows = await _patients(page)
    group, whole = "", ""
    for address in rows[:30]:
        await page.goto(address)
        group = group or await _first(page, 'a[href^="/groups/"]')
        if not whole and await _first(page, 'a[href$="/reviews"]') and await page.locator(".rings").count():
            whole = address
    return {"alert": alert, "glass": whose and f"{whose}/break-glass", "patient": whole or rows[0], "group": group}


async def _patients(page: Page) -> list[str]:
    found: list[str] = await page.eval_on_selector_all(
        'th a[href^="/patients/"]', "links => links.map(a => a.getAttribute('href'))"
    )
    return found


async def _release(therapist: BrowserContext) -> str:
    """The page of what the phone shows, of the first patient with a link to release, after one was."""
    page = therapist.pages[0]
    await page.goto("/patients")
    for address in await _patients(page):
        await page.goto(f"{address}/phone")
        if await page.locator('input[name="link"]').count():
            await page.locator('input[name="link"]').first.check()
            await page.get_by_role("button", name="Show what is ticked").click()
            return f"{address}/phone"
    return ""


async def _first(page: Page, selector: str) -> str:
    found = page.locator(selector)
    return await found.first.get_attribute("href") or "" if await found.count() else ""


async def _picture(context: BrowserContext, address: str, file: Path) -> None:
    page = context.pages[0] if context.pages else await context.new_page()
    await page.goto(address, wait_until="load")
    await _keep(page, file)


async def _keep(page: Page, file: Path) -> None:
    await page.wait_for_timeout(300)
    taken = Image.open(io.BytesIO(await page.screenshot(full_page=True))).convert("RGB")
    taken.crop((0, 0, taken.width, min(taken.height, LONGEST))).quantize(COLOURS).save(file, optimize=True)
    sys.stdout.write(f"{file.relative_to(ROOT)}\n")


def main() -> None:
    """Start the demo, take the pictures, stop it."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("no Chromium here (Debian: apt-get install chromium)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ipt-pulse-screenshots-") as name, started(Path(name)) as demo:
        accounts = local_accounts(Settings(home=Path(name) / "demo"))
        for reader, role in READERS.items():
            accounts.add(reader, role, demo.password)
        asyncio.run(take(demo, chromium))


if __name__ == "__main__":
    main()
