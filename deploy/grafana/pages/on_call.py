"""On-call: which alerts wait, the worst first, and how fast they are answered. Paging itself is the stream's."""

from deploy.grafana.pages.words import ANY_STEPS, LEVEL_STEPS, LEVELS, MANY, PATIENT_COLUMN, PATIENTS
from deploy.grafana.spec import NONE, Board, Column, Look, Panel, Query, Step
from schemas.alerts import Outcome

CRITICAL = (Step(None, "green"), Step(1, "red"))
QUARTER_HOUR_S = 900


def _ended(outcome: Outcome) -> Query:
    closed = f'"open" = 0 AND "outcome" = \'{outcome.value}\''
    return Query(
        f'SELECT count("id") FROM "alert" WHERE $timeFilter AND {MANY} AND {closed}',
        alias=outcome.value.replace("_", " "),
    )


ON_CALL = Board(
    uid="ipt-on-call",
    title="On-call",
    about="Alerts that wait, the worst first. To acknowledge, hand over or close one, go to the console by the link in "
    "the table. Nothing here pages anybody.",
    variables=(PATIENTS,),
    since="now-4w",
    refresh="1m",
    rows=(
        (
            "Waiting",
            (
                Panel(
                    "Critical and open",
                    "Item 9, the crisis or the contact button: not closed yet.",
                    Look.NUMBER,
                    (Query(f'SELECT sum("open") FROM "alert" WHERE {MANY} AND "level" = 3'),),
                    steps=CRITICAL,
                    missing=NONE,
                    width=5,
                    height=4,
                ),
                Panel(
                    "Unanswered",
                    "Open alerts that nobody has acknowledged, taken over or closed.",
                    Look.NUMBER,
                    (
                        Query(
                            f'SELECT sum("open") FROM "alert" WHERE {MANY} AND "status" != \'acknowledged\' '
                            'AND "status" != \'handed_over\' AND "status" != \'closed\' AND "imported" = 0'
                        ),
                    ),
                    steps=ANY_STEPS,
                    missing=NONE,
                    width=5,
                    height=4,
                ),
                Panel(
                    "Open",
                    "All open alerts, imported ones apart, whenever they were raised.",
                    Look.NUMBER,
                    (Query(f'SELECT sum("open") FROM "alert" WHERE {MANY} AND "imported" = 0'),),
                    steps=ANY_STEPS,
                    missing=NONE,
                    width=5,
                    height=4,
                ),
                Panel(
                    "Answered within",
                    "Half of the critical alerts of the time shown were answered within this time.",
                    Look.NUMBER,
                    (Query(f'SELECT median("answer_s") FROM "alert" WHERE $timeFilter AND {MANY} AND "level" = 3'),),
                    unit="s",
                    steps=(Step(None, "green"), Step(QUARTER_HOUR_S, "orange")),
                    missing="none was answered",
                    width=5,
                    height=4,
                ),
                Panel(
                    "Shifts to be filled",
                    "Open alerts about the team's own rota: shifts that nobody has, that two have, or without an end.",
                    Look.NUMBER,
                    (Query('SELECT sum("open") FROM "team_alert"'),),
                    steps=ANY_STEPS,
                    missing=NONE,
                    width=4,
                    height=4,
                ),
                Panel(
                    "Open alerts, the worst first",
                    "Whenever they were raised. A click on the patient leads to the console.",
                    Look.TABLE,
                    (
                        Query(
                            'SELECT "level", "patient", "rule", "status", "escalations" FROM "alert" '
                            f'WHERE {MANY} AND "open" = 1 AND "imported" = 0'
                        ),
                    ),
                    columns=(
                        Column("level", "severity", "none", steps=LEVEL_STEPS, words=LEVELS),
                        PATIENT_COLUMN,
                        Column("rule", "rule", "string"),
                        Column("Time", "raised", "dateTimeAsLocal"),
                        Column("status", "status", "string"),
                        Column("escalations", "escalated", "none"),
                    ),
                    worst="level",
                    largest_first=True,
                    missing=NONE,
                    width=24,
                    height=8,
                ),
            ),
        ),
        (
            "In the time shown",
            (
                Panel(
                    "Raised by rule",
                    "Alerts by rule, each counted on the day it was raised.",
                    Look.BARS,
                    (
                        Query(
                            f'SELECT sum("raised") FROM "alert" WHERE $timeFilter AND {MANY} AND "imported" = 0 '
                            'GROUP BY time($__interval), "rule" fill(null)',
                            alias="$tag_rule",
                        ),
                    ),
                    interval="1d",
                    width=8,
                ),
                Panel(
                    "How they ended",
                    "Closed alerts of the time shown, by their coded outcome.",
                    Look.NUMBER,
                    tuple(map(_ended, Outcome)),
                    missing=NONE,
                    width=8,
                ),
                Panel(
                    "Escalations",
                    "How often an alert went to the next one for want of an answer.",
                    Look.BARS,
                    (
                        Query(
                            f'SELECT sum("escalations") FROM "alert" WHERE $timeFilter AND {MANY} '
                            "GROUP BY time($__interval) fill(null)",
                            alias="escalations",
                        ),
                    ),
                    steps=ANY_STEPS,
                    interval="1d",
                    width=8,
                ),
            ),
        ),
    ),
)
