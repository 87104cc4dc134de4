import hmac
import json
from http import HTTPStatus

import httpx
import pytest

from deploy.demo.pager import Page, Pager

BODY = json.dumps(
    {"notification_id": "n1", "recipient": "on_call", "urgency": "critical", "link": "http://console/alerts/a1"}
).encode()


SENT = 1_700_000_000


def headers(secret: str, body: bytes = BODY, key: str = "n1") -> dict[str, str]:
    signature = hmac.digest(secret.encode(), b"1700000000." + body, "sha256").hex()
    return {
        "X-Ipt-Pulse-Timestamp": "1700000000",
        "X-Ipt-Pulse-Signature": f"v1={signature}",
        "Idempotency-Key": key,
    }


def test_a_signed_page_is_shown_once() -> None:
    pages: list[Page] = []
    with Pager(pages.append, clock=lambda: SENT) as pager:
        for _ in range(3):
            answer = httpx.post(pager.url, content=BODY, headers=headers(pager.secret))
            assert answer.status_code == HTTPStatus.NO_CONTENT
    assert pages == [Page("on_call", "critical", "http://console/alerts/a1")]


@pytest.mark.parametrize(
    "change",
    [
        {"X-Ipt-Pulse-Signature": "v1=00"},
        {"X-Ipt-Pulse-Signature": ""},
        {"X-Ipt-Pulse-Timestamp": "1700000001"},
    ],
)
def test_a_page_without_a_valid_signature_is_refused(change: dict[str, str]) -> None:
    pages: list[Page] = []
    with Pager(pages.append, clock=lambda: SENT) as pager:
        answer = httpx.post(pager.url, content=BODY, headers=headers(pager.secret) | change)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert pages == []


@pytest.mark.parametrize(("later", "heard"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_a_page_that_was_recorded_cannot_be_played_again_later(later: int, heard: bool) -> None:
    pages: list[Page] = []
    with Pager(pages.append, clock=lambda: SENT + later) as pager:
        answer = httpx.post(pager.url, content=BODY, headers=headers(pager.secret))
    assert answer.is_success == heard
    assert len(pages) == heard


def test_a_page_signed_with_another_secret_is_refused() -> None:
    pages: list[Page] = []
    with Pager(pages.append, clock=lambda: SENT) as pager:
        answer = httpx.post(pager.url, content=BODY, headers=headers("somebody else's"))
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert pages == []
