"""`ipt-pulse refit`: population values from all patients that analysis knows, as a new version for the workers.

It reads what analysis keeps of each patient from its changelog, so nothing has to be gathered for it, and an erased
patient is in no later fit. With `--nightly` it stays and does so every night, under the supervisor of the stack.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import structlog
import typer
from rich.console import Console
from rich.table import Table

from schemas.population import MoodValues, Population
from streams.adapters.changelog import newest_records, send_to_each_partition
from streams.adapters.policy import read_policy
from streams.agents.keys import is_patient, record
from streams.cli.health import show_health
from streams.cli.outputs import require_writable
from streams.core.policy import MoodPolicy
from streams.errors import Misconfigured, Unavailable
from streams.settings import settings
from streams.topics import POPULATION, STATE_OF_ANALYSIS

if TYPE_CHECKING:
    from streams.core.refit import Heard

log = structlog.get_logger(__name__)

TOPIC_KEY = b"population"
RETRY_S = 300.0
"""Until a night's refit is tried again when Kafka did not answer."""


def refit(
    *,
    nightly: Annotated[
        str | None, typer.Option(metavar="HH:MM", help="Stay, and do it every day at this local time.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Fit and show, but publish nothing.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the fit to this file too, as JSON.")] = None,
) -> None:
    """Fit population values over all patients and hand them to the workers; the last line is one JSON object."""
    require_writable(out)
    if nightly is None:
        once(publish=not dry_run, out=out)
        return
    hour, minute = _time_of_day(nightly)
    show_health("refit", lambda: None, settings())
    every_night(hour, minute, lambda: once(publish=not dry_run, out=out))


def once(*, publish: bool, out: Path | None) -> Population:
    """Fit, show, and publish."""
    from streams.core.refit import refit as fit  # noqa: PLC0415 - its libraries are large, and a night watch waits

    chosen = settings()
    policy = read_policy(chosen.policy and chosen.policy / "detection.yaml")
    now = datetime.now(UTC)
    found = fit(_heard(chosen.kafka), policy.mood, version=f"{now:%Y%m%dT%H%M%S}", fitted_at=now)
    value = found.model_dump_json().encode()
    _show(found, policy.mood)
    if out:
        out.write_bytes(value + b"\n")
    copies = send_to_each_partition(chosen.kafka, POPULATION, TOPIC_KEY, value) if publish else 0
    summary = {"version": found.version, "patients": found.patients, "links": len(found.links), "published": copies}
    typer.echo(orjson.dumps(summary).decode())
    return found


def every_night(
    hour: int,
    minute: int,
    work: Callable[[], object],
    *,
    now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Do `work` each day at that local time, for ever; while Kafka does not answer, again after some minutes."""
    while True:
        evening = now()
        sleep((next_run(evening, hour, minute) - evening).total_seconds())
        while True:
            try:
                work()
            except Unavailable as error:
                log.warning("the refit waits", reason=str(error))
                sleep(RETRY_S)
            else:
                break


def next_run(now: datetime, hour: int, minute: int) -> datetime:
    """The next time after `now` that the local clock shows `hour`:`minute`."""
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def _time_of_day(text: str) -> tuple[int, int]:
    try:
        moment = datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - a time of day, on the local clock
    except ValueError as error:
        raise Misconfigured(f"{text!r} is no time of day such as 03:00") from error
    return moment.hour, moment.minute


def _heard(kafka: str) -> Iterator["Heard"]:
    from streams.core.refit import hear  # noqa: PLC0415 - as above

    for newest in newest_records(kafka, STATE_OF_ANALYSIS):
        for key in newest:
            if is_patient(key):
                yield hear(key.decode(), record(key, newest.get).state)


def _show(found: Population, policy: MoodPolicy) -> None:
    table = Table("value", "policy", "refitted", box=None)
    for name, field in MoodValues.model_fields.items():
        value = f"{getattr(found.mood, name):.2f}" if found.mood else "as in the policy: too few patients"
        table.add_row(str(field.description).split(",")[0].rstrip("."), f"{getattr(policy, name):.2f}", value)
    for link in found.links:
        table.add_row(f"{link.family} {link.kind}", "0.00 ± 1.20", f"{link.mean:+.2f} ± {link.spread:.2f}")
    Console(width=110).print(table)
