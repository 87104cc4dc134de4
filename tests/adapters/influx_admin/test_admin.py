"""One contract for 1.8 and 2.7, on real servers."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from deploy.local.influxd import INFLUXDB_2
from deploy.local.influxdb import InfluxDB
from streams.adapters.influx_admin import admin_of
from streams.adapters.influx_admin.daily import daily_bucket
from streams.adapters.influx_admin.erasure import left_of
from streams.adapters.influx_admin.server import Server
from streams.errors import Misconfigured, Rejected
from tests.adapters.influx_admin.conftest import Clinic
from tests.locked_influxdb import LockedInfluxDB

pytestmark = pytest.mark.influxdb

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
SOME_QUERIES = (
    'SELECT * FROM "{db}".."mood"',
    'SELECT * FROM "{db}"."autogen"."mood"',
    'SELECT * FROM "{db}"."daily"."mood"',
    'SELECT * FROM "{db}"../.*/',
    'SHOW TAG VALUES ON "{db}" WITH KEY = "patient"',
    'SHOW SERIES ON "{db}"',
    'SHOW MEASUREMENTS ON "{db}"',
    'SHOW FIELD KEYS ON "{db}"',
    'SELECT * FROM (SELECT * FROM "{db}".."mood")',
    'SELECT count(*) FROM "{db}"../mo.*/ GROUP BY *',
    'SELECT * INTO "mood" FROM "{db}".."mood"',
    'SELECT * FROM "mood", "{db}".."mood"',
    'SELECT * FROM "mood"; SELECT * FROM "{db}".."mood"',
    'SELECT a.mood FROM (SELECT mood FROM "{db}".."mood"), (SELECT mood FROM "mood") GROUP BY patient',
    'EXPLAIN ANALYZE SELECT * FROM "{db}".."mood"',
    'SHOW TAG VALUES EXACT CARDINALITY ON "{db}" WITH KEY = "patient"',
    'SHOW SERIES EXACT CARDINALITY ON "{db}"',
    'SHOW TAG KEYS ON "{db}"',
    'SHOW RETENTION POLICIES ON "{db}"',
    "SHOW USERS",
    "SHOW CONTINUOUS QUERIES",
    "SHOW QUERIES",
    "SHOW SHARDS",
    "SHOW STATS",
    "SHOW DIAGNOSTICS",
    'SHOW GRANTS FOR "{db}-reader"',
)
FLUX = (
    'from(bucket: "{db}") |> range(start: 0)',
    'from(bucket: "{db}/autogen") |> range(start: 0)',
    'from(bucket: "{db}/daily") |> range(start: 0)',
    'union(tables: [from(bucket: "{db}") |> range(start: 0), from(bucket: "{own}") |> range(start: 0)])',
    'from(bucket: "{db}") |> range(start: 0) |> to(bucket: "{own}")',
    'import "influxdata/influxdb/schema"\nschema.tagValues(bucket: "{db}", tag: "patient", start: 0)',
    'import "influxdata/influxdb/schema"\nschema.measurements(bucket: "{db}", start: 0)',
    'import "influxdata/influxdb"\ninfluxdb.cardinality(bucket: "{db}", start: 0)',
    "buckets()",
)
APIS = ("buckets", "authorizations", "tasks", "users", "orgs", "dbrps", "checks", "variables", "dashboards")


def at(days: float) -> int:
    """Nanoseconds at so many days before today."""
    return int((TODAY - timedelta(days=days)).timestamp()) * 1_000_000_000


def reads(clinic: Clinic, token: str, query: str, bucket: str) -> list[object]:
    """The values a query gives; none where it is refused."""
    server = Server(clinic.server.url, token)
    try:
        return [value for row in server.influxql(query, bucket) for value in row.values()]
    except Misconfigured:
        return []
    finally:
        server.close()


def test_setting_up_twice_changes_nothing(clinic: Clinic) -> None:
    bucket = f"{clinic.base}-north"
    for _ in range(2):
        clinic.admin.ensure_bucket(bucket, keep_days=400)
        clinic.admin.ensure_daily(bucket)
    assert clinic.admin.buckets()[bucket] == 400
    assert daily_bucket(bucket) not in clinic.admin.buckets()
    assert clinic.admin.has_daily(bucket)
    first = clinic.admin.reader(bucket, None)
    assert clinic.admin.reader(bucket, first) == first
    writer = clinic.admin.writer((bucket,), None)
    assert clinic.admin.writer((bucket,), writer) == writer


def test_how_long_points_are_kept_can_be_changed(clinic: Clinic) -> None:
    for days in (0, 30, 0):
        clinic.admin.ensure_bucket(clinic.base, keep_days=days)
        assert clinic.admin.buckets()[clinic.base] == days


def test_a_bucket_without_daily_means_says_so(clinic: Clinic) -> None:
    clinic.admin.ensure_bucket(clinic.base, keep_days=0)
    assert not clinic.admin.has_daily(clinic.base)


def test_one_teams_token_reads_nothing_of_anothers_by_any_query(clinic: Clinic) -> None:
    ours, theirs = f"{clinic.base}-north", f"{clinic.base}-south"
    for bucket in (ours, theirs):
        clinic.admin.ensure_bucket(bucket, keep_days=0)
        for of in (bucket, daily_bucket(bucket)):
            assert clinic.write(of, f"mood,patient=p-{bucket} mood=3 {at(1)}") == 204
    token = clinic.admin.reader(ours, None)
    clinic.admin.reader(theirs, None)
    for query in SOME_QUERIES:
        for database in (ours, theirs, ""):
            told = str(reads(clinic, token, query.format(db=theirs), database))
            assert theirs not in told, (query, database)
    assert f"p-{ours}" in reads(clinic, token, 'SELECT * FROM "mood"', ours)
    assert f"p-{ours}" in reads(clinic, token, 'SELECT * FROM "daily"."mood"', ours)
    assert reads(clinic, token, 'SELECT * FROM "mood"', theirs) == []
    assert theirs not in reads(clinic, token, "SHOW DATABASES", "")


def test_flux_and_the_api_tell_nothing_of_anothers_either(clinic: Clinic) -> None:
    ours, theirs = f"{clinic.base}-north", f"{clinic.base}-south"
    for bucket in (ours, theirs):
        clinic.admin.ensure_bucket(bucket, keep_days=0)
        clinic.admin.ensure_daily(bucket)
        assert clinic.write(bucket, f"mood,patient=p-{bucket} mood=3 {at(1)}") == 204
    reader, others = clinic.admin.reader(ours, None), clinic.admin.reader(theirs, None)
    headers = {"Authorization": f"Token {reader}"}
    with httpx.Client(base_url=clinic.server.url, headers=headers, params={"org": clinic.server.org}) as visitor:

        def flux(script: str) -> str:
            return visitor.post("/api/v2/query", json={"query": script.format(db=theirs, own=ours)}).text

        assert f"p-{ours}" in flux('from(bucket: "{own}") |> range(start: 0)')
        for script in FLUX:
            told = flux(script)
            assert f"p-{theirs}" not in told, script
            assert "_result" not in told or theirs not in told, script
        for api in APIS:
            told = visitor.get(f"/api/v2/{api}").text
            assert theirs not in told, api
            assert others not in told, api
    assert str(reads(clinic, reader, 'SELECT * FROM "mood"', ours)).count("p-") == 1


def test_a_read_token_writes_nothing_and_a_write_token_reads_nothing(clinic: Clinic) -> None:
    clinic.admin.ensure_bucket(clinic.base, keep_days=0)
    reader = clinic.admin.reader(clinic.base, None)
    writer = clinic.admin.writer((clinic.base,), None)
    assert clinic.write(clinic.base, f"mood,patient=p mood=3 {at(1)}", token=writer) == 204
    assert clinic.write(clinic.base, f"mood,patient=p mood=4 {at(1)}", token=reader) in {401, 403, 404}
    assert 3.0 in reads(clinic, reader, 'SELECT "mood" FROM "mood"', clinic.base)
    assert reads(clinic, writer, 'SELECT "mood" FROM "mood"', clinic.base) == []
    for query in ('DROP MEASUREMENT "mood"', 'DROP SERIES FROM "mood"', 'DELETE FROM "mood"'):
        reads(clinic, reader, query, clinic.base)
    assert 3.0 in reads(clinic, reader, 'SELECT "mood" FROM "mood"', clinic.base)


def daily(clinic: Clinic, bucket: str, patient: str) -> dict[str, float]:
    rows = clinic.admin.server.influxql('SELECT "mean_mood", "patient" FROM "daily"."mood"', bucket)
    return {row["time"][:10]: row["mean_mood"] for row in rows if row["patient"] == patient}


def day(days: float) -> str:
    return (TODAY - timedelta(days=days)).date().isoformat()


def test_daily_means_are_taken_of_what_is_there_and_of_what_comes(clinic: Clinic) -> None:
    bucket = clinic.base
    clinic.admin.ensure_bucket(bucket, keep_days=0)
    old = [f"mood,patient=p mood={mood} {at(100 - hours / 24)}" for hours, mood in ((8, 2), (20, 5))]
    assert clinic.write(bucket, *old, f"affects,patient=p affect_sad=4,affect_calm=1 {at(100)}") == 204
    clinic.admin.ensure_daily(bucket)
    assert daily(clinic, bucket, "p") == {day(100): 3.5}
    [affects] = clinic.admin.server.influxql('SELECT * FROM "daily"."affects"', bucket)
    assert (affects["mean_affect_sad"], affects["mean_affect_calm"]) == (4, 1)
    quick = admin_of(clinic.server.url, clinic.server.token, clinic.server.org, every="1s")
    quick.ensure_daily(bucket)
    late = [f"mood,patient=p mood={mood} {at(13.5) + n}" for n, mood in enumerate((6, 7))]
    assert clinic.write(bucket, *late) == 204
    expected = {day(100): 3.5, day(14): 6.5}
    for _ in range(150):
        if daily(clinic, bucket, "p") == expected:
            break
        time.sleep(0.1)
    clinic.admin.ensure_daily(bucket)
    quick.server.close()
    assert daily(clinic, bucket, "p") == expected


def test_erasing_leaves_nothing_of_a_patient_and_all_of_the_others(clinic: Clinic) -> None:
    bucket = clinic.base
    clinic.admin.ensure_bucket(bucket, keep_days=0)
    patients = ("p.1", "p-1", "p11", "p")
    for patient in patients:
        lines = [f"mood,patient={patient} mood={n} {at(n)}" for n in range(3)]
        lines.append(f"link,patient={patient},kind=support n=3i,effect=1.0 {at(1)}")
        assert clinic.write(bucket, *lines) == 204
        assert clinic.write(daily_bucket(bucket), f"mood,patient={patient} mean_mood=3 {at(1)}") == 204
    assert {patient: left_of(clinic.admin.server, bucket, patient) for patient in patients} == dict.fromkeys(
        patients, 6
    )
    clinic.admin.erase(bucket, "p.1")
    left = {patient: left_of(clinic.admin.server, bucket, patient) for patient in patients}
    assert left == {"p.1": 0, "p-1": 6, "p11": 6, "p": 6}
    clinic.admin.erase(bucket, "p.1")


@pytest.mark.parametrize("patient", ["", '" or patient!="x', "p' OR 'a'='a", "p\n", "p q", "-p", "p" * 65, 'p"'])
def test_what_is_no_id_deletes_nobody(clinic: Clinic, patient: str) -> None:
    clinic.admin.ensure_bucket(clinic.base, keep_days=0)
    assert clinic.write(clinic.base, f"mood,patient=other mood=1 {at(1)}") == 204
    with pytest.raises(Rejected):
        clinic.admin.erase(clinic.base, patient)
    assert left_of(clinic.admin.server, clinic.base, "other") == 1


def test_series_are_counted(clinic: Clinic) -> None:
    clinic.admin.ensure_bucket(clinic.base, keep_days=0)
    clinic.write(clinic.base, *(f"mood,patient=p{n} mood=1 {at(1)}" for n in range(7)))
    assert clinic.admin.series(clinic.base) == 7


def test_a_wrong_token_is_told(clinic: Clinic) -> None:
    stranger = Server(clinic.server.url, "admin:wrong")
    try:
        with pytest.raises(Misconfigured, match=r"401|unauthorized"):
            stranger.influxql("SHOW DATABASES")
    finally:
        stranger.close()
    assert not clinic.admin.open_to_all()


@pytest.fixture(params=["2.7", "1.8"])
def strict(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """A server that looks every second for what is too old; as it ships it does so every half hour."""
    monkeypatch.setenv("INFLUXD_STORAGE_RETENTION_CHECK_INTERVAL", "1s")
    monkeypatch.setenv("INFLUXDB_RETENTION_CHECK_INTERVAL", "1s")
    with InfluxDB(tmp_path, INFLUXDB_2) if request.param == "2.7" else LockedInfluxDB(tmp_path) as server:
        admin = admin_of(server.url, server.token, server.org)
        yield Clinic(server, admin, "strict")
        admin.server.close()


def test_what_is_too_old_goes_and_its_daily_means_stay(strict: Clinic) -> None:
    bucket = strict.base
    strict.admin.ensure_bucket(bucket, keep_days=0)
    assert strict.write(bucket, f"mood,patient=p mood=3 {at(100)}", f"mood,patient=p mood=5 {at(1)}") == 204
    strict.admin.ensure_daily(bucket)
    strict.admin.ensure_bucket(bucket, keep_days=30)
    for _ in range(300):
        left = [row["mood"] for row in strict.admin.server.influxql('SELECT "mood" FROM "mood"', bucket)]
        if left == [5]:
            break
        time.sleep(0.1)
    assert left == [5]
    assert daily(strict, bucket, "p") == {day(100): 3, day(1): 5}
    strict.admin.ensure_daily(bucket)
    assert daily(strict, bucket, "p") == {day(100): 3, day(1): 5}


def shown(clinic: Clinic, bucket: str, query: str) -> str:
    return str(clinic.admin.server.influxql(query, bucket))


def test_an_erased_id_that_2_7_still_lists_goes_when_its_index_is_built_anew(
    own_influxdb: InfluxDB,
) -> None:
    """2.7 goes on to list the id of an erased patient as a tag's value (influxdb 25471), with nothing behind it."""
    admin = admin_of(own_influxdb.url, own_influxdb.token, own_influxdb.org)
    clinic = Clinic(own_influxdb, admin, "ghosts")
    bucket, values = clinic.base, 'SHOW TAG VALUES WITH KEY = "patient"'
    admin.ensure_bucket(bucket, keep_days=0)
    lines = [f"mood,patient={who} mood=3 {at(days)}" for who in ("q7", "q8") for days in (1, 99)]
    assert clinic.write(bucket, *lines) == 204
    admin.erase(bucket, "q7")
    assert "q7" not in shown(clinic, bucket, "SHOW SERIES")
    assert "q7" not in shown(clinic, bucket, "SELECT * FROM /.*/")
    assert "q7" in shown(clinic, bucket, values)
    own_influxdb.stop()
    engine = own_influxdb.data_dir / "engine"
    for folder in (*engine.glob("data/*/_series"), *engine.glob("data/*/*/*/index")):
        shutil.rmtree(folder)
    anew = ("inspect", "build-tsi", "--data-path", engine / "data", "--wal-path", engine / "wal")
    subprocess.run([own_influxdb.command()[0], *anew], check=True, capture_output=True, env=os.environ)
    own_influxdb.start()
    assert "q7" not in shown(clinic, bucket, values)
    assert "q8" in shown(clinic, bucket, values)
    assert left_of(admin.server, bucket, "q8") == 2
    admin.server.close()


def test_on_1_8_what_is_erased_is_in_no_list_at_all(locked_influxdb18: InfluxDB) -> None:
    admin = admin_of(locked_influxdb18.url, locked_influxdb18.token, locked_influxdb18.org)
    clinic = Clinic(locked_influxdb18, admin, "no-ghosts")
    admin.ensure_bucket(clinic.base, keep_days=0)
    assert clinic.write(clinic.base, f"mood,patient=q7 mood=3 {at(1)}", f"mood,patient=q8 mood=3 {at(1)}") == 204
    admin.erase(clinic.base, "q7")
    for query in ('SHOW TAG VALUES WITH KEY = "patient"', "SHOW SERIES", "SELECT * FROM /.*/"):
        told = shown(clinic, clinic.base, query)
        assert ("q7" in told, "q8" in told) == (False, True), query
    admin.server.close()
