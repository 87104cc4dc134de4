"""InfluxDB 3 Core: takes points and answers InfluxQL, so one team on its own can use it; more it cannot do."""

from typing import Final, NoReturn

from streams.adapters.influx_admin.server import Server
from streams.errors import Misconfigured

NO_ROWS: Final = (
    "InfluxDB 3 Core cannot delete rows (influxdb issue 26601), so no patient can be erased from it: "
    "use InfluxDB 2.7 or 1.8 where erasure is required"
)
NO_TOKENS: Final = (
    "InfluxDB 3 Core has no tokens for single databases, so care teams cannot be kept apart on it: one team on its own "
    "makes its database with `influxdb3 create database` and writes and reads with the token it has"
)


class Version3:
    """See `Admin`; everything that 3 Core lacks is refused with the reason."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def ensure_bucket(self, bucket: str, *, keep_days: int) -> None:
        """Refused."""
        _refuse(bucket, keep_days)

    def ensure_daily(self, bucket: str) -> None:
        """Refused."""
        _refuse(bucket)

    def reader(self, bucket: str, known: str | None) -> str:
        """Refused."""
        _refuse(bucket, known)

    def writer(self, buckets: tuple[str, ...], known: str | None) -> str:
        """Refused."""
        _refuse(buckets, known)

    def buckets(self) -> dict[str, int]:
        """Every database."""
        rows = self.server.influxql("SHOW DATABASES")
        return {row["iox::database"]: 0 for row in rows if row["iox::database"] != "_internal"}

    def has_daily(self, bucket: str) -> bool:  # noqa: ARG002 -- of none
        """It takes no daily means."""
        return False

    def series(self, bucket: str) -> int:  # noqa: ARG002 -- of none
        """It has no index of series, and so no number of them that could grow too large."""
        return 0

    def open_to_all(self) -> bool:
        """It asks for a token unless it was started without."""
        return False

    def erase(self, bucket: str, patient: str) -> None:  # noqa: ARG002 -- of nobody
        """Refused."""
        raise Misconfigured(NO_ROWS)


def _refuse(*_: object) -> NoReturn:
    raise Misconfigured(NO_TOKENS)
