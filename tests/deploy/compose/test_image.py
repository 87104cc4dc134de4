"""The image without a container: built by the Dockerfile's own commands, run as its user, on code it cannot change."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deploy.local.ports import free_ports
from tests.deploy.compose.broker import PASSWORD
from tests.deploy.compose.processes import ROOT
from tests.integration.workers import wait

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
_, BUILD, FINAL = DOCKERFILE.split("\nFROM ")
SOURCES = [source for line in re.findall(r"^COPY (.+)", BUILD, re.MULTILINE) for source in line.split()[:-1]]
UID = int(re.findall(r"^USER (\d+)$", FINAL, re.MULTILINE)[-1])
PYTHONS = (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3")


def environment() -> dict[str, str]:
    """What the image tells its processes."""
    said = re.findall(r"^ENV (.+)$", FINAL, re.MULTILINE)
    return dict(pair.split("=", 1) for line in said for pair in shlex.split(line))


def entrypoint() -> str:
    (program,) = re.findall(r'^ENTRYPOINT \["([^"]+)"\]$', FINAL, re.MULTILINE)
    return str(program)


@dataclass(frozen=True)
class Image:
    """A copy of what is in the image, and a home that its user may write."""

    folder: Path
    uid: int | None

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def start(self, *arguments: str, **told: str) -> "subprocess.Popen[str]":
        said = environment() | {
            "PATH": f"{self.folder}/app/.venv/bin:/usr/bin:/bin",
            "IPT_PULSE_HOME": str(self.home),
            "NUMBA_CACHE_DIR": str(self.folder / "tmp" / "numba"),
        }
        return subprocess.Popen(
            arguments, cwd=self.folder / "tmp", env=said | told, user=self.uid, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, executable=shutil.which(arguments[0], path=said["PATH"]),
        )  # fmt: skip

    def run(self, *arguments: str, **told: str) -> str:
        process = self.start(*arguments, **told)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return said


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    folder = Path(tempfile.mkdtemp(prefix="ipt-pulse-image-"))
    folder.chmod(0o755)  # unlike pytest's folders, which another user may not enter
    try:
        app = folder / "app"
        for source in SOURCES:
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
            app.mkdir(exist_ok=True)
            copy(ROOT / source, app / source)
        python, uid = some_python()
        build(app, python)
        for writable in ("home", "tmp"):
            (folder / writable).mkdir()
            if uid is not None:
                os.chown(folder / writable, uid, uid)
        yield Image(folder, uid)
    finally:
        shutil.rmtree(folder)


def some_python() -> tuple[str, int | None]:
    """An interpreter that the image's user can run; where users cannot be changed, ours and we ourselves."""
    if os.name != "posix" or os.getuid() != 0:
        return sys.executable, None
    for python in PYTHONS:
        new_enough = [python, "-c", "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))"]
        try:
            subprocess.run(new_enough, user=UID, check=True, cwd="/", env={}, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python, UID
    return sys.executable, None


def build(app: Path, python: str) -> None:
    """The last `uv sync` of the Dockerfile, from uv's cache."""
    line = re.findall(r"^RUN (uv sync .+)$", BUILD, re.MULTILINE)[-1]
    uv = Path(sys.executable).with_name("uv")
    program = str(uv) if uv.exists() else shutil.which("uv") or pytest.skip("no uv here")
    told = os.environ | {"UV_PROJECT_ENVIRONMENT": str(app / ".venv"), "UV_PYTHON": python, "UV_LINK_MODE": "hardlink"}
    told.pop("VIRTUAL_ENV", None)
    command = [program, *shlex.split(line)[1:]]
    built = subprocess.run(command, cwd=app, env=told, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr


def test_the_dockerfile_copies_what_there_is_and_the_context_holds_it() -> None:
    allowed = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    assert set(SOURCES) == allowed
    assert all((ROOT / source).exists() for source in SOURCES)
    assert UID > 0


@pytest.mark.slow
def test_its_command_runs_and_cannot_change_its_code(image: Image) -> None:
    assert "ipt-pulse" in image.run(entrypoint(), "--version")
    assert "Usage" in image.run(entrypoint(), "--help")
    image.run(entrypoint(), "simulate", "--patients", "1", "--days", "2", "--end", "now", "--out", "e", "--truth", "t")
    tried = "import streams, pathlib; pathlib.Path(streams.__file__).with_name('new').touch()"
    if image.uid is not None:
        assert "Permission denied" in image.start("python", "-c", tried).communicate()[0]
    image.run("python", "-c", "import streams.core.analyse, streams.core.links")  # numba looks for a place to keep code


@pytest.mark.slow
@pytest.mark.kafka
def test_a_worker_of_it_is_healthy_as_docker_compose_asks(image: Image, topics: dict[str, str]) -> None:
    secrets = image.folder / "secrets"
    secrets.mkdir()
    (secrets / "ipt_pulse_kafka_password").write_text(PASSWORD)
    (port,) = free_ports(1)
    told = topics | {
        "IPT_PULSE_SECRETS_DIR": str(secrets),
        "IPT_PULSE_METRICS_PORT": str(port),
        "IPT_PULSE_WORKER_NAME": "timeseries-{slot}",
    }
    worker = image.start(entrypoint(), "worker", "timeseries", **told)
    try:
        wait(lambda: worker.poll() is not None or answers(port))
        assert worker.poll() is None, worker.communicate()[0]
    finally:
        worker.terminate()
        assert worker.wait(30) == 0
    assert (image.home / "workers" / "timeseries-1").is_dir()


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).is_success
    except httpx.TransportError:
        return False
