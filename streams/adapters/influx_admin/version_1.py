"""InfluxDB 1.8: a bucket is a database, a token `user:password`, and daily means are taken by continuous queries."""

import json
import re
from secrets import token_urlsafe
from typing import Final

from streams.adapters.influx_admin.daily import FIELDS, POLICY, RAW, REACH_DAYS
from streams.adapters.influx_admin.erasure import checked
from streams.adapters.influx_admin.server import Server
from streams.errors import Misconfigured

EVERYTHING: Final = "3660d"
"""How far back daily means are taken once; each series is asked for each of these days."""
WRITER: Final = "ipt-pulse-writer"


class Version1:
    """See `Admin`."""

    def __init__(self, server: Server, *, every: str = "1h") -> None:
        self.server = server
        self._every = every

    def ensure_bucket(self, bucket: str, *, keep_days: int) -> None:
        """A database with two retention policies."""
        self._do(f"CREATE DATABASE {_name(bucket)}")
        self._do(f"ALTER RETENTION POLICY {_name(RAW)} ON {_name(bucket)} DURATION {_duration(keep_days)}")
        self._do(f"CREATE RETENTION POLICY {_name(POLICY)} ON {_name(bucket)} DURATION INF REPLICATION 1")

    def ensure_daily(self, bucket: str) -> None:
        """A continuous query for each measurement, and once over what is there."""
        there = self._continuous(bucket)
        for measurement, pattern in FIELDS.items():
            name = f"daily_{measurement}"
            if name in there:
                self._do(f"DROP CONTINUOUS QUERY {_name(name)} ON {_name(bucket)}")
            select = _select(bucket, measurement, pattern)
            resample = f"RESAMPLE EVERY {self._every} FOR {REACH_DAYS}d"
            made = f"CREATE CONTINUOUS QUERY {_name(name)} ON {_name(bucket)} {resample} BEGIN {select} END"
            self._do(made)
            self._do(select.replace(" GROUP BY", f" WHERE time >= now() - {EVERYTHING} GROUP BY"))

    def reader(self, bucket: str, known: str | None) -> str:
        """A user of the bucket's name who may read it."""
        return self._user(f"{bucket}-reader", {bucket: "READ"}, known)

    def writer(self, buckets: tuple[str, ...], known: str | None) -> str:
        """A user who may write to all of them."""
        return self._user(WRITER, dict.fromkeys(buckets, "WRITE"), known)

    def buckets(self) -> dict[str, int]:
        """Every database but InfluxDB's own."""
        names = [row["name"] for row in self._asked("SHOW DATABASES", column="name")]
        return {name: self._keep_days(name) for name in names if name != "_internal"}

    def has_daily(self, bucket: str) -> bool:
        """Whether every continuous query is there."""
        return {f"daily_{measurement}" for measurement in FIELDS} <= self._continuous(bucket)

    def series(self, bucket: str) -> int:
        """Exactly counted."""
        rows = self.server.influxql(f"SHOW SERIES EXACT CARDINALITY ON {_name(bucket)}", bucket)
        return sum(row["count"] for row in rows)

    def open_to_all(self) -> bool:
        """Whether it asks nobody who they are: 1.8 does so as it ships."""
        stranger = Server(self.server.url, "")
        try:
            stranger.influxql("SHOW DATABASES")
        except Misconfigured:
            return False
        finally:
            stranger.close()
        return True

    def erase(self, bucket: str, patient: str) -> None:
        """Drop the patient's series, points and index alike."""
        self._do(f"DROP SERIES FROM /.*/ WHERE \"patient\" = '{checked(patient)}'", bucket)

    def _user(self, user: str, grants: dict[str, str], known: str | None) -> str:
        """Make the user if need be; a password cannot be asked for, so one that is not known is made anew."""
        users = {row["user"] for row in self.server.influxql("SHOW USERS")}
        token = known if known and known.startswith(f"{user}:") else f"{user}:{token_urlsafe(32)}"
        password = token.split(":", 1)[1]
        if not re.fullmatch(r"[A-Za-z0-9_-]+", password):
            raise Misconfigured(f"the password kept for {user} is none that this command has made")
        if user not in users:
            self._do(f"CREATE USER {_name(user)} WITH PASSWORD '{password}'")
        elif token != known or not self._opens(token):
            self._do(f"SET PASSWORD FOR {_name(user)} = '{password}'")
        for database, right in grants.items():
            self._do(f"GRANT {right} ON {_name(database)} TO {_name(user)}")
        return token

    def _opens(self, token: str) -> bool:
        visitor = Server(self.server.url, token)
        try:
            visitor.influxql("SHOW DATABASES")
        except Misconfigured:
            return False
        finally:
            visitor.close()
        return True

    def _keep_days(self, bucket: str) -> int:
        kept = {row["name"]: row for row in self._asked(f"SHOW RETENTION POLICIES ON {_name(bucket)}", column="name")}
        return int(re.match(r"\d+", kept[RAW]["duration"])[0]) // 24 if RAW in kept else 0  # type: ignore[index]

    def _continuous(self, bucket: str) -> set[str]:
        rows = self.server.influxql("SHOW CONTINUOUS QUERIES")
        return {row["name"] for row in rows if f" ON {bucket} " in row["query"].replace('"', "")}

    def _asked(self, query: str, *, column: str) -> list[dict[str, str]]:
        return [row for row in self.server.influxql(query) if column in row]

    def _do(self, statement: str, database: str = "") -> None:
        self.server.influxql(statement, database)


def _select(bucket: str, measurement: str, pattern: str) -> str:
    here, there = (f"{_name(bucket)}.{_name(policy)}.{_name(measurement)}" for policy in (RAW, POLICY))
    # Names come from settings, policy files and the table of measurements.
    return f"SELECT mean({pattern}) INTO {there} FROM {here} GROUP BY time(1d), *"  # noqa: S608


def _name(name: str) -> str:
    """A quoted identifier; names come from settings and policy files."""
    return json.dumps(name, ensure_ascii=False)


def _duration(days: int) -> str:
    return f"{days}d" if days else "INF"
