"""All measurements. Writers, dashboards and the page of docs/points.md are checked against this table."""

from typing import Final

from schemas.events import EVENT_TYPES
from schemas.questionnaires import INSTRUMENTS
from schemas.vocabulary import (
    Arm,
    DiagnosisFocus,
    InteractionKind,
    LifeEventKind,
    Modality,
    Phase,
    SessionStatus,
)
from streams.core.keep import MOST_ENTRIES
from streams.core.links.state import CELLS_MAXIMUM
from streams.core.series.table import Column, Measurement, Tag

PATIENT: Final = Tag("patient", "pseudonym")
GROUP: Final = Tag("group", "the therapy group's id")
PERSON: Final = Tag("person", "id of somebody in the patient's life", usual=8, most=MOST_ENTRIES)
EVENT_TIME: Final = "the event's own"
DAY_TIME: Final = "12:00 UTC of the local day that the patient was last heard on"
RATING: Final = "0 to 10"
MOOD_POINTS: Final = "points of mood"

ALERT: Final = (
    Column("id", "string", "id", "the alert's"),
    Column("raised", "integer", "0 or 1", "1; 0 where it moved away from"),
    Column("open", "integer", "0 or 1", "somebody still has to do something"),
    Column("status", "string", "closed list", "where it stands in its life"),
    Column("severity", "string", "closed list", "info, warning, high or critical"),
    Column("level", "integer", "0 to 3", "the severity as a number"),
    Column("revised", "integer", "0 or 1", "a late report took the finding back"),
    Column("imported", "integer", "0 or 1", "from imported events: nobody was notified"),
    Column("outcome", "string", "closed list", "how it ended"),
    Column("answer_s", "float", "seconds", "until somebody first acknowledged or closed it"),
    Column("closed_s", "float", "seconds", "until it was closed"),
    Column("escalations", "integer", "times", "told to the next one for want of an answer"),
)
"""Alerts about patients and about groups say the same."""

