"""Both versions, each with an administrator's token, and buckets that no other test uses."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import httpx
import pytest

from deploy.local.influxdb import InfluxDB
from streams.adapters.influx_admin import Admin, admin_of

NUMBERS = count()


@dataclass(frozen=True)
class Clinic:
    """A server and names of one's own on it."""

    server: InfluxDB
    admin: Admin
    base: str

    def write(self, bucket: str, *lines: str, token: str | None = None) -> int:
        """Status of a write."""
        answer = httpx.post(
            f"{self.server.url}/api/v2/write",
            params={"org": self.server.org, "bucket": bucket},
            headers={"Authorization": f"Token {token or self.server.token}"},
            content="\n".join(lines),
        )
        return answer.status_code


@pytest.fixture(params=["influxdb", "locked_influxdb18"])
def clinic(request: pytest.FixtureRequest) -> Iterator[Clinic]:
    server: InfluxDB = request.getfixturevalue(request.param)
    admin = admin_of(server.url, server.token, server.org)
    yield Clinic(server, admin, f"clinic{next(NUMBERS)}")
    admin.server.close()
