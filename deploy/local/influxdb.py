"""A real InfluxDB on loopback: 2.7, or 1.8, which speaks the same write API and has no accounts here.

`ipt-pulse up` runs `command()` under its supervisor and calls `onboard`; tests use `InfluxDB`, which owns the process.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path

import httpx

from deploy.local.errors import StackError
from deploy.local.influxd import INFLUXDB_1, Release, ensure
from deploy.local.paths import require_space
from deploy.local.ports import LOOPBACK, free_ports, require_free
from deploy.local.probe import answers
from deploy.local.process import Server

ORG = "ipt-pulse"
BUCKET = "ipt-pulse"
USER = "operator"
DATA_BYTES = 300_000_000
REQUEST_TIMEOUT_S = 10.0

CONFIG_1 = """\
reporting-disabled = true
bind-address = "{host}:{backup_port}"
[meta]
dir = "{data}/meta"
[data]
dir = "{data}/data"
wal-dir = "{data}/wal"
query-log-enabled = false
[http]
bind-address = "{host}:{port}"
log-enabled = false
flux-enabled = true
[monitor]
store-enabled = false
[logging]
level = "warn"
"""


def prepare(data_dir: Path, release: Release, *, port: int) -> None:
    """Make the data folder, and for 1.8, which takes no flags for it, the configuration."""
    require_space(data_dir, DATA_BYTES)
    data_dir.mkdir(parents=True, exist_ok=True)
    if release == INFLUXDB_1:
        backup_port = free_ports(1)[0]
        config = CONFIG_1.format(host=LOOPBACK, port=port, backup_port=backup_port, data=data_dir)
        _config(data_dir).write_text(config)


def command(influxd: Path, data_dir: Path, release: Release, *, port: int) -> list[str]:
    """The command that runs the server prepared in `data_dir` in the foreground; SIGTERM stops it cleanly."""
    if release == INFLUXDB_1:
        return [str(influxd), "run", "-config", str(_config(data_dir))]
    return [
        str(influxd),
        f"--bolt-path={data_dir / 'influxd.bolt'}",
        f"--engine-path={data_dir / 'engine'}",
        f"--http-bind-address={LOOPBACK}:{port}",
        "--reporting-disabled",
        "--log-level=error",
    ]


def is_ready(url: str) -> bool:
    """Whether the server answers requests."""
    return answers(f"{url}/ping")


def kept_token(data_dir: Path) -> str:
    """The operator's token of this data folder: made once, readable by its owner alone."""
    path = data_dir / "token"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()


def onboard(url: str, release: Release, *, token: str, org: str = ORG, bucket: str = BUCKET) -> None:
    """Make organisation, bucket and token (2.7) or the database of that name (1.8), unless they are there.

    Raises:
        StackError: the server refused.
    """
    with httpx.Client(base_url=url, timeout=REQUEST_TIMEOUT_S, trust_env=False) as client:
        if release == INFLUXDB_1:
            answer = client.post("/query", params={"q": f'CREATE DATABASE "{bucket}"'})
        elif client.get("/api/v2/setup").json()["allowed"]:
            answer = client.post("/api/v2/setup", json=_first_account(token, org, bucket))
        else:
            answer = client.get("/api/v2/buckets", headers={"Authorization": f"Token {token}"})
    if answer.is_error:
        raise StackError(
            f"InfluxDB at {url} refused to be set up: HTTP {answer.status_code}.",
            hint="Its data belongs to another token. Start again with an empty folder (`ipt-pulse up --fresh`).",
        )


def _first_account(token: str, org: str, bucket: str) -> Mapping[str, object]:
    password = secrets.token_urlsafe(24)  # nobody signs in: the token is enough
    account = {"username": USER, "password": password, "org": org, "bucket": bucket, "token": token}
    return {**account, "retentionPeriodSeconds": 0}  # keep for ever


def _config(data_dir: Path) -> Path:
    return data_dir / "influxdb.conf"


class InfluxDB(Server):
    """An InfluxDB with its data in `data_dir`, on `port` or on a free one that it keeps for its whole life.

    Clients need `url`, `token`, `org` and `bucket`. As a context manager it is started on entry and stopped on
    exit; `kill`, `pause`, `resume` and `restart` are for tests of what happens then.
    """

    def __init__(self, data_dir: Path, release: Release, *, port: int | None = None) -> None:
        super().__init__(output=data_dir / "console.log")
        self.name = f"InfluxDB {release.version}"
        self.release = release
        self.data_dir = data_dir
        self.port = port or free_ports(1)[0]
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.org = ORG
        self.bucket = BUCKET
        self.token = kept_token(data_dir)
        self._influxd = ensure(release)

    def start(self) -> None:
        """Start the server and return once its bucket can be written to."""
        require_free(self.port, who=self.name)
        prepare(self.data_dir, self.release, port=self.port)
        super().start()
        onboard(self.url, self.release, token=self.token)

    def command(self) -> list[str]:
        """The server program with this data folder and port."""
        return command(self._influxd, self.data_dir, self.release, port=self.port)

    def is_ready(self) -> bool:
        """Whether it answers requests."""
        return is_ready(self.url)
