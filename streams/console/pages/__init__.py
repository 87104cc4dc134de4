"""The pages, one file each. A new page is a file and a line in `ROUTERS`."""

from fastapi import APIRouter

from streams.console.pages import (
    alert,
    audit,
    break_glass,
    brief,
    group,
    inbox,
    operations,
    outcomes,
    patient,
    phone,
    rota,
    sign_in,
)

ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router,
    inbox.router,
    alert.router,
    patient.router,
    brief.router,
    phone.router,
    break_glass.router,
    group.router,
    outcomes.router,
    rota.router,
    audit.router,
    operations.router,
)
