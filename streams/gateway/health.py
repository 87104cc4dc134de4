"""What monitoring asks: whether the process lives, whether it can do its work, and its counts."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.gateway.parts import Parts, parts_of
from streams.gateway.problems import unavailable

router = APIRouter()


def trouble(parts: Parts) -> str | None:
    """What keeps the gateway from taking events; None for nothing."""
    if not parts.producer.reachable:
        return "Kafka does not answer, or has no topic for events"
    return None if parts.producer.confirms else "Kafka answers, and does not confirm what is sent"


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(request: Request) -> dict[str, str]:
    """Kafka answered within the last seconds, has the topic, and confirmed what was sent of late."""
    if (reason := trouble(parts_of(request))) is not None:
        raise unavailable(reason=reason)
    return {"status": "ready"}


@router.get("/metrics", response_class=Response)
async def metrics() -> Response:
    """Prometheus counts; none names a patient."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
