"""Patient: mood against the patient's own usual, with all that happened drawn over it."""

from deploy.grafana.pages.words import ANY_STEPS, CHANGE_STEPS, MOOD_STEPS, ONE
from deploy.grafana.pages.words import PATIENT as OF_PATIENT
from deploy.grafana.spec import NONE, Board, Column, Look, Mark, Panel, Query, Step
from schemas.questionnaires import INSTRUMENTS
from schemas.questionnaires.instrument import Instrument

COURSE = ("Mood against usual", "Feelings", *INSTRUMENTS)
"""Panels that show how the patient does: what happened is marked there."""
BAND_COLOURS = ("green", "yellow", "orange", "red", "dark-red")


def _standing(field: str) -> tuple[Query, ...]:
    return (Query(f'SELECT last("{field}") FROM "standing" WHERE $timeFilter AND {ONE}', alias=field),)


def _bands(instrument: Instrument) -> tuple[Step, ...]:
    """The instrument's own bands, the first in green; of two the second is orange."""
    colours = BAND_COLOURS if len(instrument.bands) > 2 else ("green", "orange")  # noqa: PLR2004 -- a pair
    steps = zip(instrument.bands, colours, strict=False)
    return tuple(Step(None if band.from_total == 0 else band.from_total, colour) for band, colour in steps)


def _questionnaire(instrument: Instrument) -> Panel:
    bands = ", ".join(f"{band.name.replace('_', ' ')} from {band.from_total}" for band in instrument.bands)
    return Panel(
        instrument.name,
        f"Totals with the instrument's bands: {bands}. A change of {instrument.reliable_change} is reliable.",
        Look.LINES,
        (
            Query(
                f'SELECT "total" FROM "questionnaire" WHERE $timeFilter AND {ONE} '
                f"AND \"instrument\" = '{instrument.name}'",
                alias=instrument.name,
            ),
        ),
        steps=_bands(instrument),
        least=0,
        most=instrument.total_maximum,
        areas=True,
        width=8,
    )


