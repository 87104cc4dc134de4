"""What an answer to a POST means, and when it asks to be tried again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from streams.adapters.post import post
from streams.errors import Rejected, Unavailable

URL = "https://pager.example/key-canary"


async def answered(status: int, **headers: str) -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, headers=headers))
    async with httpx.AsyncClient(transport=transport) as client:
        await post(client, URL, b"{}", {})


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_what_may_work_later_is_unavailable(status: int) -> None:
    with pytest.raises(Unavailable, match=str(status)) as error:
        await answered(status)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 422])
async def test_what_will_never_work_is_rejected(status: int) -> None:
    with pytest.raises(Rejected, match=str(status)):
        await answered(status)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_what_was_taken_was_taken(status: int) -> None:
    await answered(status)


@pytest.mark.parametrize(("said", "seconds"), [("0", 0), ("17", 17), ("soon", None), ("-3", None), ("", None)])
async def test_retry_after_in_seconds(said: str, seconds: float | None) -> None:
    with pytest.raises(Unavailable) as error:
        await answered(429, **{"Retry-After": said})
    assert error.value.retry_after_s == seconds


async def test_retry_after_as_a_date() -> None:
    for ahead, least, most in ((60, 50, 60), (-60, 0, 0)):
        at = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
        with pytest.raises(Unavailable) as error:
            await answered(503, **{"Retry-After": at})
        assert error.value.retry_after_s is not None
        assert least <= error.value.retry_after_s <= most
