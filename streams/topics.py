"""The Kafka topics, what each carries, and how long it keeps it.

All are keyed by patient and share one partition count, so that everything about one patient meets on one partition.
What concerns a therapy group is keyed by the group, on topics of its own; each partition has a copy of `population`,
`analysis.receipts` one record a partition, and all of a writer's part of `audit` lies on one.
"""

from dataclasses import dataclass

DAY_MS = 24 * 60 * 60 * 1000

EVENTS = "patient.events"
REJECTED = "patient.events.rejected"
POINTS = "points"
SIGNALS = "alert.signals"
ACTIONS = "alert.actions"
ALERTS = "alerts"
NOTIFICATIONS = "notifications"
VIEWS = "patient.views"
RELEASES = "patient.releases"
GROUP_SIGNALS = "group.signals"
GROUP_VIEWS = "group.views"
POPULATION = "population"
AUDIT = "audit"
RECEIPTS = "analysis.receipts"
STATE_OF_ANALYSIS = "analysis-state-changelog"
STATE_OF_ALERTING = "alerting-state-changelog"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: `retention_days` of history, or (None) compacted to the newest value of each key."""

    name: str
    carries: str
    retention_days: int | None
    max_message_bytes: int = 1_048_576

    @property
    def config(self) -> dict[str, str]:
        """The broker's settings for this topic."""
        kept = {"cleanup.policy": "compact"}
        if self.retention_days is not None:
            kept = {"cleanup.policy": "delete", "retention.ms": str(self.retention_days * DAY_MS)}
        return kept | {
            # The broker's own time: what "more than a day in the future" is judged by, the same at every replay. And a
            # record of a worker whose clock is an hour ahead would be refused, so that nobody would be paged.
            "message.timestamp.type": "LogAppendTime",
            "max.message.bytes": str(self.max_message_bytes),
        }


TOPICS = (
    Topic(EVENTS, "all events of all patients (CloudEvents)", 400),
    Topic(REJECTED, "what could not be read, with the reason in its headers", 400, max_message_bytes=2_097_152),
    Topic(POINTS, "line protocol for InfluxDB", 30),
    Topic(SIGNALS, "findings that are new, changed or revised", 400),
    Topic(ACTIONS, "what clinicians and channels did about alerts", 400),
    Topic(ALERTS, "each alert as it stands, keyed by alert id on its patient's partition", None),
    Topic(NOTIFICATIONS, "messages to be sent, without clinical content", 30),
    Topic(VIEWS, "what the console shows of each patient", None, max_message_bytes=4_194_304),
    Topic(RELEASES, "what therapists released to each patient's own phone", None),
    Topic(GROUP_SIGNALS, "what each therapy group needs to know of its members, keyed by group", 30),
    Topic(GROUP_VIEWS, "what the console shows of each group", None, max_message_bytes=4_194_304),
    Topic(POPULATION, "what is usual over patients, refitted nightly; a copy in each partition", None),
    Topic(RECEIPTS, "what analysis signs for of each partition, for the auditor", None),
    Topic(AUDIT, "who looked at whom and who did what, keyed by writer", 3650),
    # One record holds all that is kept of a patient; one that does not fit would stop its worker for everybody.
    Topic(STATE_OF_ANALYSIS, "what analysis knows of each patient", None, max_message_bytes=16_777_216),
    Topic(
        STATE_OF_ALERTING, "each patient's alerts, with what is still to be sent", None, max_message_bytes=16_777_216
    ),
)
