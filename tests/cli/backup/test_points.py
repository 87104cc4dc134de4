"""Points of every kind of value come back on both versions of InfluxDB, with their types and to the nanosecond."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import pytest

from deploy.local.influxdb import InfluxDB
from streams.adapters.influx_admin import Admin, admin_of
from streams.adapters.influx_admin.daily import daily_bucket
from streams.cli.backup.folder import Folder, NewFolder
from streams.cli.backup.manifest import VERSION, Manifest
from streams.cli.backup.points import bring_points, keep_points
from streams.errors import Misconfigured
from streams.settings import Settings

pytestmark = pytest.mark.influxdb

NUMBERS = count()
AT = 1_790_000_000_123_456_789
SINGLE = [
    f'odd\\ name,other=ü,tag=a\\ b\\,c\\=d small=1e-07,text="say \\"a\\\\b\\"",whole=6i,yes=true {AT}',
    f"mood,patient=p1 mood=6.0 {AT + 1}",
    f"mood,patient=p2 mood=6.0 {AT + 1}",
    f"mood,patient=p2 mood=-0.5,other=3.0 {AT + 2}",
]
DAILY = [f"mood,patient=p1 mean_mood=6.25 {AT}"]


@pytest.fixture(params=["influxdb", "locked_influxdb18"])
def server(request: pytest.FixtureRequest) -> InfluxDB:
    found: InfluxDB = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def admin(server: InfluxDB) -> Iterator[Admin]:
    opened = admin_of(server.url, server.token, server.org)
    yield opened
    opened.server.close()


def write(server: InfluxDB, bucket: str, lines: list[str]) -> None:
    answer = httpx.post(
        f"{server.url}/api/v2/write",
        params={"org": server.org, "bucket": bucket},
        headers={"Authorization": f"Token {server.token}"},
        content="\n".join(lines).encode(),
    )
    assert answer.is_success, answer.text


def backed_up(admin: Admin, chosen: Settings, folder: Path) -> Folder:
    to = NewFolder(folder, ())
    buckets = keep_points(admin, chosen, to, lambda _: None)
    to.finish(
        Manifest(version=VERSION, made_at=datetime.now(UTC), software="1", sealed=False, partitions=1, buckets=buckets)
    )
    return Folder(folder)


def lines(folder: Folder, bucket: str, kind: str) -> list[str]:
    return sorted(
        line for entry in folder.below(f"influxdb/{bucket}/{kind}") for line in folder.read(entry).decode().split("\n")
    )


def drop(admin: Admin, bucket: str) -> None:
    with suppress(Misconfigured):
        admin.server.influxql(f'DROP DATABASE "{bucket}"')
    if bucket in admin.buckets():
        listed = admin.server.call("GET", "/api/v2/buckets", params={"limit": "100"})["buckets"]
        for one in listed:
            if one["name"] in {bucket, daily_bucket(bucket)}:
                admin.server.call("DELETE", f"/api/v2/buckets/{one['id']}")


def test_what_was_dropped_is_back(server: InfluxDB, admin: Admin, tmp_path: Path) -> None:
    bucket = f"backup{next(NUMBERS)}"
    chosen = Settings(influx_org=server.org, influx_bucket=bucket)
    admin.ensure_bucket(bucket, keep_days=0)
    write(server, bucket, SINGLE)
    write(server, daily_bucket(bucket), DAILY)

    backup = backed_up(admin, chosen, tmp_path / "b")
    assert backup.manifest.buckets == {bucket: 0}
    assert lines(backup, bucket, "points") == sorted(SINGLE)
    assert lines(backup, bucket, "daily") == DAILY

    drop(admin, bucket)
    assert bucket not in admin.buckets()
    bring_points(admin, chosen, backup, lambda _: None)
    again = backed_up(admin, chosen, tmp_path / "again")
    assert lines(again, bucket, "points") == sorted(SINGLE)
    assert lines(again, bucket, "daily") == DAILY
