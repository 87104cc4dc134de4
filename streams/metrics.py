"""Every Prometheus metric, declared once with its meaning. None carries a patient, a note or an answer."""

from prometheus_client import Counter, Gauge, Histogram

READY = Gauge("ipt_ready", "1 while the process can do its work, as its /readyz says.", ["component"])
HEARTBEATS = Counter("ipt_heartbeats_total", "Heartbeats: sent, failed, or held back while not ready.", ["answer"])

GATEWAY_ACCEPTED = Counter("ipt_gateway_accepted_total", "Events that Kafka acknowledged.")
GATEWAY_REJECTED = Counter("ipt_gateway_rejected_total", "Events refused at the gateway, by reason.", ["reason"])
GATEWAY_CALLS = Counter("ipt_gateway_calls_total", "Calls for help heard in refused events, and sent on.")
GATEWAY_UNKNOWN_FIELDS = Counter("ipt_gateway_unknown_fields_total", "Fields taken out because nobody knows them.")
GATEWAY_UNAVAILABLE = Counter("ipt_gateway_unavailable_total", "Requests answered 503 since Kafka did not.")
GATEWAY_VIEWS = Counter(
    "ipt_gateway_views_total", "Records that the gateway took up for patients' summaries.", ["topic"]
)
GATEWAY_VIEWS_UNREADABLE = Counter(
    "ipt_gateway_views_unreadable_total", "Records for patients' summaries that the gateway could not read."
)

WORKER_RECORDS = Counter("ipt_worker_records_total", "Records taken up by finished batches.", ["topic"])
WORKER_REJECTED = Counter("ipt_worker_rejected_total", "Records set aside, by kind of reason.", ["kind"])
WORKER_SEEKS = Counter("ipt_worker_continuity_seeks_total", "Times a worker went back for a block it had missed.")
WORKER_EXPIRED = Counter("ipt_worker_expired_gaps_total", "Gaps that retention had emptied before they were read.")
WORKER_BEHIND = Gauge("ipt_worker_behind_records", "Offsets not yet taken up.", ["topic", "partition"])
WORKER_OLDEST = Gauge(
    "ipt_worker_oldest_seconds", "How long the first unfinished record has waited, at least.", ["topic", "partition"]
)
WORKER_COMMITS = Counter("ipt_worker_commits_total", "Times that a worker committed offsets.")
WORKER_RECOVERED = Counter("ipt_worker_recovered_total", "Changelog records that were read back into a table.")
WORKER_BATCH_SECONDS = Histogram("ipt_worker_batch_seconds", "Time from a batch's admission to its end.")

POINTS_WRITTEN = Counter("ipt_points_written_total", "Points that InfluxDB or a segment on disk has taken.")
POINTS_REFUSED = Counter("ipt_points_refused_total", "Points that InfluxDB refused; they are set aside on disk.")
POINTS_WAITING = Gauge("ipt_points_waiting", "1 while InfluxDB does not answer.")

NOTIFICATIONS_SENT = Counter("ipt_notifications_sent_total", "Messages that a channel took.", ["channel"])
NOTIFICATIONS_FAILED = Counter("ipt_notifications_failed_total", "Attempts that a channel refused.", ["channel"])
ALERTS_PENDING = Gauge("ipt_alerts_pending", "Notifications in the ledger that no channel has taken yet.")

CONSOLE_RECORDS = Counter("ipt_console_records_total", "Records that the console's store took up.", ["topic"])
CONSOLE_UNREADABLE = Counter("ipt_console_unreadable_total", "Records that the console could not read and passed over.")
CONSOLE_CURRENT = Gauge("ipt_console_current", "1 while the console's pages show what Kafka holds, as /readyz says.")
CONSOLE_ACTIONS = Counter("ipt_console_actions_total", "What clinicians did, by what became of it.", ["answer"])
CONSOLE_AUDIT = Counter(
    "ipt_console_audit_total",
    "Entries of the audit: written, late (Kafka had them later) or lost (a full disk).",
    ["answer"],
)

AUDIT_SETTLED = Counter("ipt_audit_settled_total", "Accepted events that were found analysed or set aside.")
AUDIT_MISSING = Gauge("ipt_audit_missing", "Accepted events found neither analysed nor set aside, ever.", ["partition"])
AUDIT_WAITING = Gauge("ipt_audit_waiting", "Accepted events that are not yet accounted for.", ["partition"])
AUDIT_OLDEST = Gauge("ipt_audit_oldest_seconds", "How long the first of those has waited.", ["partition"])
