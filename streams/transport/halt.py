"""The emergency exit: leave at once, finish nothing, commit nothing. A supervisor starts the process again."""

import logging
import os
import traceback
from collections.abc import Callable
from typing import NoReturn

EXIT_CODE = 70
"""EX_SOFTWARE: what a worker exits with when it must not go on."""

Halt = Callable[[str], NoReturn]
"""Ends the process; the reason goes to the log. Tests pass one that raises."""


def halt(reason: str) -> NoReturn:
    """Exit without any clean-up: a clean-up could still commit, or write what is no longer ours to write."""
    logging.getLogger(__name__).critical("exit: %s", reason)
    logging.shutdown()
    os._exit(EXIT_CODE)


def where(error: BaseException) -> str:
    """What kind of error, and where it was raised. Not its message: that may quote an event."""
    kind = type(error).__name__
    if error.__cause__ is not None:
        kind += f" from {type(error.__cause__).__name__}"
    return f"{kind}\n" + "".join(traceback.format_tb(error.__traceback__))
