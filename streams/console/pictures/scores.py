"""The picture of one questionnaire: its totals over time, on its bands."""

from collections.abc import Sequence
from datetime import timedelta

from matplotlib.figure import Figure

from schemas.questionnaires import Instrument
from schemas.views import ScoreView
from streams.console.pictures.style import Style
from streams.console.pictures.svg import calm, drawing
from streams.console.times import short_day
from streams.console.words import plain


def draw_scores(shown: tuple[Instrument, Sequence[ScoreView]], style: Style) -> Figure:
    """Draw the totals, the oldest first; a total with imputed items is an open ring."""
    instrument, scores = shown
    colours = style.colours
    width, height = (320, 220) if style.on_phone else (500, 240)
    drawn = drawing(width, height)
    axes = drawn.subplots()
    drawn.subplots_adjust(
        left=28 / width, right=1 - (114 if style.on_phone else 132) / width, top=1 - 10 / height, bottom=28 / height
    )
    calm(axes, style)
    starts = [band.from_total for band in instrument.bands]
    ends = [*starts[1:], instrument.total_maximum]
    for number, (band, start, end) in enumerate(zip(instrument.bands, starts, ends, strict=True)):
        axes.axhspan(start, end, color=colours.band if number % 2 else colours.gap, linewidth=0, zorder=0.5)
        axes.text(1.02, (start + end) / 2, plain(band.name), transform=axes.get_yaxis_transform(), va="center",
                  color=colours.faint, fontsize=style.font_size)  # fmt: skip
    begin = scores[0].time
    days = [(score.time - begin) / timedelta(days=1) for score in scores]
    axes.plot(days, [score.total for score in scores], color=colours.mood, linewidth=2, zorder=2)
    for score, at in zip(scores, days, strict=True):
        fill = colours.page if score.imputed else colours.mood
        axes.plot(at, score.total, marker="o", markersize=7, color=fill, mec=colours.mood, mew=2, zorder=3)
    axes.set_ylim(0, instrument.total_maximum)
    axes.set_yticks([*starts, instrument.total_maximum])
    edge = max(1.0, days[-1] * 0.06)
    axes.set_xlim(-edge, days[-1] + edge)
    labelled = {0: begin, days[-1]: scores[-1].time}
    axes.set_xticks(list(labelled), [short_day(at.date()) for at in labelled.values()])
    return drawn
