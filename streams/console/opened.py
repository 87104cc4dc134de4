"""Opens what a page is about: one patient, alert or group, if whoever is signed in may see it.

A page names `OfPatient`, `OfAlert` or `OfGroup` as the type of a parameter, and the address has `{patient}`,
`{alert_id}` or `{group}`. What somebody may not see is not there for them: the answer is the same as for what does not
exist. What each role sees: `reader` and docs/access.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NoReturn

from fastapi import Depends, HTTPException, Path, Request
from fastapi.concurrency import run_in_threadpool

from schemas.alerts import Alert
from schemas.groups import GroupView
from streams.console.access import NotAllowed, NotSignedIn, current_user, needs, reader
from streams.console.audited import deed_of, note, record
from streams.console.groups import group_shown
from streams.console.parts import parts_of
from streams.console.user import May, User


class BreakGlassFirst(Exception):
    """The patient is none of theirs, but an alert of that patient is: a reason opens them."""

    def __init__(self, patient: str) -> None:
        super().__init__("a reason is needed first")
        self.patient = patient


@dataclass(frozen=True, slots=True)
class OpenedPatient:
    """A patient, opened for whoever is signed in; `glass_until`: only since they broke the glass, and until then."""

    user: User
    patient: str
    glass_until: datetime | None

    @property
    def glass(self) -> bool:
        """Whether they broke the glass."""
        return self.glass_until is not None


@dataclass(frozen=True, slots=True)
class OpenedAlert:
    """An alert as it now stands, opened for whoever is signed in."""

    user: User
    alert: Alert


@dataclass(frozen=True, slots=True)
class OpenedGroup:
    """The part of a group that is for whoever is signed in."""

    user: User
    view: GroupView
    leads: bool


async def open_patient(request: Request, patient: Annotated[str, Path(max_length=64)]) -> OpenedPatient:
    """A dependency: the patient is on the caseload or in the team of whoever is signed in, or they broke the glass."""
    user = await current_user(request)
    if user is None:
        raise NotSignedIn
    if not user.may(May.SEE_PATIENTS) and not user.may(May.BREAK_GLASS):
        raise NotAllowed
    parts, looks = parts_of(request), reader(request, user)
    until = None
    if not parts.store.sees_patient(looks, patient):
        until = await run_in_threadpool(parts.sessions.glass_until, user.id, patient, parts.now())
        if until is None:
            await _refuse_patient(request, user, patient)
    team = parts.store.care_team_of(patient)
    await record(request, deed_of(request, user, patient=patient, care_team=team, glass=until is not None))
    request.state.glass_until = until
    return OpenedPatient(user, patient, until)


async def open_alert(request: Request, alert_id: Annotated[str, Path(max_length=64)]) -> OpenedAlert:
    """A dependency: the alert is one of theirs. It is written down, but never waits."""
    user = await needs(May.SEE_INBOX if request.method == "GET" else May.ACT)(request)
    store = parts_of(request).store
    alert = store.alert(alert_id)
    if alert is None:
        raise HTTPException(404)
    patient = None if alert.of_group or alert.of_team else alert.patient
    team = alert.care_team or store.care_team_of(alert.patient)
    seen = store.sees_alert(reader(request, user), alert_id)
    deed = deed_of(request, user, patient=patient, alert=alert_id, care_team=team, refused=not seen)
    await note(request, deed)
    if not seen:
        raise HTTPException(404)
    return OpenedAlert(user, alert)


async def open_group(request: Request, group: Annotated[str, Path(max_length=64)]) -> OpenedGroup:
    """A dependency: they lead the group, or one of its members of today is among their patients."""
    user = await needs(May.SEE_GROUPS)(request)
    looks, store = reader(request, user), parts_of(request).store
    if store.group(group) is None:
        raise HTTPException(404)
    leads, team = store.leads(looks, group), store.care_team_of_group(group)
    view = group_shown(parts_of(request), looks, group)
    if view is None:
        await note(request, deed_of(request, user, group=group, care_team=team, refused=True))
        raise HTTPException(404)
    await record(request, deed_of(request, user, group=group, care_team=team))
    return OpenedGroup(user, view, leads)


async def _refuse_patient(request: Request, user: User, patient: str) -> NoReturn:
    """Whoever may see an open alert of the patient is asked for a reason; for anybody else the patient is not there.

    A refusal is written down if it is about somebody we know: an address that somebody made up may hold a name.
    """
    store = parts_of(request).store
    if store.sees_open_alert_of(reader(request, user), patient):
        raise BreakGlassFirst(patient)
    if store.knows(patient):
        team = store.care_team_of(patient)
        await note(request, deed_of(request, user, patient=patient, care_team=team, refused=True))
    raise HTTPException(404)


OfPatient = Annotated[OpenedPatient, Depends(open_patient)]
OfAlert = Annotated[OpenedAlert, Depends(open_alert)]
OfGroup = Annotated[OpenedGroup, Depends(open_group)]
