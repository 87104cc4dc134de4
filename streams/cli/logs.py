"""How every process logs: key=value lines to stderr, never patient content. Configured once, by the root command.

Records of libraries that use `logging` come out in the same form.
"""

import logging
import sys
from collections.abc import Callable
from time import monotonic

import structlog

QUIET = {
    "httpx": logging.WARNING,  # tells of every request
    "httpcore": logging.WARNING,
    "asyncio": logging.WARNING,
    "aiokafka": logging.WARNING,
    "faust": logging.WARNING,  # these two tell of every start and stop of each of their parts
    "mode": logging.WARNING,
    "stamina": logging.ERROR,  # whoever retries says so in words of its own; the metrics count each attempt
    "kafka": logging.CRITICAL,  # kafka-python shouts while a broker starts; our own errors say what came of it
}


OURS = ("streams", "deploy", "schemas")
EVERY_S = 10.0
"""How often a library may say the same."""
REMEMBERED = 1_000


class SaidOnce(logging.Filter):
    """Lets a library say the same once in a while: a client whose broker is away would say it eighty times a second.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` is written; one that is tells how many like it were not."""
        if record.name.partition(".")[0] in OURS:
            return True
        about, now = (record.name, str(record.msg)), self._clock()
        at, unsaid = self._said.get(about, (now - EVERY_S, 0))
        if now - at < EVERY_S:
            self._said[about] = at, unsaid + 1
            return False
        if len(self._said) >= REMEMBERED:
            self._said.clear()
        self._said[about] = now, 0
        if unsaid:
            record.msg, record.args = f"{record.getMessage()} (and {unsaid} times since it was last said)", ()
        return True


def _without_arguments(_logger: object, _method: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """With `debug`, retries are logged with the arguments of the call, and these may be a patient's events."""
    entry.pop("args", None)
    entry.pop("kwargs", None)
    return entry


def configure_logs(*, debug: bool = False) -> None:
    """Send the logs of this process to stderr from level INFO (`debug`: DEBUG) upwards."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_arguments,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.LogfmtRenderer(
                    key_order=["timestamp", "level", "logger", "event"], bool_as_flag=False
                ),
            ],
        )
    )
    if not debug:
        handler.addFilter(SaidOnce())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(logging.DEBUG if debug else level)
