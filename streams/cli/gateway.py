"""`ipt-pulse gateway`: serve the gateway, until stopped."""

import gc
import logging
from typing import Annotated

import typer

from streams.cli.health import show_health
from streams.cli.serving import serve
from streams.gateway.app import build
from streams.gateway.health import trouble
from streams.settings import settings

SHUTDOWN_SECONDS = 10


def gateway(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: IPT_PULSE_GATEWAY_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Port; default: IPT_PULSE_GATEWAY_PORT.")] = None,
) -> None:
    """Take events from phones and back-ends over HTTP, and put them into Kafka."""
    # aiokafka tells every second that Kafka is gone, where the producer tells it once; and its debug lines hold events.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    app = build(settings())
    show_health("gateway", lambda: trouble(app.state.parts), settings())
    # What is there now stays; a rarer look at long lists of events is worth a third of the throughput.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    serve(
        app,
        host=host or settings().gateway_host,
        port=port or settings().gateway_port,
        goodbye_s=SHUTDOWN_SECONDS,
    )
