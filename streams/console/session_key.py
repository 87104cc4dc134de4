"""The key that session cookies are signed with: made once for an installation, readable by its user alone."""

import os
import secrets
from pathlib import Path


def session_key(keys: Path) -> str:
    """Read the key from the folder `keys`; make it at the first start. Deleting it signs everybody out."""
    file = keys / "console-session.key"
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii")
    key = secrets.token_urlsafe(48)
    with os.fdopen(made, "w", encoding="ascii") as new:
        new.write(key)
    return key
