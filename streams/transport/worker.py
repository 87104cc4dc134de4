"""Runs an app as the process's main thing, until a signal or a failure ends it. `ipt-pulse worker` calls it."""

import gc
from typing import NoReturn

import faust
import uvloop

from streams.transport.app import BatchApp

GC_THRESHOLDS = (100_000, 20, 20)
"""Batches make long lists of small objects that live briefly; Python's default looks through them far too often."""


class _Worker(faust.Worker):  # type: ignore[misc]
    """Faust's worker without what belongs to whoever starts the process: logging and the terminal."""

    def __init__(self, app: BatchApp) -> None:
        super().__init__(app, quiet=True, override_logging=False)
        self.spinner = None

    async def on_startup_finished(self) -> None:
        """Everything that is loaded stays loaded: the collector need not look at it again."""
        await super().on_startup_finished()
        gc.collect()
        gc.freeze()


def run(app: BatchApp) -> NoReturn:
    """Join the group and work until SIGTERM or SIGINT: then finish, commit, leave, and exit with 0.

    Logging is the caller's: nothing here configures it.

    Raises:
        SystemExit: always; not 0 after a failure.
    """
    uvloop.install()
    gc.set_threshold(*GC_THRESHOLDS)
    _Worker(app).execute_from_commandline()
    raise SystemExit(0)