MEASUREMENTS: Final = (
    Measurement(
        "mood",
        "patient",
        EVENT_TIME,
        "A check-in.",
        (PATIENT,),
        (
            Column("mood", "float", RATING, "how the patient feels, higher is better"),
            Column("sleep_hours", "float", "hours", "slept"),
            Column("binge", "integer", "times", "binges since the last check-in"),
            Column("purge", "integer", "times", "purges since then"),
            Column("restrict", "integer", "times", "meals restricted since then"),
        ),
        daily=("mood", "sleep_hours"),
    ),
    Measurement(
        "affects",
        "patient",
        EVENT_TIME,
        "Single feelings of a check-in.",
        (PATIENT,),
        (Column("affect_*", "float", RATING, "how strong the feeling of that name is"),),
        daily=("affect_*",),
    ),
    Measurement(
        "interaction",
        "patient",
        EVENT_TIME,
        "Something happened with a person.",
        (PATIENT, PERSON, Tag("kind", "what happened", usual=4, most=len(InteractionKind))),
        (
            Column("valence", "integer", "-3 to 3", "how pleasant it was"),
            Column("patterns", "string", "closed list", "communication patterns, with commas"),
        ),
    ),
    Measurement(
        "questionnaire",
        "patient",
        EVENT_TIME,
        "A questionnaire, by its total and band; no single answer.",
        (PATIENT, Tag("instrument", "which one", usual=2, most=len(INSTRUMENTS))),
        (
            Column("answered", "integer", "items", "answered"),
            Column("total", "float", "points", "the total; absent where too many items are"),
            Column("band", "string", "closed list", "the band of that total"),
            Column("imputed", "integer", "items", "filled in with the mean of the others"),
        ),
    ),
    Measurement(
        "life_event",
        "patient",
        EVENT_TIME,
        "Something changed in the patient's life.",
        (PATIENT, Tag("kind", "what changed", usual=2, most=len(LifeEventKind))),
        (Column("date", "string", "date", "the day it is about"),),
    ),
    Measurement(
        "closeness",
        "patient",
        EVENT_TIME,
        "How close a person is, whenever the inventory says so.",
        (PATIENT, PERSON),
        (Column("ring", "integer", "1 to 4", "1 is innermost"),),
    ),
    Measurement(
        "goal",
        "patient",
        EVENT_TIME,
        "A step in the life of a goal.",
        (PATIENT, Tag("goal", "its id", usual=3, most=MOST_ENTRIES)),
        (
            Column("what", "string", "closed list", "set, rated, met or dropped"),
            Column("rating", "float", RATING, "how far it is reached"),
        ),
    ),
    Measurement(
        "strategy",
        "patient",
        EVENT_TIME,
        "A step in the life of a strategy.",
        (PATIENT, Tag("strategy", "its id", usual=3, most=MOST_ENTRIES)),
        (
            Column("what", "string", "closed list", "set, rated or dropped"),
            Column("rating", "float", RATING, "how much it helps"),
        ),
    ),
    Measurement(
        "session",
        "patient",
        EVENT_TIME,
        "What became of a session; the newest point of a session stands.",
        (PATIENT, Tag("status", "what became of it", usual=3, most=len(SessionStatus))),
        (
            Column("session", "string", "id", "which one"),
            Column("on", "string", "date", "the day it was or is to be"),
            Column("number", "integer", "sessions", "its number in the episode"),
            Column("cohesion", "float", RATING, "how close the group felt"),
            Column("group", "string", "id", "the group it was held with"),
            Column("skills", "string", "closed list", "what was practised, with commas"),
        ),
    ),
    Measurement(
        "phase",
        "patient",
        EVENT_TIME,
        "A phase of therapy, as the clinic names its beginning.",
        (PATIENT, Tag("phase", "which one", usual=3, most=len(Phase))),
        (Column("starts_on", "string", "date", "its first day"),),
    ),
    Measurement(
        "late",
        "patient",
        EVENT_TIME,
        "Beside a point that came too late to be analysed.",
        (PATIENT, Tag("type", "the event's type", usual=1, most=len(EVENT_TYPES))),
        (Column("late", "boolean", "", "always true"),),
    ),
    Measurement(
        "standing",
        "patient",
        DAY_TIME,
        "How the patient stands, one point a day on which anything was heard.",
        (PATIENT,),
        (
            Column("id", "string", "id", "the patient again, for lists that ask for points"),
            Column("heard", "integer", "ms since 1970", "when anything was last heard"),
            Column("mood", "float", RATING, "mean of the newest seven days with a check-in"),
            Column("usual", "float", RATING, "the patient's own usual: the middle of the days before"),
            Column("usual_low", "float", RATING, "one day in ten of those was lower"),
            Column("usual_high", "float", RATING, "one day in ten was higher"),
            Column("change", "float", MOOD_POINTS, "mood minus usual"),
            Column("phase", "string", "closed list", "phase of therapy"),
            Column("arm", "string", "closed list", "treatment of the newest episode"),
            Column("focus", "string", "closed list", "what it treats"),
            Column("held", "integer", "sessions", "attended in the newest episode"),
            Column("missed", "integer", "sessions", "missed in it"),
            Column("planned", "integer", "sessions", "agreed for it"),
            Column("goals", "integer", "goals", "set in it"),
            Column("goals_met", "integer", "goals", "of these met"),
        ),
    ),
    Measurement(
        "link",
        "patient",
        DAY_TIME,
        "How mood moved along with one kind of event over the 6 hours after it: an association, no cause.",
        (
            PATIENT,
            # Of the three families of cells no more than so many each are told apart.
            Tag("person", "with whom; absent: with anyone", usual=8, most=CELLS_MAXIMUM, required=False),
            Tag("kind", "what happened", usual=3, most=3, required=False),
            Tag("pattern", "communication pattern", required=False),
        ),
        (
            Column("n", "integer", "events", "how many such events"),
            Column("effect", "float", MOOD_POINTS, "mean change over the 6 hours"),
            Column("low", "float", MOOD_POINTS, "lower end of its 95 % interval"),
            Column("high", "float", MOOD_POINTS, "upper end"),
            Column("peak", "float", MOOD_POINTS, "the whole change right after"),
            Column("shown", "boolean", "", "enough events, large enough, and let through by false-discovery control"),
        ),
    ),
    Measurement(
        "outcome",
        "patient",
        "12:00 UTC of the day the episode closed",
        "How a closed episode came out on one questionnaire, first total against last.",
        (
            PATIENT,
            Tag("arm", "treatment", most=len(Arm)),
            Tag("modality", "individual or group", most=len(Modality)),
            Tag("focus", "what it treats", most=len(DiagnosisFocus)),
            Tag("instrument", "which questionnaire", usual=2, most=len(INSTRUMENTS)),
        ),
        (
            Column("first", "float", "points", "first total"),
            Column("last", "float", "points", "last total"),
            Column("change", "float", "points", "last minus first; less is better"),
            Column("improved", "integer", "0 or 1", "reliably better, recovered ones too"),
            Column("recovered", "integer", "0 or 1", "from a case to none, reliably"),
            Column("deteriorated", "integer", "0 or 1", "reliably worse"),
            Column("case", "integer", "0 or 1", "began at or above caseness"),
            Column("held", "integer", "sessions", "attended"),
            Column("completed", "integer", "0 or 1", "ended as planned"),
        ),
    ),
    Measurement(
        "silence",
        "patient",
        "12:00 UTC of the local day",
        "Whether a local day that is over ended in unusual silence; the newest 15 days with each view.",
        (PATIENT,),
        (
            Column("silent", "integer", "0 or 1", "fewer signs than the patient's habit lets one expect"),
            Column("kind", "string", "closed list", "offline, unanswered, dropping_off; empty where not silent"),
        ),
    ),
    Measurement(
        "alert",
        "patient",
        "when it was raised",
        "An alert as it stands. One that moves to another moment leaves a point with `raised` 0 behind.",
        (PATIENT, Tag("rule", "which rule", usual=3, most=9)),
        ALERT,
    ),
    Measurement(
        "group_alert",
        "group",
        "when it was raised",
        "An alert about a therapy group, with the fields of `alert`.",
        (GROUP, Tag("rule", "which rule")),
        ALERT,
    ),
    Measurement(
        "team_alert",
        "team",
        "when it was raised",
        "An alert about a care team's rota, with the fields of `alert`.",
        (Tag("team", "the care team"), Tag("rule", "which rule", most=3)),
        ALERT,
    ),
    Measurement(
        "group_week",
        "group",
        "12:00 UTC of the week's Monday",
        "A week of a group, of four members or more.",
        (GROUP,),
        (
            Column("id", "string", "id", "the group again, for lists that ask for points"),
            Column("members", "integer", "members", "who reported"),
            Column("mood", "float", RATING, "mean of the members' means"),
        ),
    ),
    Measurement(
        "group_session",
        "group",
        "12:00 UTC of the session's day",
        "A session of a group, of four members or more; no figure that fewer stand behind.",
        (GROUP,),
        (
            Column("held", "integer", "members", "who were there"),
            Column("missed", "integer", "members", "who were not"),
            Column("cohesion", "float", RATING, "mean of how close the group felt"),
            Column("judged", "integer", "members", "of whom it can be told whether they worsened in the week after"),
            Column("worse", "integer", "members", "who did"),
        ),
    ),
    Measurement(
        "pipeline",
        "process",
        "when the process looked, every ten seconds",
        "The health of one process. Counts run since it started.",
        (Tag("process", "its name: the app, or the name it was given", usual=1, most=1),),
        (
            Column("records", "integer", "records", "taken up"),
            Column("batches", "integer", "batches", "finished"),
            Column("busy_s", "float", "seconds", "spent in batches"),
            Column("behind", "integer", "records", "not yet taken up"),
            Column("set_aside", "integer", "records", "that could not be used"),
            Column("missed", "integer", "times", "a block had to be fetched again"),
            Column("expired", "integer", "gaps", "that retention had emptied before they were read"),
            Column("points_written", "integer", "points", "that InfluxDB has taken"),
            Column("points_refused", "integer", "points", "that InfluxDB refused"),
            Column("sent", "integer", "messages", "that a channel took"),
            Column("send_failures", "integer", "attempts", "that a channel refused"),
            Column("pending", "integer", "messages", "in the ledger that no channel has taken yet"),
            Column("memory", "integer", "bytes", "resident"),
        ),
    ),
)

BY_NAME: Final = {measurement.name: measurement for measurement in MEASUREMENTS}
OF_EVENTS: Final = frozenset(measurement.name for measurement in MEASUREMENTS if measurement.time == EVENT_TIME)
"""What single events give, as in `rehearse`; how many of the others there are depends on when views were told."""
