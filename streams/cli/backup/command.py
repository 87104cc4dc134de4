"""`ipt-pulse backup` and `ipt-pulse restore`: everything that cannot be made again, out and back in."""

from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from streams.adapters.admin import describe_topics
from streams.adapters.influx_admin import Admin, admin_of
from streams.cli.backup.folder import Folder, NewFolder
from streams.cli.backup.home import POLICY_OF_BACKUP, bring_home, keep_home, require_room
from streams.cli.backup.manifest import VERSION, Manifest
from streams.cli.backup.points import bring_points, keep_points
from streams.cli.backup.topics import bring_topics, keep_topics, note_positions, require_unused
from streams.errors import Misconfigured
from streams.settings import Settings, settings
from streams.topics import EVENTS

Where = Annotated[Path, typer.Argument(metavar="FOLDER", help="Of this one backup.")]
WithoutPoints = Annotated[bool, typer.Option("--without-points", help="Leave InfluxDB out.")]


def backup(
    folder: Where,
    *,
    recipient: Annotated[
        list[str] | None, typer.Option(help="Seal it for this public key of age (age1…); may be given again.")
    ] = None,
    without_points: WithoutPoints = False,
) -> None:
    """Write keys, accounts, policy, topics and points into an empty folder, while everything goes on working.

    The last line, alone on stdout, is the sum that `restore --expect` takes.
    """
    chosen = settings()
    admin = _admin(chosen, without_points=without_points)
    partitions = describe_topics(chosen.kafka).get(EVENTS)
    if partitions is None:
        raise Misconfigured(f"Kafka at {chosen.kafka} has no topic {EVENTS}: there is nothing to back up")
    to = NewFolder(folder, tuple(recipient or ()))
    positions = note_positions(chosen.kafka)
    _tell(f"{keep_home(chosen.home, _policy(chosen), to)} files of {chosen.home}, and the policy")
    extents = keep_topics(chosen.kafka, to, _tell)
    buckets = {} if admin is None else keep_points(admin, chosen, to, _tell)
    manifest = Manifest(
        version=VERSION,
        made_at=datetime.now(UTC),
        software=version("ipt-pulse"),
        sealed=to.sealed,
        partitions=partitions,
        extents=extents,
        positions=positions,
        buckets=buckets,
    )
    summed = to.finish(manifest)
    _tell(f"whole, in {folder}; its sum, to be noted down elsewhere:")
    typer.echo(summed)
    if not to.sealed:
        _tell("It is not sealed, and holds the keys of all notes: guard it as those are guarded, or use --recipient.")


def restore(
    folder: Where,
    *,
    identity: Annotated[Path | None, typer.Option(help="File with the key of age that opens a sealed one.")] = None,
    expect: Annotated[str | None, typer.Option(help="The sum that `backup` told: nothing was changed since.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only read all of it, and tell whether it is whole.")] = False,
    without_points: WithoutPoints = False,
) -> None:
    """Bring a backup back, into an empty home, Kafka and InfluxDB, before any worker, gateway or console is started."""
    found = Folder(folder, identity=identity, expected=expect)
    entries = found.manifest.entries
    for _ in track(found.check(), "checking", total=len(entries), console=Console(stderr=True), transient=True):
        pass
    _tell(f"whole: {len(entries)} files, made {found.manifest.made_at:%Y-%m-%d %H:%M} UTC by {found.manifest.software}")
    if check:
        return
    chosen = settings()
    if found.manifest.partitions != chosen.partitions:
        raise Misconfigured(
            f"the backup is of {found.manifest.partitions} partitions: set IPT_PULSE_PARTITIONS to that"
        )
    admin = _admin(chosen, without_points=without_points or not found.manifest.buckets)
    require_room(chosen.home, found)
    require_unused(chosen.kafka)
    bring_topics(chosen.kafka, found, _tell, replication=chosen.replication)
    if admin is not None:
        bring_points(admin, chosen, found, _tell)
    _tell(f"{bring_home(found, chosen.home)} files are in {chosen.home}; the policy is in {POLICY_OF_BACKUP} there")
    _tell("All is back. Now `ipt-pulse influx setup` if there is an InfluxDB, the workers, then gateway and console.")


def _admin(chosen: Settings, *, without_points: bool) -> Admin | None:
    if without_points:
        return None
    if chosen.influx_url is None:
        raise Misconfigured("no InfluxDB is named: set IPT_PULSE_INFLUX_URL, or leave it out by --without-points")
    token = chosen.influx_admin_token.get_secret_value() or chosen.influx_token.get_secret_value()
    return admin_of(str(chosen.influx_url), token, chosen.influx_org)


def _policy(chosen: Settings) -> Path:
    return chosen.policy or Path(str(files("deploy") / "policy"))


def _tell(line: str) -> None:
    typer.echo(line, err=True)
