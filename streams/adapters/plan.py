"""Reads the clinic's plan of who is told what, and when: `routes.yaml`, `rota.yaml` and `silences.yaml`.

Every fault of all three is told at once. A running worker looks at the files now and then, since a rota changes by the
day; while what they say is faulty, it goes by what they said before.
"""

import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar

import structlog
import yaml
from pydantic import ValidationError

from streams.adapters.channels import CHANNELS
from streams.core.alerts import Plan, Routes, Silences, read_routes, read_silences
from streams.core.duty import Teams, read_teams
from streams.errors import Misconfigured

log = structlog.get_logger(__name__)

ROUTES, ROTA, SILENCES = "routes.yaml", "rota.yaml", "silences.yaml"
LOOK_EVERY_S: Final = 10.0

Read = TypeVar("Read", Routes, Teams, Silences)


def load_plan(folder: Path | None = None) -> Plan:
    """The plan in `folder`, or the one that ships.

    Raises:
        Misconfigured: something cannot be read, is missing or is wrong; the message has a line for each fault.
    """
    faults: list[str] = []
    routes = _read(folder, ROUTES, read_routes, faults)
    teams = _read(folder, ROTA, read_teams, faults)
    silences = _read(folder, SILENCES, read_silences, faults)
    if routes is not None:
        faults += (f"{ROUTES}: {fault}" for fault in _unknown_channels(routes))
    if teams is not None and silences is not None:
        faults += (f"{SILENCES}: {fault}" for fault in _unknown_teams(silences, teams))
    if faults or routes is None or teams is None or silences is None:
        raise Misconfigured("\n".join(faults))
    return Plan(routes, teams, silences)


class LivePlan:
    """The plan as it stands; call it for each piece of work."""

    def __init__(self, folder: Path | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._stamps = self._look()
        self._plan = load_plan(folder)
        self._looked = clock()

    def __call__(self) -> Plan:
        """The plan, read anew if its files have changed."""
        if self._clock() - self._looked >= LOOK_EVERY_S:
            self._looked = self._clock()
            stamps = self._look()
            if stamps != self._stamps:
                self._stamps = stamps
                self._read_anew()
        return self._plan

    def _read_anew(self) -> None:
        try:
            self._plan = load_plan(self._folder)
        except Misconfigured as error:
            log.error("the plan is faulty: what it said before counts", faults=str(error).splitlines())  # noqa: TRY400
        else:
            log.info("the plan was read anew", version=self._plan.routes.version, rota=self._plan.teams.version)

    def _look(self) -> list[tuple[int, int] | None]:
        """When each file was written, and its size; the ones that ship do not change."""
        if self._folder is None:
            return []
        return [_stamp(self._folder / name) for name in (ROUTES, ROTA, SILENCES)]


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(folder: Path | None, name: str, read: Callable[[str], Read], faults: list[str]) -> Read | None:
    try:
        return read(((folder or files("deploy") / "policy") / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        faults.append(f"{name}: cannot be read: {error}")
    except ValidationError as error:
        faults += (f"{name}: {'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}" for one in error.errors())
    return None


def _unknown_channels(routes: Routes) -> Iterator[str]:
    for recipient, channels in routes.channels.items():
        for name in channels:
            if name not in CHANNELS:
                yield f"channels.{recipient}: no such channel: {name}; known are {', '.join(CHANNELS)}"


def _unknown_teams(silences: Silences, teams: Teams) -> Iterator[str]:
    for number, silence in enumerate(silences.silences):
        for name in silence.teams:
            if name not in teams.teams:
                yield f"silences.{number}.teams: no such team: {name}; known are {', '.join(teams.teams)}"
