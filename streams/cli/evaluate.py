"""`ipt-pulse evaluate …`: how well the methods do on patients whose truth is known."""

import typer

from streams.cli.detection.command import evaluate_detection
from streams.cli.detection.refitted import evaluate_refit
from streams.cli.detection.signs import evaluate_signs
from streams.cli.evaluate_links import evaluate_links
from streams.cli.evaluate_silence import evaluate_silence

app = typer.Typer(help="Measure the methods on simulated patients.", no_args_is_help=True, add_completion=False)
app.command("detection")(evaluate_detection)
app.command("links")(evaluate_links)
app.command("silence")(evaluate_silence)
app.command("refit")(evaluate_refit)
app.command("signs")(evaluate_signs)


@app.callback()
def evaluate() -> None:
    """Measure the methods on simulated patients whose truth is known."""
