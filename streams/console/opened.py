"""Opens what a page is about: one patient, alert or group, if whoever is signed in may see it.

A page names `OfPatient`, `OfAlert` or `OfGroup` as the type of a parameter, and the address has `{patient}`,
`{alert_id}` or `{group}`. What somebody may not see is not there for them: the answer is the same as for what does not
exist. What each role sees: `reader` and docs/access.md.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Path, Request
from fastapi.concurrency import run_in_threadpool

from schemas.alerts import Alert
from schemas.groups import GroupView
from streams.console.access import Actor, Groups, Inbox, May, NotAllowed, NotSignedIn, User, current_user, reader
from streams.console.groups import group_shown
from streams.console.parts import parts_of


class BreakGlassFirst(Exception):
    """The patient is none of theirs, but an alert of that patient is: a reason opens them."""

    def __init__(self, patient: str) -> None:
        super().__init__("a reason is needed first")
        self.patient = patient


@dataclass(frozen=True, slots=True)
class OpenedPatient:
    """A patient, opened for whoever is signed in; `glass`: because they broke the glass."""

    user: User
    patient: str
    glass: bool


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
    if parts.store.sees_patient(looks, patient):
        return OpenedPatient(user, patient, glass=False)
    if await run_in_threadpool(parts.sessions.glass_until, user.id, patient, parts.now()) is not None:
        return OpenedPatient(user, patient, glass=True)
    if parts.store.sees_open_alert_of(looks, patient):
        raise BreakGlassFirst(patient)
    raise HTTPException(404)


async def open_alert(request: Request, user: Inbox, alert_id: Annotated[str, Path(max_length=64)]) -> OpenedAlert:
    """A dependency: the alert is one of theirs."""
    return OpenedAlert(user, _alert(request, user, alert_id))


async def open_to_act(request: Request, user: Actor, alert_id: Annotated[str, Path(max_length=64)]) -> OpenedAlert:
    """A dependency of what changes an alert."""
    return OpenedAlert(user, _alert(request, user, alert_id))


def _alert(request: Request, user: User, alert_id: str) -> Alert:
    store = parts_of(request).store
    alert = store.alert(alert_id) if store.sees_alert(reader(request, user), alert_id) else None
    if alert is None:
        raise HTTPException(404)
    return alert


async def open_group(request: Request, user: Groups, group: Annotated[str, Path(max_length=64)]) -> OpenedGroup:
    """A dependency: they lead the group, or one of its members of today is among their patients."""
    looks, store = reader(request, user), parts_of(request).store
    leads = store.leads(looks, group)
    if not leads and not store.sees_member(looks, group):
        raise HTTPException(404)
    view = group_shown(parts_of(request), looks, group)
    if view is None:
        raise HTTPException(404)
    return OpenedGroup(user, view, leads)


OfPatient = Annotated[OpenedPatient, Depends(open_patient)]
OfAlert = Annotated[OpenedAlert, Depends(open_alert)]
ToAct = Annotated[OpenedAlert, Depends(open_to_act)]
OfGroup = Annotated[OpenedGroup, Depends(open_group)]
