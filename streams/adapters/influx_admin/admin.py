"""What can be done with an InfluxDB of any version. Everything can be done again without changing anything."""

from typing import Protocol

from streams.adapters.influx_admin.server import Server


class Admin(Protocol):
    """One server, opened with a token that may do all of it."""

    server: Server

    def ensure_bucket(self, bucket: str, *, keep_days: int) -> None:
        """Make a bucket, with a second one for its daily means; points older than `keep_days` leave it (0: never)."""

    def ensure_daily(self, bucket: str) -> None:
        """Let daily means be taken from now on, and take those of everything that is there already."""

    def reader(self, bucket: str, known: str | None) -> str:
        """A token that reads this bucket and nothing else; `known` is the one handed out before, if it is known."""

    def writer(self, buckets: tuple[str, ...], known: str | None) -> str:
        """A token that writes to these buckets and does nothing else."""

    def buckets(self) -> dict[str, int]:
        """Each bucket there is, and after how many days points leave it; 0 for never."""

    def has_daily(self, bucket: str) -> bool:
        """Whether daily means are taken."""

    def series(self, bucket: str) -> int:
        """How many series it holds."""

    def open_to_all(self) -> bool:
        """Whether anybody without a token may read."""

    def erase(self, bucket: str, patient: str) -> None:
        """Delete everything of a patient from a bucket and its daily means.

        Raises:
            Rejected: the patient's id could mean something else in a predicate.
            Misconfigured: this version cannot delete.
        """
