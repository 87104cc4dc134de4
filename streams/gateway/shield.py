"""The outermost layer: a fault of ours becomes a 500 that says nothing, and a log line without what was sent."""

from http import HTTPStatus
from traceback import extract_tb

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.gateway.problems import Problem, problem_response

log = structlog.get_logger()


class Shield:
    """Catches what nobody else did. The message of an exception may quote an event, so only its place is logged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer in its place if it fails before anything was said."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception as error:
            if scope["type"] != "http":
                raise
            place = extract_tb(error.__traceback__)[-1]
            log.error(  # noqa: TRY400 - with the traceback comes the message
                "request failed", error=type(error).__name__, file=place.filename, line=place.lineno
            )
            if not begun:
                problem = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "A fault of ours; it was noted.")
                await problem_response(problem)(scope, receive, send)
