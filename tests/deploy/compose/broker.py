"""The Kafka of docker-compose.yml outside a container: its own start script and properties, run with our jars."""

from pathlib import Path

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.local.kafka import LOG4J
from deploy.local.ports import free_ports
from deploy.local.process import Server
from deploy.local.runtime import JAVA, ensure_jars

KAFKA = Path(__file__).parents[3] / "deploy" / "kafka"
USER = "ipt-pulse"
PASSWORD = "a-secret-that-is-long-enough"  # noqa: S105 - of this test's broker
PORTS = ("9092", "9094", "9093")
PROGRAMS = {
    "kafka-storage.sh": "-Xmx128m {options} kafka.tools.StorageTool",
    "kafka-server-start.sh": "-Xmx512m -XX:+UseSerialGC {options} kafka.Kafka",
}


class ComposeKafka(Server):
    """Listens on free ports of loopback instead, and keeps its data in `folder`."""

    name = "Kafka"

    def __init__(self, folder: Path) -> None:
        super().__init__(output=folder / "console.log")
        self.folder = folder
        ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self.bootstrap, self._inside = f"127.0.0.1:{ports['9092']}", f"127.0.0.1:{ports['9094']}"
        self.secrets = folder / "secrets"
        self.secrets.mkdir(parents=True)
        (self.secrets / "ipt_pulse_kafka_password").write_text(PASSWORD + "\n")
        properties = (KAFKA / "server.properties").read_text().replace("/var/lib/kafka/data", str(folder / "data"))
        for written, free in ports.items():
            properties = properties.replace(f":{written}", f":{free}")
        (folder / "server.properties").write_text(properties.replace("CLIENTS://kafka:", "CLIENTS://127.0.0.1:"))
        (folder / "log4j2.properties").write_text(LOG4J)
        options = f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'} -cp '{ensure_jars()}/*'"
        (folder / "bin").mkdir()
        for name, arguments in PROGRAMS.items():
            program = folder / "bin" / name
            program.write_text(f'#!/bin/sh\nexec {JAVA} {arguments.format(options=options)} "$@"\n')
            program.chmod(0o755)

    def command(self) -> list[str]:
        return ["/bin/bash", str(KAFKA / "start")]

    def environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "KAFKA_HOME": str(self.folder),
            "KAFKA_PROPERTIES": str(self.folder / "server.properties"),
            "IPT_PULSE_SECRETS_DIR": str(self.secrets),
        }

    def is_ready(self) -> bool:
        try:
            admin = KafkaAdminClient(bootstrap_servers=self._inside, bootstrap_timeout_ms=1_000)
        except KafkaError:
            return False
        try:
            return bool(admin.describe_cluster()["brokers"])
        except KafkaError:
            return False
        finally:
            admin.close()
