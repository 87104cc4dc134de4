from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from schemas.alerts import Alert, AlertStatus, Severity
from tests.browser.conftest import DESK, PHONE, SCREENSHOTS, Alerting, Server
from tests.console.samples import BERLIN, alert, fallen_mood, raised, view

pytestmark = [pytest.mark.browser, pytest.mark.kafka, pytest.mark.slow]

Browse = Callable[..., Awaitable[Page]]


def fresh(number: int, **fields: object) -> Alert:
    """An alert of just now, of a patient of its own."""
    now = datetime.now(UTC)
    usual = {
        "patient": f"p-browser-{number}",
        "raised_at": now - timedelta(minutes=3),
        "since": (now - timedelta(minutes=4)).astimezone(BERLIN),
        "history": raised(now - timedelta(minutes=3)),
    }
    return alert(number, **{**usual, **fields})


def card(page: Page, shown: Alert) -> Locator:
    return page.get_by_role("article").filter(has_text=shown.patient)


async def test_an_alert_appears_in_the_open_inbox_without_reload(alerting: Alerting, browse: Browse) -> None:
    page = await browse("dana", **PHONE)
    await expect(page.get_by_text("live", exact=True)).to_be_visible()
    await page.evaluate("window.sameDocument = true")
    raised = fresh(101)
    await alerting.put(raised)
    await expect(card(page, raised)).to_contain_text("Thoughts of death or self-harm")
    await expect(card(page, raised)).to_contain_text("Critical")
    await expect(page).to_have_title("(1) Inbox · ipt-pulse")
    assert await page.evaluate("window.sameDocument")
    await alerting.put(raised.model_copy(update={"status": AlertStatus.CLOSED, "version": 2}))
    await expect(card(page, raised)).to_have_count(0)


async def test_two_taps_on_a_phone_acknowledge_and_a_second_browser_sees_it(alerting: Alerting, browse: Browse) -> None:
    raised = fresh(102)
    await alerting.put(raised, fresh(103, severity=Severity.HIGH, rule="deterioration.reliable"))
    phone, desk = await browse("dana", **PHONE), await browse("lee", **DESK)
    await expect(card(desk, raised)).to_be_visible()
    await card(phone, raised).get_by_text("Acknowledge").tap()
    await card(phone, raised).get_by_role("button", name="Yes, I take it on").tap()
    await expect(phone.get_by_text("You have taken the alert on.")).to_be_visible()
    await expect(card(phone, raised)).to_contain_text("You have taken it on until")
    await expect(card(desk, raised)).to_contain_text("Taken on by dana until")
    await phone.screenshot(path=SCREENSHOTS / "inbox-phone.png", full_page=True)
    await desk.screenshot(path=SCREENSHOTS / "inbox-desk.png", full_page=True)


async def test_who_gets_it_by_hand_over_sees_so_and_a_lapse_shows_to_whom_it_had(
    alerting: Alerting, browse: Browse
) -> None:
    raised = fresh(109)
    await alerting.put(raised)
    phone, desk = await browse("dana", **PHONE), await browse("lee", **DESK)
    await card(phone, raised).get_by_role("link").tap()
    await phone.get_by_text("Hand over", exact=True).tap()
    await phone.get_by_label("To whom?").select_option("lee")
    await phone.get_by_role("button", name="Hand it over").tap()
    await expect(phone.get_by_text("The alert is handed over.")).to_be_visible()
    await expect(card(desk, raised)).to_contain_text("Handed over to you by dana, not taken on yet")
    await card(desk, raised).get_by_text("Acknowledge").click()
    await card(desk, raised).get_by_role("button", name="Yes, I take it on").click()
    await expect(card(desk, raised)).to_contain_text("You have taken it on until")
    await alerting.time_passes(raised.patient, timedelta(hours=13))
    await expect(card(desk, raised)).to_contain_text("Your acknowledgement lapsed at")
    await expect(card(desk, raised)).to_contain_text("Acknowledge")
    await phone.goto("/inbox")
    await expect(card(phone, raised)).to_contain_text("The acknowledgement of lee lapsed at")


