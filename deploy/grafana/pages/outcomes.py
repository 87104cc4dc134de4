"""Programme outcomes: how closed episodes came out; nothing of fewer than five."""

from deploy.grafana.spec import Board, Column, Look, Panel, Query, Step, Variable
from schemas.questionnaires import INSTRUMENTS
from streams.core.brief.effect import FEWEST

OF = "$timeFilter AND \"instrument\" = '${instrument:raw}'"
RATE = (Step(None, "text"),)


def _share(field: str, where: str = "") -> tuple[Query, ...]:
    """The share with `field`, of as many episodes as may be told of."""
    inner = f'SELECT mean("{field}") AS "share", count("{field}") AS "of" FROM "outcome" WHERE {OF}{where}'
    return (Query(f'SELECT "share" FROM ({inner}) WHERE "of" >= {FEWEST}'),)


OUTCOMES = Board(
    uid="ipt-outcomes",
    title="Programme outcomes",
    about="Closed episodes of care, first total against last, so that a clinic can hold its results against others'. "
    "Whoever began counts. ipt-pulse outcomes tells the same with intervals.",
    variables=(Variable("instrument", "Questionnaire", values=tuple(INSTRUMENTS)),),
    since="now-2y",
    refresh="1h",
    rows=(
        (
            "Rates",
            (
                Panel(
                    "Closed episodes",
                    "Episodes closed in the time shown with two totals or more.",
                    Look.NUMBER,
                    (Query(f'SELECT count("first") FROM "outcome" WHERE {OF}'),),
                    width=6,
                    height=5,
                ),
                Panel(
                    "Reliably improved",
                    f"Share whose last total is reliably better than the first. Nothing below {FEWEST} episodes.",
                    Look.NUMBER,
                    _share("improved"),
                    unit="percentunit",
                    steps=RATE,
                    decimals=0,
                    width=6,
                    height=5,
                ),
                Panel(
                    "Recovered",
                    "Of those who began as cases, the share who improved reliably to below caseness. "
                    f"Nothing below {FEWEST} episodes.",
                    Look.NUMBER,
                    _share("recovered", ' AND "case" = 1'),
                    unit="percentunit",
                    steps=RATE,
                    decimals=0,
                    width=6,
                    height=5,
                ),
                Panel(
                    "Deteriorated",
                    f"Share whose last total is reliably worse than the first. Nothing below {FEWEST} episodes.",
                    Look.NUMBER,
                    _share("deteriorated"),
                    unit="percentunit",
                    steps=RATE,
                    decimals=0,
                    width=6,
                    height=5,
                ),
            ),
        ),
        (
            "By treatment",
            (
                Panel(
                    "By treatment and modality",
                    "Totals, rates, sessions and completed courses of each group of five episodes or more. Less is "
                    "better on every questionnaire here.",
                    Look.TABLE,
                    (
                        Query(
                            'SELECT "episodes", "first", "last", "change", "improved", "deteriorated", "sessions", '
                            '"completed" FROM (SELECT count("first") AS "episodes", mean("first") AS "first", '
                            'mean("last") AS "last", mean("change") AS "change", mean("improved") AS "improved", '
                            'mean("deteriorated") AS "deteriorated", mean("held") AS "sessions", '
                            f'mean("completed") AS "completed" FROM "outcome" WHERE {OF} '
                            f'GROUP BY "arm", "modality") WHERE "episodes" >= {FEWEST} GROUP BY "arm", "modality"'
                        ),
                    ),
                    columns=(
                        Column("arm", "treatment", "string"),
                        Column("modality", "modality", "string"),
                        Column("episodes", "episodes", "none"),
                        Column("first", "first total", "none", 1),
                        Column("last", "last total", "none", 1),
                        Column("change", "change", "none", 1),
                        Column("improved", "improved", "percentunit", 0),
                        Column("deteriorated", "deteriorated", "percentunit", 0),
                        Column("sessions", "sessions", "none", 1),
                        Column("completed", "completed", "percentunit", 0),
                    ),
                    worst="episodes",
                    largest_first=True,
                    width=24,
                ),
            ),
        ),
        (
            "Over time",
            (
                Panel(
                    "Episodes closed",
                    "By treatment.",
                    Look.BARS,
                    (
                        Query(
                            f'SELECT count("first") FROM "outcome" WHERE {OF} '
                            'GROUP BY time($__interval), "arm" fill(none)',
                            alias="$tag_arm",
                        ),
                    ),
                    interval="30d",
                    width=24,
                ),
            ),
        ),
    ),
)
