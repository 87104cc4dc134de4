"""What machines and operators ask: is it alive, is it ready, how does it fare. Nothing here is clinical."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.adapters.follower import FeedState
from streams.console.access import System
from streams.console.parts import parts_of
from streams.console.render import page
from streams.metrics import CONSOLE_CURRENT

router = APIRouter()


@router.get("/healthz")
async def healthz() -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """200 when the pages show what Kafka holds; 503 with the reason otherwise, although they can be read then too."""
    status = parts_of(request).feed.status
    ready = status.state is FeedState.CURRENT
    since = status.current_at and status.current_at.isoformat()
    told = {"ready": ready, "reason": parts_of(request).feed.trouble(), "feed": status.state, "current_at": since}
    return JSONResponse(told, status_code=200 if ready else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus. Whether the pages are current is asked now: a feed that is held up cannot say so itself."""
    CONSOLE_CURRENT.set(parts_of(request).feed.status.state is FeedState.CURRENT)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/system")
async def system(request: Request, user: System) -> Response:
    """How the console fares, for operators."""
    return page(request, "system.html", user=user, offsets=parts_of(request).store.offsets())
