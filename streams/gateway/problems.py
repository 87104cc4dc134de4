"""Every refusal as a problem document (RFC 9457), made from the errors that the stages raise."""

from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from streams.errors import PulseError, Unavailable
from streams.metrics import GATEWAY_UNAVAILABLE

RETRY_SECONDS = 2
"""When to try again after Kafka or a file could not be reached; the gateway looks for Kafka once a second."""


class Problem(PulseError):
    """A request that is refused: the status, what is wrong, and members beyond those of RFC 9457."""

    def __init__(
        self, status: HTTPStatus, detail: str, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.members = members


def unavailable(**members: Any) -> Problem:
    """The sender should keep its events and come back."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Nothing is lost: keep the events and send them again.",
        headers={"Retry-After": str(RETRY_SECONDS)},
        **members,
    )


def problem_response(problem: Problem) -> Response:
    """`problem` as HTTP."""
    content = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        **problem.members,
    }
    return Response(orjson.dumps(content), problem.status, problem.headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Let `app` answer every error with a problem document."""

    @app.exception_handler(Problem)
    async def refused(_request: Request, error: Problem) -> Response:
        return problem_response(error)

    @app.exception_handler(Unavailable)
    async def later(_request: Request, _error: Unavailable) -> Response:
        GATEWAY_UNAVAILABLE.inc()
        return problem_response(unavailable())

    @app.exception_handler(HTTPException)
    async def unrouted(_request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        return problem_response(Problem(HTTPStatus(error.status_code), error.detail, headers=headers))