async def test_a_critical_alert_of_somebody_unreachable_goes_on_where_all_see_it(
    alerting: Alerting, browse: Browse
) -> None:
    raised = fresh(110)
    await alerting.put(raised)
    page = await browse("dana", **PHONE)
    await card(page, raised).get_by_role("link").tap()
    await page.get_by_text("Close", exact=True).tap()
    await page.get_by_label("Patient could not be reached").check()
    await page.get_by_role("button", name="Close the alert").tap()
    await expect(page.get_by_text("The next one on call is told")).to_be_visible()
    await expect(page.get_by_text("Nobody was reached so far, and it goes on")).to_be_visible()


async def test_what_somebody_else_did_first_is_refused_where_one_sees_it(alerting: Alerting, browse: Browse) -> None:
    raised = fresh(104)
    await alerting.put(raised)
    slow, quick = await browse("lee", **DESK), await browse("dana", **DESK)
    await card(slow, raised).get_by_role("link").click()
    await card(quick, raised).get_by_text("Acknowledge").click()
    await card(quick, raised).get_by_role("button", name="Yes, I take it on").click()
    await expect(card(quick, raised)).to_contain_text("You have taken it on")
    await slow.get_by_text("Close", exact=True).click()
    await slow.get_by_label("False alarm").check()
    await slow.get_by_role("button", name="Close the alert").click()
    await expect(slow.get_by_role("alert")).to_contain_text("Not done: the alert has changed since")
    await expect(slow.get_by_text("refused: the alert has changed since")).to_be_visible()
    await expect(slow.get_by_text("Taken on by dana")).to_be_visible()


async def test_without_script_one_reads_and_acts_all_the_same(alerting: Alerting, browse: Browse) -> None:
    raised = fresh(105)
    await alerting.put(raised)
    page = await browse("dana", java_script_enabled=False, **DESK)
    await expect(card(page, raised)).to_contain_text("UTC")
    await card(page, raised).get_by_text("Acknowledge").click()
    await card(page, raised).get_by_role("button", name="Yes, I take it on").click()
    await expect(card(page, raised)).to_contain_text("You have taken it on")


async def test_the_keyboard_alone_is_enough_and_live_updates_leave_it_where_it_is(
    alerting: Alerting, browse: Browse
) -> None:
    raised = fresh(106)
    await alerting.put(raised)
    page = await browse("dana", **DESK)
    await card(page, raised).get_by_role("link").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    yes = card(page, raised).get_by_role("button", name="Yes, I take it on")
    await expect(yes).to_be_focused()
    other = fresh(107)
    await alerting.put(other)
    await expect(card(page, other)).to_be_visible()
    await expect(yes).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(card(page, raised)).to_contain_text("You have taken it on")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["phone", "desk"])
async def test_the_patient_page_shows_its_pictures_and_fits(
    alerting: Alerting, browse: Browse, device: str, scheme: str
) -> None:
    patient, now = f"p-{device}-{scheme}", datetime.now(UTC)
    fall = fallen_mood({"phone": 201, "desk": 202}[device] + 10 * (scheme == "dark"), patient, now)
    await alerting.put(view(patient, now), fall)
    page = await browse("sam", color_scheme=scheme, **(PHONE if device == "phone" else DESK))
    await expect(card(page, fall)).to_be_visible()
    await page.goto(f"/patients/{patient}")
    await expect(page.get_by_text("Conflict with person-tom")).to_be_visible()
    pictures = await page.locator("img").all()
    assert len(pictures) == 3
    for picture in pictures:
        assert await picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 0
        assert f"theme={scheme}&size={device}" in await picture.evaluate("img => img.currentSrc")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.screenshot(path=SCREENSHOTS / f"patient-{device}-{scheme}.png", full_page=True)


async def test_an_open_inbox_says_when_kafka_does_not_answer(
    server: Server, alerting: Alerting, browse: Browse
) -> None:
    raised = fresh(108)
    await alerting.put(raised)
    page = await browse("dana", **DESK)
    await expect(card(page, raised)).to_be_visible()
    server.broker.pause()
    try:
        await expect(page.get_by_text("Kafka does not answer.")).to_be_visible(timeout=40_000)
        await expect(card(page, raised)).to_be_visible()
    finally:
        server.broker.resume()
    await expect(page.get_by_text("Kafka does not answer.")).to_have_count(0, timeout=40_000)
    await card(page, raised).get_by_text("Acknowledge").click()
    await card(page, raised).get_by_role("button", name="Yes, I take it on").click()
    await expect(card(page, raised)).to_contain_text("You have taken it on")
