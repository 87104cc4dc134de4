"""What `ipt-pulse bench` runs its measurements against: servers of its own, gone afterwards."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import yaml

from deploy.demo.pager import Page, Pager
from deploy.local.kafka import KafkaBroker
from deploy.local.layout import Layout
from deploy.local.pipeline import up
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.probe import answers
from deploy.local.process import Server
from deploy.local.progress import Report
from deploy.local.stack import down
from streams.adapters.accounts import Role, generated_password, local_accounts
from streams.adapters.tokens import IMPORT, Tokens
from streams.adapters.tokens_devices import Devices
from streams.settings import Settings

TOKEN_LIFETIME = timedelta(hours=12)


@contextmanager
def own_folder() -> Iterator[Path]:
    """An empty folder."""
    with tempfile.TemporaryDirectory(prefix="ipt-pulse-bench-") as name:
        yield Path(name)


@contextmanager
def own_broker() -> Iterator[tuple[KafkaBroker, Path]]:
    """A broker, and an empty folder."""
    with own_folder() as folder, KafkaBroker(folder / "kafka") as broker:
        yield broker, folder


@contextmanager
def own_stack(report: Report) -> Iterator[tuple[Layout, dict[str, float]]]:
    """The whole local stack without a database, and when its pager first heard of each alert, by the alert's id.

    Whom the policy sends an alert to reads it on the pager here, so that both kinds can be timed at one place.
    """
    paged: dict[str, float] = {}

    def heard(page: Page) -> None:
        paged.setdefault(page.link.rpartition("/")[2], perf_counter())

    with own_folder() as folder, Pager(heard) as pager:
        told = {
            "IPT_PULSE_PAGER_URL": pager.url,
            "IPT_PULSE_PAGER_SECRET": pager.secret,
            "IPT_PULSE_POLICY": str(_policy_that_pages_therapists(folder / "policy")),
        }
        with _environment(told):
            layout = up(folder / "home", influxdb=False, fresh=True, report=report)
            try:
                yield layout, paged
            finally:
                down(layout.home)


@contextmanager
def _environment(told: Mapping[str, str]) -> Iterator[None]:
    """These variables for what is started meanwhile, and afterwards those that were there before."""
    before = dict(os.environ)
    os.environ |= told
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


def _policy_that_pages_therapists(folder: Path) -> Path:
    shutil.copytree(Path(__file__).parent / "policy", folder)
    routes = yaml.safe_load((folder / "routes.yaml").read_text(encoding="utf-8"))
    routes["channels"]["therapist"] = ["webhook"]
    for ladder in routes["ladders"].values():
        ladder["in_working_hours"] = False
    (folder / "routes.yaml").write_text(yaml.safe_dump(routes), encoding="utf-8")
    return folder


def operator_tokens(home: Path, count: int) -> list[str]:
    """Tokens that may send anybody's events to a gateway over that home."""
    settings, now = Settings(home=home), datetime.now(UTC)
    devices, tokens = Devices(settings.home), Tokens(settings.keys)
    grants = [devices.new_operator(f"bench-{number}", IMPORT, now + TOKEN_LIFETIME) for number in range(count)]
    devices.close()
    return [tokens.issue(grant, now) for grant in grants]


def clinician_on_call(home: Path) -> tuple[str, str]:
    """Name and password of an account at the console over that home."""
    name, password = "bench", generated_password()
    local_accounts(Settings(home=home)).add(name, Role.ON_CALL, password)
    return name, password


class GatewayServer(Server):
    """A gateway over an empty home."""

    name = "gateway"

    def __init__(self, home: Path, kafka: str) -> None:
        super().__init__(output=home / "gateway.log")
        self._home, self._kafka = home, kafka
        self._port = free_ports(1)[0]
        self.url = f"http://{LOOPBACK}:{self._port}"

    def command(self) -> Sequence[str]:
        """The command `ipt-pulse gateway`."""
        return [sys.executable, "-P", "-m", "deploy.cli", "gateway"]

    def environment(self) -> Mapping[str, str]:
        """Its settings."""
        return os.environ | {
            "IPT_PULSE_HOME": str(self._home),
            "IPT_PULSE_KAFKA": self._kafka,
            "IPT_PULSE_GATEWAY_HOST": LOOPBACK,
            "IPT_PULSE_GATEWAY_PORT": str(self._port),
        }

    def is_ready(self) -> bool:
        """Whether it takes events."""
        return answers(f"{self.url}/readyz")
