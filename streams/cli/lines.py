"""A file of CloudEvents as its lines. Read by `rehearse` and `export`."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path


@contextmanager
def event_lines(file: Path) -> Iterator[BufferedReader]:
    """The lines of `file`, a pipe too; without the mark that some programs put in front of UTF-8."""
    with file.open("rb") as lines:
        if lines.peek(len(BOM_UTF8)).startswith(BOM_UTF8):
            lines.read(len(BOM_UTF8))
        yield lines
