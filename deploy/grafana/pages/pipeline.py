"""Pipeline health, for those who run it: nothing of patients."""

from deploy.grafana.spec import Board, Column, Look, Panel, Query, Step, Variable

PROCESSES = Variable(
    "process",
    "Processes",
    'SELECT DISTINCT("process") FROM (SELECT "memory", "process" FROM "pipeline" WHERE $timeFilter)',
    many=True,
)
OF = '$timeFilter AND "process" =~ /^${process:regex}$/'
MISSED = (Step(None, "green"), Step(1, "orange"))
LOST = (Step(None, "green"), Step(1, "red"))
BEHIND = (Step(None, "green"), Step(1_000, "orange"), Step(50_000, "red"))


def _rate(field: str, alias: str = "$tag_process") -> Query:
    """How fast a count grows; it begins anew when its process does, which is no growth."""
    return Query(
        f'SELECT non_negative_derivative(max("{field}"), 1s) FROM "pipeline" WHERE {OF} '
        'GROUP BY time($__interval), "process" fill(null)',
        alias=alias,
    )


def _growth(field: str) -> Query:
    """How much a count grew in the time shown, summed over processes."""
    inner = (
        f'SELECT non_negative_difference(max("{field}")) AS "grown" FROM "pipeline" WHERE {OF} '
        'GROUP BY time($__interval), "process" fill(previous)'
    )
    return Query(f'SELECT sum("grown") FROM ({inner})', alias=field)


PIPELINE = Board(
    uid="ipt-pipeline",
    title="Pipeline health",
    about="How every worker is: what it takes up, how far it is behind, what it set aside. Nothing of patients.",
    variables=(PROCESSES,),
    since="now-6h",
    refresh="10s",
    operations=True,
    rows=(
        (
            "Now",
            (
                Panel(
                    "Processes",
                    "What each process said last, the longest quiet first. One that is gone stays here until its last "
                    "word leaves the time shown.",
                    Look.TABLE,
                    (
                        Query(
                            'SELECT last("memory") AS "memory", "records", "behind", "set_aside", "missed", "expired" '
                            f'FROM "pipeline" WHERE {OF} GROUP BY "process"'
                        ),
                    ),
                    columns=(
                        Column("process", "process", "string"),
                        Column("Time", "last word", "dateTimeFromNow"),
                        Column("behind", "behind", "none", steps=BEHIND),
                        Column("records", "taken up", "none"),
                        Column("set_aside", "set aside", "none"),
                        Column("missed", "fetched again", "none", steps=MISSED),
                        Column("expired", "lost to retention", "none", steps=LOST),
                        Column("memory", "memory", "bytes"),
                    ),
                    worst="Time",
                    width=24,
                    height=6,
                ),
                Panel(
                    "Set aside",
                    "Records of the time shown that could not be used; see ipt-pulse rejected list.",
                    Look.NUMBER,
                    (_growth("set_aside"),),
                    steps=MISSED,
                    width=6,
                    height=4,
                    interval="10s",
                ),
                Panel(
                    "Points refused",
                    "Points of the time shown that InfluxDB refused; they are kept on the worker's disk.",
                    Look.NUMBER,
                    (_growth("points_refused"),),
                    steps=LOST,
                    width=6,
                    height=4,
                    interval="10s",
                ),
                Panel(
                    "Messages that wait",
                    "Notifications in the ledger that no channel has taken yet.",
                    Look.NUMBER,
                    (
                        Query(
                            'SELECT sum("pending") FROM (SELECT last("pending") AS "pending" FROM "pipeline" '
                            f'WHERE {OF} GROUP BY "process")',
                            alias="pending",
                        ),
                    ),
                    steps=LOST,
                    width=6,
                    height=4,
                ),
                Panel(
                    "Sending failed",
                    "Attempts of the time shown that a channel refused; each is repeated.",
                    Look.NUMBER,
                    (_growth("send_failures"),),
                    steps=MISSED,
                    width=6,
                    height=4,
                    interval="10s",
                ),
            ),
        ),
        (
            "Work",
            (
                Panel(
                    "Records taken up",
                    "Records a second, by process. A gap means that the process said nothing.",
                    Look.LINES,
                    (_rate("records"),),
                    unit="rps",
                    least=0,
                    interval="30s",
                ),
                Panel(
                    "Behind",
                    "Records not yet taken up, by process.",
                    Look.LINES,
                    (
                        Query(
                            f'SELECT max("behind") FROM "pipeline" WHERE {OF} '
                            'GROUP BY time($__interval), "process" fill(null)',
                            alias="$tag_process",
                        ),
                    ),
                    steps=BEHIND,
                    least=0,
                    interval="30s",
                ),
                Panel(
                    "Busy",
                    "Seconds a second that each process spends in batches.",
                    Look.LINES,
                    (_rate("busy_s"),),
                    unit="percentunit",
                    steps=(Step(None, "green"), Step(0.9, "orange")),
                    least=0,
                    interval="30s",
                ),
                Panel(
                    "Points written",
                    "Points a second that InfluxDB, or a segment on disk, has taken.",
                    Look.LINES,
                    (_rate("points_written"),),
                    unit="wps",
                    least=0,
                    interval="30s",
                ),
                Panel(
                    "Messages sent",
                    "Messages that a channel took, in each interval.",
                    Look.BARS,
                    (
                        Query(
                            f'SELECT non_negative_difference(max("sent")) FROM "pipeline" WHERE {OF} '
                            'GROUP BY time($__interval), "process" fill(null)',
                            alias="$tag_process",
                        ),
                    ),
                    least=0,
                    interval="10m",
                ),
                Panel(
                    "Memory",
                    "Resident memory, by process.",
                    Look.LINES,
                    (
                        Query(
                            f'SELECT max("memory") FROM "pipeline" WHERE {OF} '
                            'GROUP BY time($__interval), "process" fill(null)',
                            alias="$tag_process",
                        ),
                    ),
                    unit="bytes",
                    least=0,
                    interval="30s",
                ),
            ),
        ),
    ),
)
