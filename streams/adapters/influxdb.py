"""Writes line protocol to `/api/v2/write`, which InfluxDB 1.8, 2.x and 3 share. For the store agent and load-points.

A write is idempotent: a point that is written again replaces itself.
"""

from http import HTTPStatus
from typing import Any

import aiohttp
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException

from streams.adapters.influx_tokens import known_token, writer_file
from streams.adapters.places import HERE, bucket_of
from streams.errors import Misconfigured, Rejected, Unavailable
from streams.settings import Settings

TIMEOUT_MS = 30_000
BAD_LINES = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})


class InfluxDB:
    """One bucket. Everything but bad lines is worth waiting for: a wrong token or a missing bucket can be put right."""

    def __init__(self, url: str, *, token: str, org: str, bucket: str, timeout_ms: int = TIMEOUT_MS) -> None:
        self._options = {"url": url.rstrip("/"), "token": token, "org": org, "timeout": timeout_ms}
        self._bucket = bucket
        self._client: Any = None

    async def write(self, payload: bytes) -> list[bytes]:
        """Write lines joined by newlines; returns those that InfluxDB refuses. All others are written.

        Raises:
            Unavailable: InfluxDB does not answer, or cannot take points now. Some may have been written.
        """
        try:
            await self._post(payload)
        except Rejected:
            return await self._halves(payload.split(b"\n"))
        return []

    async def _halves(self, lines: list[bytes]) -> list[bytes]:
        """Find the bad ones among lines that were refused together."""
        if len(lines) == 1:
            return lines
        middle = len(lines) // 2
        return [bad for half in (lines[:middle], lines[middle:]) for bad in await self.write(b"\n".join(half))]

    async def _post(self, payload: bytes) -> None:
        if self._client is None:  # made here, since it wants a running event loop
            self._client = InfluxDBClientAsync(**self._options)
        try:
            await self._client.write_api().write(bucket=self._bucket, record=payload)
        except ApiException as error:
            if error.status in BAD_LINES:
                raise Rejected("", f"HTTP {error.status}") from None
            raise Unavailable(f"InfluxDB answered HTTP {error.status}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(f"InfluxDB does not answer: {type(error).__name__}") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()


def influxdb(settings: Settings, place: str = HERE) -> InfluxDB:
    """The InfluxDB of the settings, in it the bucket of a place; without a token, by that which `influx setup` kept.

    Raises:
        Misconfigured: there is none.
    """
    if settings.influx_url is None:
        raise Misconfigured(
            "no InfluxDB is set up: `ipt-pulse up --influxdb` builds and starts one (IPT_PULSE_HOME names the home of "
            "a stack that is up elsewhere); IPT_PULSE_INFLUX_URL names another, IPT_PULSE_INFLUX_TOKEN lets us in"
        )
    return InfluxDB(
        str(settings.influx_url),
        token=settings.influx_token.get_secret_value() or known_token(writer_file(settings.keys)) or "",
        org=settings.influx_org,
        bucket=bucket_of(settings.influx_bucket, place),
    )
