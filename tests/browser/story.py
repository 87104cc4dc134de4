"""One patient of whom every page has something to show, and what else the pages need."""

from datetime import datetime, timedelta

from schemas.alerts import Alert, Severity
from schemas.brief_view import Brief
from schemas.episode_view import GroupView as Belongs
from schemas.groups import GroupView
from schemas.review_view import Formulation, Review
from schemas.views import LifeEventView, PatientView
from schemas.vocabulary import Contact, DisputeStage, LifeEventKind, Phase, SessionStatus
from tests.console.samples import BERLIN, GROUP, alert, episode, fallen_mood, group, person, raised, session, view
from tests.golden_brief import golden


def patient(name: str, now: datetime) -> PatientView:
    """Everything that a view can hold."""
    today = now.date()
    people = (
        person("person-anna", relation="sibling", ring=1, confided_in=True, contact=Contact.SAFE, hours_together=6.0),
        person("person-tom", relation="partner", ring=2, stage=DisputeStage.IMPASSE, violence=True),
        person("person-mother", relation="mother", ring=3, contact=Contact.NEVER, change_wanted=True),
        person("person-new", in_inventory=False),
    )
    sessions = (
        session("s-1", SessionStatus.HELD, today - timedelta(days=10), number=1),
        session("s-2", SessionStatus.PLANNED, today + timedelta(days=4)),
    )
    return view(name, now).model_copy(
        update={
            "brief": Brief.model_validate_json(golden("brief.json")),
            "formulation": Formulation.model_validate_json(golden("formulation.json")),
            "review": Review.model_validate_json(golden("review.json")),
            "people": people,
            "episodes": (episode(*sessions, care_team=None),),
            "phase": Phase.MIDDLE,
            "groups": (Belongs(group=GROUP, joined_on=today - timedelta(days=30), left_on=None),),
            "life_events": (LifeEventView(told=now, kind=LifeEventKind.MOVE, date=today - timedelta(days=5)),),
        }
    )


def closed(name: str, now: datetime) -> PatientView:
    """A patient whose episode of care is over."""
    over = episode(opened_on=now.date() - timedelta(days=84), closed_on=now.date(), held=12, care_team=None)
    return view(name, now).model_copy(update={"episodes": (over,)})


def several_alerts(name: str, now: datetime, first: int) -> tuple[Alert, ...]:
    """Five that are open of one patient, one of them about violence and one about silence."""
    began = {"raised_at": now - timedelta(hours=2), "since": (now - timedelta(hours=3)).astimezone(BERLIN)}
    common = {"patient": name, "history": raised(now - timedelta(hours=2)), **began}
    violence = {"what": "violence", "person": "person-tom", "safe_contact_first": True, "hidden_from_patient": True}
    return (
        alert(first, **common),
        fallen_mood(first + 1, name, now),
        alert(first + 2, "deterioration.reliable", **common | {"severity": Severity.HIGH}),
        alert(first + 3, "relationship.worsening", **common | {"severity": Severity.HIGH, "evidence": violence}),
        alert(first + 4, "silence", **common | {"severity": Severity.WARNING, "evidence": {"kind": "unanswered"}}),
    )


def monday_group() -> GroupView:
    """Large enough that everybody sees something of it."""
    return group(6)
