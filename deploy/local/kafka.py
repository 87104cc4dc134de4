"""A real Apache Kafka: one KRaft node, broker and controller in one process, listening on loopback alone.

`ipt-pulse up` runs `command()` under its supervisor; tests and benchmarks use `KafkaBroker`, which owns the
process and can also freeze it, kill it and start it again over the same data.
"""

import base64
import contextlib
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.local.errors import StackError
from deploy.local.paths import require_space
from deploy.local.ports import LOOPBACK, free_ports, listens, require_free
from deploy.local.process import Server
from deploy.local.runtime import JAVA, ensure_jars, jars_dir

DATA_BYTES = 500_000_000
HEAP = "512m"
NODE_ID = 1

# What differs from Kafka's defaults because there is one node, and because it shares a small machine.
ONE_NODE = {
    "process.roles": "broker,controller",
    "node.id": str(NODE_ID),
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "8",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",  # workers ask for 6 s, tests for less
    "broker.session.timeout.ms": "1500",  # a killed broker may register again after this, not after 9 s
    "broker.heartbeat.interval.ms": "300",
    "auto.create.topics.enable": "false",  # a misspelt topic is an error, not a new topic
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": "16777216",  # the default would take a quarter of the heap
}

# Warnings and errors go to the process's output, which whoever runs it keeps in a file.
LOG4J = """\
appenders = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %m (%c{1})%n
rootLogger.level = WARN
rootLogger.appenderRefs = console
rootLogger.appenderRef.console.ref = console
"""


def prepare(data_dir: Path, *, port: int, controller_port: int, settings: Mapping[str, str] | None = None) -> None:
    """Write the broker's configuration into `data_dir`, and format its log once.

    Raises:
        StackError: jars missing and not to be had, no room on the disk, or formatting failed.
    """
    ensure_jars()
    require_space(data_dir, DATA_BYTES)
    data_dir.mkdir(parents=True, exist_ok=True)
    addresses = {
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
        "controller.quorum.voters": f"{NODE_ID}@{LOOPBACK}:{controller_port}",
        "log.dirs": str(data_dir / "log"),
    }
    properties = {**ONE_NODE, **addresses, **(settings or {})}
    _properties(data_dir).write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
    (data_dir / "log4j2.properties").write_text(LOG4J)
    if not (data_dir / "log" / "meta.properties").exists():
        _format(data_dir)


def _format(data_dir: Path) -> None:
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    command = [
        *_java(data_dir, "kafka.tools.StorageTool", heap="128m"),
        *("format", f"--cluster-id={cluster}", "--config", str(_properties(data_dir))),
    ]
    formatted = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if formatted.returncode != 0:
        raise StackError(
            f"Kafka could not format {data_dir}: {(formatted.stdout + formatted.stderr).strip()[-500:]}",
            hint="Start again with an empty folder (`ipt-pulse up --fresh`).",
        )


def command(data_dir: Path, *, heap: str = HEAP) -> list[str]:
    """The command that runs the broker prepared in `data_dir` in the foreground; SIGTERM stops it cleanly."""
    return [*_java(data_dir, "kafka.Kafka", heap=heap), str(_properties(data_dir))]


def is_ready(bootstrap: str) -> bool:
    """Whether the broker answers and has registered itself, so that topics can be made."""
    if not listens(int(bootstrap.rpartition(":")[2])):  # a client would go on trying for a second
        return False
    try:
        with contextlib.closing(_admin(bootstrap)) as admin:
            return bool(admin.describe_cluster()["brokers"])
    except KafkaError:
        return False


def release(bootstrap: str) -> str:
    """The release that the broker says it is, such as 4.1.

    Raises:
        KafkaError: it does not answer.
    """
    with contextlib.closing(_admin(bootstrap)) as admin:
        return ".".join(map(str, admin.get_broker_version_data(NODE_ID).broker_version))


def _admin(bootstrap: str) -> KafkaAdminClient:
    return KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=1_000, request_timeout_ms=5_000)


def _java(data_dir: Path, main_class: str, *, heap: str) -> list[str]:
    return [
        str(JAVA),
        f"-Xmx{heap}",
        "-XX:+UseSerialGC",  # fewest threads: the broker shares two cores with all the rest
        "--sun-misc-unsafe-memory-access=allow",  # Kafka unmaps files so; Java would warn at every start
        "--enable-native-access=ALL-UNNAMED",  # compression libraries
        f"-Dlog4j2.configurationFile={data_dir / 'log4j2.properties'}",
        "-cp",
        f"{jars_dir()}/*",
        main_class,
    ]


def _properties(data_dir: Path) -> Path:
    return data_dir / "server.properties"


class KafkaBroker(Server):
    """A broker with its data in `data_dir`, on `port` or on a free one that it keeps for its whole life.

    `bootstrap` is its address for clients, such as 127.0.0.1:41233. `settings` are server.properties that
    differ from ours. As a context manager it is started on entry and stopped on exit; `kill`, `pause`,
    `resume` and `restart` are for tests of what happens then.
    """

    name = "Kafka"

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
        heap: str = HEAP,
    ) -> None:
        super().__init__(output=data_dir / "console.log")
        free = free_ports(2)
        self.data_dir = data_dir
        self.port = port or free[0]
        self.bootstrap = f"{LOOPBACK}:{self.port}"
        self._controller_port = free[1]
        self._settings = settings or {}
        self._heap = heap

    def start(self) -> None:
        """Prepare the data folder if need be, start the broker, and return once topics can be made."""
        require_free(self.port, who=self.name)
        prepare(self.data_dir, port=self.port, controller_port=self._controller_port, settings=self._settings)
        super().start()

    def command(self) -> list[str]:
        """Java with Kafka's jars."""
        return command(self.data_dir, heap=self._heap)

    def is_ready(self) -> bool:
        """Whether the broker answers and has registered itself."""
        return is_ready(self.bootstrap)
