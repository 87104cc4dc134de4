"""What a stack that runs well still lacks before anybody can rely on it: a pager, and someone who can sign in.

`up`, `status` and `doctor` say so.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import psutil

from deploy.local.errors import StackError
from deploy.local.keeper import Supervisor
from deploy.local.paths import HOME_VARIABLE, home_dir
from streams.adapters.accounts import local_accounts
from streams.settings import Settings

PAGER = "IPT_PULSE_PAGER_URL"
SET_A_PAGER = f"Set {PAGER} and IPT_PULSE_PAGER_SECRET, and start the stack again."
NO_PAGER = "none: item 9 and crisis reach the console's inbox only"


def notices(home: Path) -> list[str]:
    """One sentence for each thing that is lacking in the stack of `home`."""
    found = []
    if not has_pager(home):
        found.append(f"Pager: {NO_PAGER}. {SET_A_PAGER}")
    if not local_accounts(Settings(home=home)).all():
        where = "" if home == home_dir() else f"{HOME_VARIABLE}={home} "
        found.append(
            f"Nobody can sign in to the console yet: `{where}ipt-pulse account add NAME --role therapist --generate`"
        )
    return found


def has_pager(home: Path) -> bool:
    """Whether the alerting worker of this stack knows one; while it is not up, whether it would when started now."""
    return bool(_environment(home).get(PAGER))


def _environment(home: Path) -> Mapping[str, str]:
    try:
        alerting = Supervisor(home).processes().get("alerting")
        if alerting and alerting.pid:
            return psutil.Process(alerting.pid).environ()
    except (StackError, psutil.Error):
        pass
    return os.environ
