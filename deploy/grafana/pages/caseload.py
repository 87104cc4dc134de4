"""Caseload: every patient of the team, the worst first, and who has not been heard."""

from deploy.grafana.pages.words import (
    ANY_STEPS,
    CHANGE_STEPS,
    LEVEL_STEPS,
    LEVELS,
    MANY,
    PATIENT_COLUMN,
    PATIENTS,
    YES_NO,
)
from deploy.grafana.spec import NONE, Board, Column, Look, Panel, Query

WEEK_MS = 604_800_000

CASELOAD = Board(
    uid="ipt-caseload",
    title="Caseload",
    about="Every patient of the team: how mood stands against each one's own usual, who is silent, which alerts wait.",
    variables=(PATIENTS,),
    rows=(
        (
            "At a glance",
            (
                Panel(
                    "Patients",
                    "Patients of whom anything was heard in the time shown.",
                    Look.NUMBER,
                    (
                        Query(
                            f'SELECT count("heard") FROM (SELECT last("heard") AS "heard" FROM "standing" '
                            f'WHERE $timeFilter AND {MANY} GROUP BY "patient")'
                        ),
                    ),
                    width=6,
                    height=4,
                ),
                Panel(
                    "Below their usual",
                    "Patients whose mood of the newest seven days lies a point or more below their own usual.",
                    Look.NUMBER,
                    (
                        Query(
                            f'SELECT count("change") FROM (SELECT last("change") AS "change" FROM "standing" '
                            f'WHERE $timeFilter AND {MANY} GROUP BY "patient") WHERE "change" <= -1'
                        ),
                    ),
                    steps=ANY_STEPS,
                    missing=NONE,
                    width=6,
                    height=4,
                ),
                Panel(
                    "Not heard for a week",
                    "Patients of whom nothing was heard in the last seven days of the time shown, the phone included.",
                    Look.NUMBER,
                    (
                        Query(
                            f'SELECT count("heard") FROM (SELECT last("heard") AS "heard" FROM "standing" '
                            f'WHERE $timeFilter AND {MANY} GROUP BY "patient") '
                            f'WHERE "heard" < ${{__to}} - {WEEK_MS}'
                        ),
                    ),
                    steps=ANY_STEPS,
                    missing=NONE,
                    width=6,
                    height=4,
                ),
                Panel(
                    "Open alerts",
                    "Alerts that somebody still has to do something about, whenever they were raised.",
                    Look.NUMBER,
                    (Query(f'SELECT sum("open") FROM "alert" WHERE {MANY}'),),
                    steps=ANY_STEPS,
                    missing=NONE,
                    width=6,
                    height=4,
                ),
            ),
        ),
        (
            "Patients",
            (
                Panel(
                    "Patients, the worst first",
                    "Sorted by how far mood of the newest seven days lies below the patient's own usual. No usual yet: "
                    "at the end. A click on a patient leads to their dashboard, or to the console.",
                    Look.TABLE,
                    (
                        Query(
                            'SELECT last("heard") AS "heard", "mood", "usual", "change", "phase", "held", "planned" '
                            f'FROM "standing" WHERE $timeFilter AND {MANY} GROUP BY "patient"'
                        ),
                        Query(
                            f'SELECT sum("open") AS "open" FROM "alert" WHERE "open" = 1 AND {MANY} GROUP BY "patient"'
                        ),
                        Query(
                            f'SELECT max("level") AS "level" FROM "alert" WHERE "open" = 1 AND {MANY} '
                            'GROUP BY "patient"'
                        ),
                        Query(
                            f'SELECT last("silent") AS "silent" FROM "silence" WHERE $timeFilter AND {MANY} '
                            'GROUP BY "patient"'
                        ),
                    ),
                    columns=(
                        PATIENT_COLUMN,
                        Column("change", "against usual", "none", 1, steps=CHANGE_STEPS),
                        Column("mood", "mood, 7 days", "none", 1),
                        Column("usual", "usual", "none", 1),
                        Column("heard", "last heard", "dateTimeFromNow"),
                        Column("silent", "silent", "none", words=YES_NO),
                        Column("open", "open alerts", "none", steps=ANY_STEPS),
                        Column("level", "worst alert", "none", steps=LEVEL_STEPS, words=LEVELS),
                        Column("phase", "phase", "string"),
                        Column("held", "sessions held", "none"),
                        Column("planned", "of", "none"),
                    ),
                    join="patient",
                    worst="change",
                    width=24,
                    height=14,
                ),
            ),
        ),
        (
            "Over time",
            (
                Panel(
                    "Alerts raised",
                    "Alerts by rule, each counted on the day it was raised.",
                    Look.BARS,
                    (
                        Query(
                            f'SELECT sum("raised") FROM "alert" WHERE $timeFilter AND {MANY} '
                            'GROUP BY time($__interval), "rule" fill(null)',
                            alias="$tag_rule",
                        ),
                    ),
                    interval="1d",
                ),
                Panel(
                    "Check-ins",
                    "Check-ins of all patients shown. A day without any is a gap, not a zero.",
                    Look.BARS,
                    (
                        Query(
                            f'SELECT count("mood") FROM "mood" WHERE $timeFilter AND {MANY} '
                            "GROUP BY time($__interval) fill(none)",
                            alias="check-ins",
                        ),
                    ),
                    interval="1d",
                ),
            ),
        ),
    ),
)
