"""Relationships: what happened with whom, and how mood moved along with it."""

from deploy.grafana.pages.words import CHANGE_STEPS, ONE, PATIENT
from deploy.grafana.spec import PLAIN, Board, Column, Look, Panel, Query, Step, Variable

PEOPLE = Variable(
    "person",
    "People",
    f'SELECT DISTINCT("person") FROM (SELECT "valence", "person" FROM "interaction" WHERE {ONE})',
    many=True,
)
WITH = '"person" =~ /^${person:regex}$/'
PLEASANT = (Step(None, "red"), Step(0, "green"))

RELATIONSHIPS = Board(
    uid="ipt-relationships",
    title="Relationships",
    about="What happened with whom, and how mood moved along with it: associations with their uncertainty, no causes.",
    variables=(PATIENT, PEOPLE),
    rows=(
        (
            "What happened",
            (
                Panel(
                    "Interactions by kind",
                    "How many interactions of each kind were logged.",
                    Look.BARS,
                    (
                        Query(
                            f'SELECT count("valence") FROM "interaction" WHERE $timeFilter AND {ONE} AND {WITH} '
                            'GROUP BY time($__interval), "kind" fill(none)',
                            alias="$tag_kind",
                        ),
                    ),
                    interval="1d",
                ),
                Panel(
                    "How pleasant, by person",
                    "Mean of how pleasant interactions with each person were, -3 to 3, week by week.",
                    Look.LINES,
                    (
                        Query(
                            f'SELECT mean("valence") FROM "interaction" WHERE $timeFilter AND {ONE} AND {WITH} '
                            'GROUP BY time($__interval), "person" fill(null)',
                            alias="$tag_person",
                        ),
                    ),
                    steps=PLEASANT,
                    least=-3,
                    most=3,
                    decimals=1,
                    interval="7d",
                ),
                Panel(
                    "People",
                    "How often each person was met, and how pleasant that was, -3 to 3; the least pleasant first. "
                    "Closeness is the ring they were last said to stand in, 1 innermost to 4.",
                    Look.TABLE,
                    (
                        Query(
                            'SELECT count("valence") AS "times", mean("valence") AS "pleasant" FROM "interaction" '
                            f'WHERE $timeFilter AND {ONE} AND {WITH} GROUP BY "person"'
                        ),
                        Query(
                            f'SELECT count("valence") AS "conflicts" FROM "interaction" WHERE $timeFilter AND {ONE} '
                            f'AND {WITH} AND "kind" = \'conflict\' GROUP BY "person"'
                        ),
                        Query(
                            f'SELECT last("ring") AS "ring" FROM "closeness" WHERE {ONE} AND {WITH} GROUP BY "person"'
                        ),
                    ),
                    columns=(
                        Column("person", "person", "string"),
                        Column("times", "times met", "none"),
                        Column("pleasant", "how pleasant", "none", 1, steps=PLEASANT),
                        Column("conflicts", "conflicts", "none"),
                        Column("ring", "closeness", "none"),
                    ),
                    join="person",
                    worst="pleasant",
                    width=24,
                    height=7,
                ),
            ),
        ),
        (
            "How mood moved along",
            (
                Panel(
                    "Links with people",
                    "Change of mood over the 6 hours after what happened with a person, with its 95 % interval, as it "
                    "stands now. Only what has enough events, is large enough, and passed false-discovery control.",
                    Look.TABLE,
                    (
                        Query(
                            'SELECT last("effect") AS "effect", "low", "high", "n" FROM "link" WHERE $timeFilter '
                            f'AND {ONE} AND "shown" = true AND {WITH} AND "person" != \'\' GROUP BY "person", "kind"'
                        ),
                    ),
                    columns=(
                        Column("person", "person", "string"),
                        Column("kind", "what happened", "string"),
                        Column("effect", "mood after", "none", 1, steps=CHANGE_STEPS),
                        Column("low", "from", "none", 1),
                        Column("high", "to", "none", 1),
                        Column("n", "times", "none"),
                    ),
                    worst="effect",
                    missing="no link can be shown yet",
                ),
                Panel(
                    "Links with ways of communicating",
                    "The same for communication patterns, whoever they were with.",
                    Look.TABLE,
                    (
                        Query(
                            'SELECT last("effect") AS "effect", "low", "high", "n" FROM "link" WHERE $timeFilter '
                            f'AND {ONE} AND "shown" = true AND "pattern" != \'\' GROUP BY "pattern"'
                        ),
                    ),
                    columns=(
                        Column("pattern", "pattern", "string"),
                        Column("effect", "mood after", "none", 1, steps=CHANGE_STEPS),
                        Column("low", "from", "none", 1),
                        Column("high", "to", "none", 1),
                        Column("n", "times", "none"),
                    ),
                    worst="effect",
                    missing="no link can be shown yet",
                ),
                Panel(
                    "Links by kind over time",
                    "How the estimate of each kind of event came about, whoever it was with, shown or not.",
                    Look.LINES,
                    (
                        Query(
                            f'SELECT last("effect") FROM "link" WHERE $timeFilter AND {ONE} AND "person" = \'\' '
                            'AND "kind" != \'\' GROUP BY time($__interval), "kind" fill(null)',
                            alias="$tag_kind",
                        ),
                    ),
                    steps=PLAIN,
                    decimals=1,
                    interval="1d",
                    width=24,
                ),
            ),
        ),
    ),
)
