"""A made-up clinic as it comes through `alerts` and `patient.views`, and records of it."""

import random
from datetime import UTC, date, datetime, timedelta, timezone

from schemas.alerts import Alert, AlertEntry, AlertStatus, Severity
from schemas.episode_view import EpisodeView, GoalView, PhaseView, RatingView, SessionView, StrategyView, TriedView
from schemas.episode_view import GroupView as Membership
from schemas.groups import GroupSessionView, GroupView, MemberView, Span, WeekView
from schemas.questionnaires import INSTRUMENTS
from schemas.views import Cell, DayView, InteractionView, Link, MoodView, PatientView, PersonView, ScoreView
from schemas.vocabulary import Arm, DiagnosisFocus, Modality, Phase, ProblemArea, SessionStatus, Skill
from streams.adapters.local_copy import Record
from streams.console.reader import Reach, Reader
from streams.topics import ALERTS, GROUP_VIEWS, VIEWS

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
BERLIN = timezone(timedelta(hours=1))
PATIENT = "p-7Q2Mx4KdRw"
TEAM_LEAD = Reader("u-lead", "lee", Reach.TEAM, ("clinic",), "clinic", frozenset({"clinic"}), NOW)
"""Somebody who sees all there is of the one care team."""


def alert(number: int = 1, rule: str = "safety.item9", **fields: object) -> Alert:
    """An alert of `PATIENT`, raised 40 minutes ago."""
    usual: dict[str, object] = {
        "alert_id": f"{number:032x}",
        "patient": PATIENT,
        "rule": rule,
        "severity": Severity.CRITICAL,
        "raised_at": NOW - timedelta(minutes=40),
        "since": (NOW - timedelta(minutes=42)).astimezone(BERLIN),
        "evidence": {"instrument": "PHQ-9", "events": ["0192f0c1"], "received_at": "2026-11-23T15:20:00+00:00"},
        "policy_version": "routes-1",
        "status": AlertStatus.NOTIFIED,
        "version": 1,
        "history": (
            AlertEntry(at=NOW - timedelta(minutes=40), what="raised", who="ipt-pulse"),
            AlertEntry(at=NOW - timedelta(minutes=39), what="notified", who="webhook", to="on_call"),
        ),
    }
    return Alert(**{**usual, **fields})


def raised(at: datetime) -> tuple[AlertEntry, ...]:
    """The history of an alert that was raised then, and no more."""
    return (AlertEntry(at=at, what="raised", who="ipt-pulse"),)


def fallen_mood(number: int = 2, patient: str = PATIENT, now: datetime = NOW) -> Alert:
    """A deterioration of mood that began a good week ago."""
    began = now.date() - timedelta(days=9)
    known = datetime(now.year, now.month, now.day, 23, tzinfo=UTC) - timedelta(days=2)
    return alert(
        number,
        "deterioration.mood",
        patient=patient,
        severity=Severity.HIGH,
        raised_at=known,
        since=began,
        status=AlertStatus.RAISED,
        policy_version="detection-1",
        history=raised(known),
        evidence={
            "z": 3.418,
            "since": began.isoformat(),
            "until": (now.date() - timedelta(days=2)).isoformat(),
            "recent": {"n": 29, "mean": 3.217},
            "before": {"n": 402, "mean": 5.804},
        },
    )


def view(patient: str = PATIENT, now: datetime = NOW) -> PatientView:
    """Twelve weeks of a patient: steady, then lower; with days without reports, quarrels, and questionnaires."""
    chance = random.Random(11)  # noqa: S311 - a story, no secret
    moods, days = [], []
    for back in range(84, -1, -1):
        day = now.date() - timedelta(days=back)
        if back in (30, 31, 32, 33, 34, 57, 58, 69):
            continue
        level = 5.8 if back > 9 else 3.4 - 0.05 * (9 - back)
        level += chance.gauss(0, 0.55)
        hours = [9, 12, 15, 18, 21] if back else [9, 12]
        reports = [round(min(10, max(0, level + chance.gauss(0, 1.1)))) for _ in hours if chance.random() < 0.75]
        if reports:
            days.append(DayView(day=day, n=len(reports), mean=sum(reports) / len(reports)))
        if back < 14:
            moods += [
                MoodView(time=_at(day, hour, chance.randrange(50)), mood=float(mood))
                for hour, mood in zip(hours, reports, strict=False)
            ]
    return PatientView(
        patient=patient,
        last_heard=now.astimezone(BERLIN) - timedelta(hours=2, minutes=13),
        days=tuple(days),
        moods=tuple(moods),
        interactions=tuple(_interactions(now.date())),
        scores=tuple(_scores(now.date())),
        links=_links(patient),
    )


def person(name: str, **fields: object) -> PersonView:
    """Somebody in the inventory."""
    return PersonView(person=name, **{"in_inventory": True, "removed": False, **fields})


def session(name: str, status: SessionStatus, on: date, *, number: int | None = None) -> SessionView:
    """A session as it stands."""
    return SessionView(session=name, status=status, on=on, number=number, moved=0, group=None, cohesion=None, skills=())


