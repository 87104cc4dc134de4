"""Files that a command is asked to write: refused before the work is done, not after it.

Used by `rehearse`, `simulate` and `import`.
"""

import os
from pathlib import Path

from streams.errors import Misconfigured


def require_writable(*files: Path | None) -> None:
    """Make sure that each of the files can be written; None stands for one that is not asked for.

    Raises:
        Misconfigured: one cannot; the message names it and says why.
    """
    for file in files:
        if file and (reason := _obstacle(file)):
            raise Misconfigured(f"cannot write {file}: {reason}")


def _obstacle(file: Path) -> str:
    if file.is_dir():
        return "it is a folder"
    if file.exists():
        return "" if os.access(file, os.W_OK) else "it may not be changed"
    if not file.parent.is_dir():
        return f"there is no folder {file.parent}"
    return "" if os.access(file.parent, os.W_OK | os.X_OK) else f"nothing may be added to {file.parent}"
