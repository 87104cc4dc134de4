import hmac
import json
from http import HTTPStatus

import httpx
import pytest

from deploy.demo.pager import Page, Pager

BODY = json.dumps(
    {"notification_id": "n1", "recipient": "on_call", "urgency": "critical", "link": "http://console/alerts/a1"}
).encode()


def headers(secret: str, body: bytes = BODY, key: str = "n1") -> dict[str, str]:
    signature = hmac.digest(secret.encode(), b"1700000000." + body, "sha256").hex()
    return {
        "X-Ipt-Pulse-Timestamp": "1700000000",
        "X-Ipt-Pulse-Signature": f"v1={signature}",
        "Idempotency-Key": key,
    }


def test_a_signed_page_is_shown_once() -> None:
    pages: list[Page] = []
    with Pager(pages.append) as pager:
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
    with Pager(pages.append) as pager:
        answer = httpx.post(pager.url, content=BODY, headers=headers(pager.secret) | change)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert pages == []


def test_a_page_signed_with_another_secret_is_refused() -> None:
    pages: list[Page] = []
    with Pager(pages.append) as pager:
        answer = httpx.post(pager.url, content=BODY, headers=headers("somebody else's"))
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert pages == []
