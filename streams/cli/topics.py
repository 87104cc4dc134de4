"""`ipt-pulse topics create | list`: make the topics that everything else reads and writes, and look at them."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from streams.adapters.admin import create_topics, describe_topics
from streams.settings import settings
from streams.topics import TOPICS

app = typer.Typer(help="Make or list the Kafka topics.", no_args_is_help=True, add_completion=False)

Bootstrap = Annotated[str | None, typer.Option("--kafka", help="Bootstrap servers; default: IPT_PULSE_KAFKA.")]


@app.command()
def create(
    kafka: Bootstrap = None,
    partitions: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Of every topic; default: IPT_PULSE_PARTITIONS.")
    ] = None,
) -> None:
    """Make the topics that are missing, and bring the settings of the others up to date."""
    made = create_topics(
        kafka or settings().kafka, partitions or settings().partitions, replication=settings().replication
    )
    typer.echo(f"{len(made)} made, {len(TOPICS) - len(made)} were there")


@app.command(name="list")
def list_topics(kafka: Bootstrap = None) -> None:
    """Show each topic, whether it is there, and what it carries."""
    there = describe_topics(kafka or settings().kafka)
    table = Table("topic", "partitions", "kept", "carries", box=None)
    for topic in TOPICS:
        found = there.get(topic.name)
        kept = "newest per key" if topic.retention_days is None else f"{topic.retention_days} days"
        table.add_row(topic.name, "missing" if found is None else str(found), kept, topic.carries)
    Console().print(table)