PATIENT = Board(
    uid="ipt-patient",
    title="Patient",
    about="One patient: what is shown went along with each other; nothing here says what caused what.",
    variables=(OF_PATIENT,),
    marks=(
        Mark(
            "Sessions",
            f'SELECT "on", "status" FROM "session" WHERE $timeFilter AND {ONE} AND "status" = \'held\'',
            "on",
            "status",
            "blue",
            COURSE,
        ),
        Mark(
            "Life events",
            f'SELECT "date", "kind" FROM "life_event" WHERE $timeFilter AND {ONE}',
            "date",
            "kind",
            "purple",
            COURSE,
        ),
        Mark(
            "Phases",
            f'SELECT "starts_on", "phase" FROM "phase" WHERE $timeFilter AND {ONE}',
            "starts_on",
            "phase",
            "green",
            COURSE,
        ),
        Mark(
            "Alerts",
            f'SELECT "severity", "rule" FROM "alert" WHERE $timeFilter AND {ONE} AND "raised" = 1',
            "severity",
            "rule",
            "red",
            COURSE,
        ),
        Mark(
            "Unpleasant interactions",
            f'SELECT "valence", "kind" FROM "interaction" WHERE $timeFilter AND {ONE} AND "valence" < 0',
            "valence",
            "kind",
            "orange",
            ("Mood against usual",),
        ),
    ),
    rows=(
        (
            "Now",
            (
                Panel(
                    "Mood",
                    "Mean of the newest seven days with a check-in, 0 to 10, higher is better.",
                    Look.NUMBER,
                    _standing("mood"),
                    steps=MOOD_STEPS,
                    decimals=1,
                    width=4,
                    height=4,
                ),
                Panel(
                    "Against usual",
                    "That mood minus the patient's own usual, in points.",
                    Look.NUMBER,
                    _standing("change"),
                    steps=CHANGE_STEPS,
                    decimals=1,
                    width=4,
                    height=4,
                ),
                Panel(
                    "Last heard",
                    "When anything was last heard of the patient, the phone included.",
                    Look.NUMBER,
                    _standing("heard"),
                    unit="dateTimeFromNow",
                    width=4,
                    height=4,
                ),
                Panel(
                    "Open alerts",
                    "Alerts that somebody still has to do something about, whenever they were raised.",
                    Look.NUMBER,
                    (Query(f'SELECT sum("open") FROM "alert" WHERE {ONE}'),),
                    steps=ANY_STEPS,
                    missing=NONE,
                    width=4,
                    height=4,
                ),
                Panel("Phase", "Phase of therapy.", Look.NUMBER, _standing("phase"), unit="string", width=4, height=4),
                Panel(
                    "Sessions held",
                    "Attended in the newest episode of care.",
                    Look.NUMBER,
                    _standing("held"),
                    width=4,
                    height=4,
                ),
            ),
        ),
        (
            "Mood",
            (
                Panel(
                    "Mood against usual",
                    "Mood 0 to 10, with the patient's own usual (middle) and the range of eight days in ten (low, "
                    "high). Marks: sessions, life events, phases, alerts, unpleasant interactions.",
                    Look.LINES,
                    (
                        Query(
                            f'SELECT mean("mood") FROM "mood" WHERE $timeFilter AND {ONE} '
                            "GROUP BY time($__interval) fill(null)",
                            alias="mood",
                        ),
                        Query(
                            'SELECT last("usual_low") AS "low", last("usual") AS "usual", last("usual_high") AS "high" '
                            f'FROM "standing" WHERE $timeFilter AND {ONE} GROUP BY time($__interval) fill(null)',
                            alias="$col",
                        ),
                    ),
                    steps=MOOD_STEPS,
                    least=0,
                    most=10,
                    decimals=1,
                    interval="1d",
                    band=("low", "usual", "high"),
                    width=24,
                    height=10,
                ),
                Panel(
                    "Feelings",
                    "Single feelings of check-ins, 0 to 10.",
                    Look.LINES,
                    (
                        Query(
                            f'SELECT mean(/^affect_/) FROM "affects" WHERE $timeFilter AND {ONE} '
                            "GROUP BY time($__interval) fill(null)",
                            alias="$col",
                        ),
                    ),
                    steps=MOOD_STEPS,
                    without="mean_affect_",
                    least=0,
                    most=10,
                    decimals=1,
                    interval="1d",
                ),
                Panel(
                    "Sleep",
                    "Hours slept, as told.",
                    Look.BARS,
                    (
                        Query(
                            f'SELECT mean("sleep_hours") FROM "mood" WHERE $timeFilter AND {ONE} '
                            "GROUP BY time($__interval) fill(null)",
                            alias="sleep",
                        ),
                    ),
                    unit="h",
                    least=0,
                    decimals=1,
                    interval="1d",
                    width=6,
                ),
                Panel(
                    "Eating symptoms",
                    "Binges, purges and restricted meals. A day without a word of them is a gap, not a zero.",
                    Look.BARS,
                    (
                        Query(
                            'SELECT sum("binge") AS "binge", sum("purge") AS "purge", sum("restrict") AS "restrict" '
                            f'FROM "mood" WHERE $timeFilter AND {ONE} GROUP BY time($__interval) fill(null)',
                            alias="$col",
                        ),
                    ),
                    steps=(Step(None, "text"),),
                    least=0,
                    interval="1d",
                    width=6,
                ),
            ),
        ),
        ("Questionnaires", tuple(map(_questionnaire, INSTRUMENTS.values()))),
        (
            "People and goals",
            (
                Panel(
                    "People by closeness",
                    "Who the patient named, the closest first, with the strongest link that is shown: how mood moved "
                    "over the 6 hours after what happened with them. An association, no cause.",
                    Look.TABLE,
                    (
                        Query(f'SELECT last("ring") AS "ring" FROM "closeness" WHERE {ONE} GROUP BY "person"'),
                        Query(
                            'SELECT min("effect") AS "effect", "low", "high", "kind" FROM "link" WHERE $timeFilter '
                            f'AND {ONE} AND "shown" = true AND "person" != \'\' GROUP BY "person"'
                        ),
                    ),
                    columns=(
                        Column("person", "person", "string"),
                        Column("ring", "closeness", "none"),
                        Column("kind", "what happened", "string"),
                        Column("effect", "mood after", "none", 1, steps=CHANGE_STEPS),
                        Column("low", "from", "none", 1),
                        Column("high", "to", "none", 1),
                    ),
                    join="person",
                    worst="ring",
                ),
                Panel(
                    "Goals",
                    "How far each goal is reached, 0 to 10, as rated.",
                    Look.LINES,
                    (
                        Query(
                            f'SELECT "rating" FROM "goal" WHERE $timeFilter AND {ONE} GROUP BY "goal"',
                            alias="$tag_goal",
                        ),
                    ),
                    least=0,
                    most=10,
                ),
            ),
        ),
    ),
)
