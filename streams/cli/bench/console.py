"""How long the console takes for each of its pages, with a clinic of any size in its store.

Called by `ipt-pulse bench console`. Pages are asked of the real app one after the other, without a socket; each
time about another patient, so that no page is fast because it was made a moment ago. Each look goes into the audit's
chain on disk, and from there nowhere: what Kafka takes to confirm it is not in the figures.
"""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from httpx import ASGITransport, AsyncClient

from streams.adapters.accounts import Accounts, Role
from streams.adapters.producer import Record
from streams.adapters.trail import Chain, Trail
from streams.cli.bench.console_clinic import Pattern, patterns, records
from streams.cli.bench.figures import milliseconds, percentile
from streams.console.app import create_app
from streams.console.parts import Parts
from streams.settings import Settings

PATTERNS: Final = 60
"""Patients that are simulated; the others are like one of them."""
AT_ONCE: Final = 200
"""Records that are taken up together, as the feed does."""
PASSWORD: Final = "of nobody, and nowhere else"  # noqa: S105 - of an account that is gone with its folder
PICTURE: Final = "theme=light&size=desk"

PAGES: Final[Mapping[str, str]] = {
    "inbox": "/inbox",
    "inbox, its list": "/inbox/list",
    "alert": "/alerts/{alert}",
    "alert, picture": f"/alerts/{{alert}}/mood.svg?{PICTURE}",
    "patients": "/patients",
    "patients, last page": "/patients?page=1000000",
    "patient": "/patients/{patient}",
    "patient, picture": f"/patients/{{patient}}/mood.svg?{PICTURE}",
    "questionnaire, picture": f"/patients/{{scored}}/scores/PHQ-9.svg?{PICTURE}",
    "brief": "/patients/{patient}/brief",
    "reviews": "/patients/{treated}/reviews",
    "outcomes": "/outcomes",
    "outcomes, told apart": "/outcomes?by=focus&by=modality&by=arm",
    "rota": "/rota",
}


class _Nowhere:
    """Where each look would be sent to: it takes everything, at once."""

    async def start(self) -> None:
        """Nothing to connect to."""

    async def send(self, records: list[Record]) -> None:
        """Take them."""

    async def stop(self) -> None:
        """Nothing to end."""


def measure_console(
    folder: Path, *, patients: int, rounds: int, now: datetime, say: Callable[[str], None]
) -> dict[str, Any]:
    """Fill a store with `patients`, and ask for every page `rounds` times after two to warm up.

    Returns:
        What the command prints as its last line: by page the p50, p99 and longest time (ms), the CPU time (ms, p50; on
        a crowded machine the others say more of the crowd), and its size (kB).
    """
    config = Settings(home=folder, kafka="127.0.0.1:1")
    accounts = Accounts(folder / "accounts.sqlite")
    accounts.add("bench", Role.LEAD, PASSWORD)
    app = create_app(config, accounts=accounts)
    app.state.parts = replace(app.state.parts, trail=Trail(Chain(folder / "looks.sqlite"), _Nowhere()))
    parts: Parts = app.state.parts
    say(f"{PATTERNS} patients are simulated")
    known = patterns(now, patients=PATTERNS)
    took_up = _fill(parts, known, patients, now)
    size = (folder / "console" / "store.sqlite").stat().st_size
    say(f"{patients:,} patients taken up: {took_up:.0f} s, {size / 1e6:,.0f} MB")
    addresses = _addresses(known, patients, parts)
    transport = ASGITransport(app)
    try:
        figures = asyncio.run(_ask(transport, addresses, rounds))
    finally:
        parts.store.close()
        parts.audit.close()
    return {"patients": patients, "rounds": rounds, "taken_up_s": round(took_up, 1), "pages": figures}


def _fill(parts: Parts, known: list[Pattern], patients: int, now: datetime) -> float:
    begun = time.perf_counter()
    parts.store.start_over("bench", now)
    waiting = records(known, patients)
    while some := list(islice(waiting, AT_ONCE)):
        parts.store.apply(some, now)
    return time.perf_counter() - begun


def _addresses(known: list[Pattern], patients: int, parts: Parts) -> dict[str, list[str]]:
    """What stands for each name in an address, in turns."""
    ids = [f"p-{number:06}" for number in range(patients)]
    of = {one: known[number % len(known)].view for number, one in enumerate(ids)}
    alerts = [alert.alert_id for one in ids[: len(known)] for alert in parts.store.open_alerts_of(one)]
    return {
        "alert": alerts,
        "patient": ids,
        "scored": [one for one in ids if any(score.instrument == "PHQ-9" for score in of[one].scores)],
        "treated": [one for one in ids if of[one].review is not None],
    }


async def _ask(
    transport: ASGITransport, stands_for: Mapping[str, list[str]], rounds: int
) -> dict[str, dict[str, float]]:
    async with AsyncClient(transport=transport, base_url="http://console") as client:
        form = (await client.get("/sign-in")).text
        token = re.search(r'name="csrf" value="([^"]+)"', form)
        await client.post("/sign-in", data={"csrf": token[1] if token else "", "name": "bench", "password": PASSWORD})
        return {name: await _timed(client, address, stands_for, rounds) for name, address in PAGES.items()}


async def _timed(
    client: AsyncClient, address: str, stands_for: Mapping[str, list[str]], rounds: int
) -> dict[str, float]:
    taken, worked, size = [], [], 0
    for number in range(rounds + 2):
        asked = address.format(**{name: ids[number * 37 % len(ids)] for name, ids in stands_for.items()})
        begun, worked_before = time.perf_counter(), time.process_time()
        answer = await client.get(asked)
        taken.append(time.perf_counter() - begun)
        worked.append(time.process_time() - worked_before)
        answer.raise_for_status()
        size = max(size, len(answer.content))
    times = taken[2:]
    return {
        "p50_ms": milliseconds(percentile(times, 50)),
        "p99_ms": milliseconds(percentile(times, 99)),
        "longest_ms": milliseconds(max(times)),
        "cpu_ms": milliseconds(percentile(worked[2:], 50)),
        "kB": round(size / 1000, 1),
    }
