"""`ipt-pulse influx setup | check | erase`: buckets, tokens and daily means of an InfluxDB, and patients out of it."""

from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from streams.adapters.care_teams import read_care_teams
from streams.adapters.influx_admin import Admin, admin_of
from streams.adapters.influx_admin.erasure import left_of
from streams.adapters.influx_admin.server import Server
from streams.adapters.influx_tokens import keep_token, known_token, reader_file, writer_file
from streams.adapters.places import OPERATIONS, bucket_of, places
from streams.errors import Misconfigured
from streams.settings import Settings, settings

app = typer.Typer(help="Set InfluxDB up, check it, or erase a patient.", no_args_is_help=True, add_completion=False)

MANY_SERIES: Final = 800_000
"""InfluxDB 1.8 refuses new series from a million on, as it ships; long before that somebody should know."""


@app.command()
def setup(
    keep_days: Annotated[
        int, typer.Option(min=0, help="After so many days single points go, daily means stay; 0: they stay too.")
    ] = 0,
) -> None:
    """Make what is missing: a bucket, daily means and a read token for each care team, and a token to write with.

    It can be run again at any time, and has to be after an import of what is older than a fortnight: then daily means
    are taken of that too.
    """
    chosen = settings()
    admin = _admin(chosen)
    buckets = _buckets(chosen)
    for place, bucket in buckets.items():
        admin.ensure_bucket(bucket, keep_days=keep_days)
        if place != OPERATIONS:
            admin.ensure_daily(bucket)
        file = reader_file(chosen.keys, bucket)
        keep_token(file, admin.reader(bucket, known_token(file)))
        typer.echo(f"{bucket}: ready; its read token is in {file}")
    file = writer_file(chosen.keys)
    keep_token(file, admin.writer(tuple(buckets.values()), known_token(file)))
    typer.echo(
        f"the token to write with is in {file}: `worker timeseries` finds it, unless IPT_PULSE_INFLUX_TOKEN is set"
    )


@app.command()
def check() -> None:
    """Tell what each bucket holds and what is wrong; exit code 1 if anything is."""
    chosen = settings()
    admin = _admin(chosen)
    table = Table("bucket", "points kept", "daily means", "series", "wrong", box=None)
    buckets, there = _buckets(chosen), admin.buckets()
    anybody, faults = admin.open_to_all(), 0
    for place, bucket in buckets.items():
        if bucket not in there:
            table.add_row(bucket, "", "", "", "is missing: run `ipt-pulse influx setup`")
            faults += 1
            continue
        series, daily = admin.series(bucket), admin.has_daily(bucket)
        wrong = [] if anybody else _faults(admin, chosen, bucket)
        if not daily and place != OPERATIONS:
            wrong.append("no daily means are taken")
        if series > MANY_SERIES:
            wrong.append(f"more than {MANY_SERIES:,} series")
        faults += len(wrong)
        kept = f"{there[bucket]} days" if there[bucket] else "for ever"
        table.add_row(bucket, kept, "yes" if daily else "no", f"{series:,}", "; ".join(wrong))
    Console().print(table)
    if anybody:
        typer.echo("anybody may read this InfluxDB: set auth-enabled in its configuration", err=True)
        faults += len(buckets) > 1
    if faults:
        raise typer.Exit(1)


@app.command()
def erase(patient: Annotated[str, typer.Argument(help="The patient's id.")]) -> None:
    """Delete a patient's points and daily means from every bucket, and look whether any are left."""
    chosen = settings()
    admin = _admin(chosen)
    left = 0
    for bucket in set(_buckets(chosen).values()) & admin.buckets().keys():
        admin.erase(bucket, patient)
        left += left_of(admin.server, bucket, patient)
    if left:
        raise Misconfigured(f"{left} points of the patient are still there")
    typer.echo("nothing of the patient is left in InfluxDB")


def _faults(admin: Admin, chosen: Settings, bucket: str) -> list[str]:
    """What is wrong with the read token of a bucket, found out by using it."""
    token = known_token(reader_file(chosen.keys, bucket))
    if token is None:
        return ["its read token is not kept here"]
    reader = Server(admin.server.url, token)
    try:
        opened = {row["name"] for row in reader.influxql("SHOW DATABASES")}
    except Misconfigured:
        opened = set()
    finally:
        reader.close()
    found = [] if bucket in opened else ["its read token does not open it"]
    return found + [f"its read token opens {other}" for other in sorted(opened - {bucket})]


def _admin(chosen: Settings) -> Admin:
    if chosen.influx_url is None:
        raise Misconfigured("no InfluxDB is named: set IPT_PULSE_INFLUX_URL")
    token = chosen.influx_admin_token.get_secret_value() or chosen.influx_token.get_secret_value()
    return admin_of(str(chosen.influx_url), token, chosen.influx_org)


def _buckets(chosen: Settings) -> dict[str, str]:
    """Place to bucket."""
    teams = read_care_teams(chosen.policy).ids
    return {place: bucket_of(chosen.influx_bucket, place) for place in places(teams)}
