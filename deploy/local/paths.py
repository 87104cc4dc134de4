"""Where the local stack keeps its files: downloads that any checkout may share, and the state of one stack.

Everything under deploy.local asks here, so that nothing is ever written into the checkout.
"""

import os
import shutil
import stat
from pathlib import Path

from platformdirs import user_cache_path, user_state_path

from deploy.local.errors import StackError

APP = "ipt-pulse"
HOME_VARIABLE = "IPT_PULSE_HOME"


def cache_dir() -> Path:
    """Downloads and builds that can be made again; shared by all checkouts and homes of this user."""
    return user_cache_path(APP, appauthor=False)


def home_dir(chosen: Path | None = None) -> Path:
    """State of one stack: `chosen`, else $IPT_PULSE_HOME, else the user's state folder. Absolute."""
    if chosen is None and (named := os.environ.get(HOME_VARIABLE)):
        chosen = Path(named)
    return (chosen or user_state_path(APP, appauthor=False)).expanduser().absolute()


def demo_home() -> Path:
    """The demo's stack lies beside the user's own one: wiping either leaves the other alone."""
    home = home_dir()
    return home.with_name(f"{home.name}-demo")


def make_private(home: Path) -> None:
    """Make `home` a folder that only its owner may look into, whether or not it was there; parents made on the way too.

    Raises:
        StackError: it is a folder for everyone, such as /tmp, which must not be closed.
    """
    for folder in reversed((home, *home.parents)):
        folder.mkdir(mode=0o700, exist_ok=True)
    if home.stat().st_mode & stat.S_ISVTX:
        raise StackError(f"{home} is a folder for everyone.", hint="Name one of its own with --home DIR.")
    home.chmod(0o700)


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk that holds `folder`, which need not exist yet."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def require_space(folder: Path, needed: int) -> None:
    """Make sure that `needed` bytes fit, before something is half written.

    Raises:
        StackError: the disk of `folder` has less room.
    """
    free = free_bytes(folder)
    if free < needed:
        raise StackError(
            f"The disk of {folder} has {free // 1_000_000} MB free; {needed // 1_000_000} MB are needed.",
            hint=f"Make room, or choose another disk: --home DIR (or {HOME_VARIABLE}) for the stack's state, "
            "XDG_CACHE_HOME for downloads.",
        )
