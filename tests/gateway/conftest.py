"""Fixtures for tests of the gateway's routes."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.gateway.fake import Gateway


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    one = Gateway(tmp_path / "home")
    async with one.http:
        yield one
    one.parts.devices.close()
    one.parts.kept.close()


@pytest.fixture
def event() -> Callable[..., dict[str, Any]]:
    """`event(data, **envelope)`: a check-in unless `type` says otherwise."""

    def build(data: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        base = {"specversion": "1.0", "id": "e-1", "source": "app/1", "type": "check-in.v1", "subject": "p-1"}
        return base | {"time": "2026-11-20T21:03:00+01:00", "data": {"mood": 6} if data is None else data} | changes

    return build


@pytest.fixture
def problem() -> Callable[..., dict[str, Any]]:
    """`problem(response, status)`: the response is a problem document of that status; returns it."""

    def check(response: httpx.Response, status: int) -> dict[str, Any]:
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        document: dict[str, Any] = response.json()
        assert document["status"] == status
        assert document["type"]
        assert document["title"]
        assert document["detail"]
        return document

    return check