def episode(*sessions: SessionView, **fields: object) -> EpisodeView:
    """An episode of care in its middle phase, with a goal and a strategy for it."""
    began, rated = date(2026, 9, 1), date(2026, 10, 1)
    usual: dict[str, object] = {
        "episode": "ep-1",
        "modality": Modality.INDIVIDUAL,
        "focus": DiagnosisFocus.DEPRESSION,
        "arm": Arm.IPT,
        "opened_on": began,
        "planned_sessions": 16,
        "problem_areas": (ProblemArea.ROLE_DISPUTE,),
        "maintenance": None,
        "closed_on": None,
        "outcome": None,
        "care_team": "north",
        "phases": (PhaseView(phase=Phase.MIDDLE, first=began, last=None, said=True),),
        "goals": (
            GoalView(
                goal="goal-speak",
                problem_area=ProblemArea.ROLE_DISPUTE,
                set_on=began,
                ratings=(RatingView(day=rated, rating=2), RatingView(day=date(2026, 11, 20), rating=6)),
                met_on=None,
                dropped_on=None,
            ),
        ),
        "strategies": (
            StrategyView(
                strategy="say-it",
                goal="goal-speak",
                replaces="silence",
                set_on=rated,
                ratings=(),
                dropped_on=None,
                tried=(TriedView(person="person-tom", times=2, helped=5.5),),
            ),
        ),
        "sessions": sessions,
        "held": sum(one.status is SessionStatus.HELD for one in sessions),
        "missed": 0,
        "moved": 0,
    }
    return EpisodeView(**{**usual, **fields})


GROUP = "g-monday"


def worse_group(number: int = 3, **fields: object) -> Alert:
    """An alert about a group."""
    evidence = {"group": GROUP, "session": "2026-11-16", "worse": 3, "members": 6, "judged": 5, "change": -1.25}
    usual = {"patient": GROUP, "severity": Severity.WARNING, "since": date(2026, 11, 16), "evidence": evidence}
    return alert(number, "group.deterioration", **usual | fields)


def group(size: int = 6) -> GroupView:
    """A group that met last week; what is shown of it follows from how many its members are."""
    session = GroupSessionView(
        on=date(2026, 11, 16), held=size, missed=0, cohesion=7.25, rated=size, skills={Skill.ROLE_PLAY: size},
        judged=size, worse=3,
    )  # fmt: skip
    members = tuple(
        MemberView(
            patient=f"{PATIENT}-{at}", spans=(Span(joined_on=date(2026, 9, 1), left_on=None),), held=1, missed=0,
            weeks=(), cohesion=(), skills={},
        )
        for at in range(size)
    )  # fmt: skip
    weeks = (WeekView(week=date(2026, 11, 9), members=size, mean=5.5),)
    return GroupView(group=GROUP, weeks=weeks, sessions=(session,), members=members)


def members(size: int = 6, leaders: tuple[str, ...] = ()) -> tuple[PatientView, ...]:
    """The members of `group(size)`, of whom little else is known."""
    joined = Membership(group=GROUP, joined_on=date(2026, 9, 1), left_on=None, leaders=leaders)
    return tuple(
        PatientView(
            patient=f"{PATIENT}-{at}", last_heard=None, days=(), moods=(), interactions=(), scores=(), links=(),
            groups=(joined,),
        )
        for at in range(size)
    )  # fmt: skip


def record(message: Alert | PatientView | GroupView, offset: int = 0, partition: int = 0) -> Record:
    """The record that carries a message."""
    key, topic = record_key(message)
    return Record(topic, partition, offset, key, message.model_dump_json().encode())


def record_key(message: Alert | PatientView | GroupView) -> tuple[bytes, str]:
    """Key and topic of a message."""
    if isinstance(message, Alert):
        return f"{message.patient}/{message.alert_id}".encode(), ALERTS
    if isinstance(message, GroupView):
        return message.group.encode(), GROUP_VIEWS
    return message.patient.encode(), VIEWS


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)


def _interactions(today: date) -> list[InteractionView]:
    told = [
        (12, 19, "anna", "support", 2),
        (10, 20, "tom", "conflict", -2),
        (9, 18, "tom", "conflict", -3),
        (8, 12, "anna", "conversation", 1),
        (7, 21, "tom", "avoidance", -1),
        (5, 19, "tom", "criticism", -2),
        (4, 13, "anna", "closeness", 3),
        (2, 20, "tom", "conflict", -3),
        (1, 17, "mother", "conversation", 0),
    ]
    return [
        InteractionView(time=_at(today - timedelta(days=back), hour), person=f"person-{who}", kind=kind, valence=felt)
        for back, hour, who, kind, felt in told
    ]


def _scores(today: date) -> list[ScoreView]:
    told = [
        (82, "PHQ-9", 11, False),
        (75, "GAD-7", 9, False),
        (54, "PHQ-9", 9, False),
        (47, "GAD-7", 8, True),
        (26, "PHQ-9", 10, True),
        (12, "PHQ-9", 15, False),
        (5, "GAD-7", 11, False),
        (1, "PHQ-9", 18, False),
    ]
    return [
        ScoreView(
            time=_at(today - timedelta(days=back), 20),
            instrument=instrument,
            total=float(total),
            band=INSTRUMENTS[instrument].band(total),
            imputed=imputed,
        )
        for back, instrument, total, imputed in told
    ]


def _links(patient: str) -> tuple[Link, ...]:
    told = [
        (Cell(person="person-tom", kind="conflict"), 11, -2.9, -1.6, -2.2, -1.0, True),
        (Cell(person="person-anna", kind="support"), 9, 1.6, 0.9, 0.3, 1.5, True),
        (Cell(kind="criticism"), 6, -1.1, -0.6, -1.5, 0.3, False),
        (Cell(pattern="assumed_understood"), 3, -0.8, -0.4, -1.9, 1.1, False),
    ]
    return tuple(
        Link(patient=patient, cell=cell, n=n, peak=peak, effect=effect, low=low, high=high, shown=shown)
        for cell, n, peak, effect, low, high, shown in told
    )
