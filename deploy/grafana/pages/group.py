"""Group: a therapy group's mood, attendance and cohesion; nothing that fewer than four members stand behind."""

from deploy.grafana.pages.words import ANY_STEPS, MOOD_STEPS
from deploy.grafana.spec import NONE, Board, Look, Panel, Query, Step, Variable

GROUPS = Variable("group", "Group", 'SELECT DISTINCT("id") FROM "group_week"')
OF = "\"group\" = '${group:raw}'"


def _by_day(field: str, measurement: str) -> Query:
    return Query(f'SELECT "{field}" FROM "{measurement}" WHERE $timeFilter AND {OF}', alias=field)


GROUP = Board(
    uid="ipt-group",
    title="Group",
    about="A therapy group as all may see it: no member alone, and no figure that fewer than four stand behind.",
    variables=(GROUPS,),
    since="now-26w",
    rows=(
        (
            "The group",
            (
                Panel(
                    "Mood of the group",
                    "Mean of the members' weekly means, 0 to 10.",
                    Look.LINES,
                    (_by_day("mood", "group_week"),),
                    steps=MOOD_STEPS,
                    least=0,
                    most=10,
                    decimals=1,
                ),
                Panel(
                    "Members who reported",
                    "In each week.",
                    Look.BARS,
                    (_by_day("members", "group_week"),),
                    least=0,
                ),
            ),
        ),
        (
            "Sessions",
            (
                Panel(
                    "Attendance",
                    "Members who were there, and who were not.",
                    Look.BARS,
                    (_by_day("held", "group_session"), _by_day("missed", "group_session")),
                    least=0,
                    width=8,
                ),
                Panel(
                    "Cohesion",
                    "How close the group felt to its members, mean of what they say, 0 to 10.",
                    Look.LINES,
                    (_by_day("cohesion", "group_session"),),
                    least=0,
                    most=10,
                    decimals=1,
                    width=8,
                ),
                Panel(
                    "Worse in the week after",
                    "Members of whom it could be told, and those of them who had worsened.",
                    Look.BARS,
                    (_by_day("judged", "group_session"), _by_day("worse", "group_session")),
                    steps=(Step(None, "text"), Step(3, "orange")),
                    stacked=False,
                    least=0,
                    width=8,
                ),
                Panel(
                    "Open alerts of the group",
                    "Several members worsened in the week after a session, and nobody has closed that yet.",
                    Look.NUMBER,
                    (Query(f'SELECT sum("open") FROM "group_alert" WHERE {OF}'),),
                    steps=ANY_STEPS,
                    missing=NONE,
                    width=6,
                    height=4,
                ),
            ),
        ),
    ),
)
