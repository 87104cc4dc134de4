"""`ipt-pulse audit`: the auditor as a process of its own, until a signal ends it."""

import asyncio
import signal

from streams.audit.auditor import Auditor
from streams.cli.health import show_health
from streams.settings import settings


def audit() -> None:
    """Hold what Kafka accepted against what analysis has dealt with; ends with 0 after SIGTERM or Ctrl-C."""
    chosen = settings()
    auditor = Auditor(chosen.kafka)
    show_health("auditor", auditor.trouble, chosen)
    asyncio.run(_until_signalled(auditor))


async def _until_signalled(auditor: Auditor) -> None:
    running = asyncio.create_task(auditor.run())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    await asyncio.wait([running])
    if not running.cancelled():
        running.result()
