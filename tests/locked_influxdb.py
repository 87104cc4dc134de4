"""An InfluxDB 1.8 that asks who one is, as a clinic would run it; as it ships it asks nobody."""

from pathlib import Path

import httpx

from deploy.local.influxd import INFLUXDB_1
from deploy.local.influxdb import InfluxDB, command, prepare
from deploy.local.process import Server

PASSWORD = "an-administrators"  # noqa: S105 - of a server that lives for some tests


class LockedInfluxDB(InfluxDB):
    """With one administrator, whose token is `token`."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir, INFLUXDB_1)
        self.token = f"admin:{PASSWORD}"

    def start(self) -> None:
        prepare(self.data_dir, self.release, port=self.port)
        [*_, config] = command(self._influxd, self.data_dir, self.release, port=self.port)
        text = Path(config).read_text()
        Path(config).write_text(text.replace("[http]", "[http]\nauth-enabled = true"))
        Server.start(self)
        first = f"CREATE USER admin WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES"
        httpx.post(f"{self.url}/query", data={"q": first}).raise_for_status()
