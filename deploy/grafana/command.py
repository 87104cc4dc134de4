"""`ipt-pulse grafana sync`: organisations, data sources, dashboards, alert rules and users of a Grafana."""

from enum import StrEnum
from typing import Annotated

import typer

from deploy.grafana.api import LIBRARIES, Grafana
from deploy.grafana.sync import Source, Sync
from deploy.grafana.wanted import organisations
from streams.adapters.care_teams import read_care_teams
from streams.adapters.influx_tokens import known_token, reader_file
from streams.adapters.places import bucket_of
from streams.errors import Misconfigured
from streams.settings import Settings, settings

app = typer.Typer(help="Bring a Grafana to what it ought to hold.", no_args_is_help=True, add_completion=False)
app.callback()(lambda: None)  # keeps `sync` a command of its own while it is the only one

Name = StrEnum("Name", tuple(LIBRARIES))  # type: ignore[misc]  # the choices are the keys
DEFAULT = next(iter(Name))


@app.command()
def sync(
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Make it so; otherwise only tell what would change.")] = False,
    library: Annotated[Name, typer.Option(help="What speaks to Grafana.")] = DEFAULT,
) -> None:
    """Tell what differs from the care teams and dashboards that are known here, and with --apply change it.

    Needs IPT_PULSE_GRAFANA_URL and the password of a server administrator (IPT_PULSE_GRAFANA_PASSWORD), and the read
    tokens that `influx setup` keeps.
    """
    chosen = settings()
    if chosen.grafana_url is None:
        raise Misconfigured("no Grafana is named: set IPT_PULSE_GRAFANA_URL")
    secret = chosen.grafana_password.get_secret_value()
    opened = LIBRARIES[library](str(chosen.grafana_url), chosen.grafana_user, secret)
    syncing = Sync(Grafana(opened), account=chosen.grafana_user, console=str(chosen.console_url))
    count = 0
    for wanted in organisations(read_care_teams(chosen.policy)):
        for change in syncing.changes(wanted, _source(chosen, bucket_of(chosen.influx_bucket, wanted.place))):
            typer.echo(str(change))
            count += 1
            if apply:
                change.apply()
    if not count:
        typer.echo("nothing to change")
    elif not apply:
        typer.echo(f"{count} to change: run it with --apply")


def _source(chosen: Settings, bucket: str) -> Source:
    token = known_token(reader_file(chosen.keys, bucket))
    if token is None:
        raise Misconfigured(f"the read token of bucket {bucket} is not kept here: run `ipt-pulse influx setup` first")
    if chosen.influx_url is None:
        raise Misconfigured("no InfluxDB is named: set IPT_PULSE_INFLUX_URL")
    return Source(str(chosen.grafana_influx_url or chosen.influx_url).rstrip("/"), bucket, token)
