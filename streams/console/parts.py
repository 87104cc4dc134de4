"""What every page works with, put together by `app.create_app` and found through the request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from fastapi import Request

from streams.adapters.accounts import Accounts
from streams.adapters.oidc import Provider
from streams.adapters.sessions import Sessions
from streams.adapters.trail import Trail
from streams.console.actions import Actions
from streams.console.audit_copy import AuditCopy
from streams.console.changes import Changes
from streams.console.feed import Feed
from streams.console.store import Store
from streams.core.alerts import Plan


@dataclass(frozen=True, slots=True)
class Parts:
    """One console's parts; `plan` is who is on duty where, as it now stands, and `now` its clock."""

    accounts: Accounts
    provider: Provider | None
    sessions: Sessions
    trail: Trail
    audit: AuditCopy
    store: Store
    feed: Feed
    changes: Changes
    actions: Actions
    plan: Callable[[], Plan]
    now: Callable[[], datetime]


def parts_of(request: Request) -> Parts:
    """The parts of the console that serves `request`."""
    return cast("Parts", request.app.state.parts)
