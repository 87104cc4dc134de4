"""Answers with a picture, drawn beside the event loop. matplotlib is imported there, with the first picture."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from schemas.questionnaires import Instrument
from schemas.views import ScoreView
from streams.console.figures import MoodFigure
from streams.console.headers import PICTURE_POLICY
from streams.console.pictures.style import Style

Shown = TypeVar("Shown")


async def mood_picture(figure: MoodFigure, style: Style) -> Response:
    """Mood, interactions and alerts on one time axis."""
    return await _drawn(_mood, figure, style)


async def scores_picture(instrument: Instrument, scores: Sequence[ScoreView], style: Style) -> Response:
    """One questionnaire's totals (the oldest first) on its bands."""
    return await _drawn(_scores, (instrument, scores), style)


async def _drawn(draw: Callable[[Shown, Style], str], shown: Shown, style: Style) -> Response:
    content = await run_in_threadpool(draw, shown, style)
    return Response(content, media_type="image/svg+xml", headers={"Content-Security-Policy": PICTURE_POLICY})


def _mood(figure: MoodFigure, style: Style) -> str:
    from streams.console.pictures import mood, svg  # noqa: PLC0415 - takes a second, and no page needs it

    return svg.svg(mood.draw_mood, figure, style)


def _scores(shown: tuple[Instrument, Sequence[ScoreView]], style: Style) -> str:
    from streams.console.pictures import scores, svg  # noqa: PLC0415 - takes a second, and no page needs it

    return svg.svg(scores.draw_scores, shown, style)
