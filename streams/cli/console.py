"""`ipt-pulse console`: the pages for therapists and on-call clinicians, served by uvicorn until it is stopped."""

from streams.cli.health import show_health
from streams.cli.serving import serve
from streams.console.app import create_app
from streams.settings import settings

GOODBYE_S = 3
"""How long open requests, such as live updates, may go on after SIGTERM."""


def console() -> None:
    """Serve the console where IPT_PULSE_CONSOLE_HOST and IPT_PULSE_CONSOLE_PORT say."""
    config = settings()
    app = create_app(config)
    show_health("console", app.state.parts.feed.trouble, config)
    serve(app, host=config.console_host, port=config.console_port, goodbye_s=GOODBYE_S)
