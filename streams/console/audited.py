"""Writes down who looks and who acts, before the answer is given.

A page about a patient is refused when its entry cannot be written. What the inbox and alerts need is not: an entry that
Kafka cannot have yet waits on disk, since nobody may be kept from an alert by our own bookkeeping (docs/decisions.md).
"""

from fastapi import Request

from schemas.audit import AuditDeed, Deed
from streams.console.parts import parts_of
from streams.console.user import User
from streams.errors import Unavailable


class NotRecorded(Exception):
    """The audit could not be written, so the page is not given."""


def deed_of(
    request: Request,
    user: User,
    *,
    patient: str | None = None,
    alert: str | None = None,
    group: str | None = None,
    care_team: str | None = None,
    glass: bool = False,
    refused: bool = False,
) -> AuditDeed:
    """What `request` is: a look, or, as a form, an act; of the page by the shape of its address."""
    did = Deed.LOOKED if request.method == "GET" else Deed.ACTED
    about = patient or alert or group
    rota = parts_of(request).plan().teams
    whose = care_team if care_team and care_team in rota.teams else rota.default
    return AuditDeed(
        at=parts_of(request).now(),
        who=user.id,
        role=user.role.value,
        deed=Deed.REFUSED if refused else did,
        page=request.scope["route"].path,
        patient=patient,
        alert=alert,
        group=group,
        care_teams=(whose,) if about else user.teams,
        glass=glass,
    )


async def record(request: Request, deed: AuditDeed) -> None:
    """Write `deed`.

    Raises:
        NotRecorded: Kafka does not have it, so nothing may be shown.
    """
    try:
        await parts_of(request).trail.record(deed)
    except Unavailable as error:
        raise NotRecorded from error


async def note(request: Request, deed: AuditDeed) -> None:
    """Write `deed`, at once or later; nobody waits."""
    await parts_of(request).trail.note(deed)
