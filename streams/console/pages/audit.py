"""The audit: who looked at whom, and who did what.

A lead sees that of the own care teams; an operator sees it without patients, alerts and reasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, Field

from schemas.audit import AuditEntry, Deed
from streams.adapters.accounts import Role
from streams.console.access import Audit
from streams.console.audit_copy import KEPT, LISTED, Sought
from streams.console.parts import Parts, parts_of
from streams.console.render import page

router = APIRouter(prefix="/audit")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: who, by name where the account is still there, and what was typed as a reason where it is for them."""

    entry: AuditEntry
    who: str
    words: str | None


class Asked(BaseModel):
    """What the page can be asked for; `who` is a name, `before` the moment to go on from."""

    who: Annotated[str, Field(max_length=64)] = ""
    patient: Annotated[str, Field(max_length=64)] = ""
    deed: Deed | Literal["any"] = "any"
    before: AwareDatetime | None = None
    pictures: bool = False


@router.get("")
async def audit_page(request: Request, user: Audit, asked: Annotated[Asked, Query()]) -> Response:
    """The newest entries first."""
    parts, whole = parts_of(request), user.role is Role.LEAD
    names = {one.id: one.name for one in await run_in_threadpool(parts.accounts.all)}
    ids = {name: known_as for known_as, name in names.items()}
    sought = Sought(
        who=ids.get(asked.who, asked.who) or None,
        patient=(asked.patient or None) if whole else None,
        deed=None if asked.deed == "any" else asked.deed,
        before=asked.before,
        pictures=asked.pictures,
    )
    found = parts.audit.entries(sought, user.teams if whole else None, parts.now())
    lines = [await run_in_threadpool(_line, parts, entry, names, whole=whole) for entry in found]
    older = asked.model_copy(update={"before": found[-1].at}) if len(found) == LISTED else None
    return page(
        request,
        "audit.html",
        user=user,
        lines=lines,
        names=sorted(ids),
        asked=asked,
        deeds=Deed,
        whole=whole,
        kept=KEPT,
        older=older and urlencode(older.model_dump(mode="json", exclude_defaults=True)),
    )


def _line(parts: Parts, entry: AuditEntry, names: Mapping[str, str], *, whole: bool) -> Line:
    who = names.get(entry.who or "", entry.who or "nobody")
    if whole:
        return Line(entry, who, parts.trail.chain.words(entry.words) if entry.words else None)
    hidden = {"patient": None, "alert": None, "group": None, "reason": None}
    return Line(entry.model_copy(update=hidden), who, None)
