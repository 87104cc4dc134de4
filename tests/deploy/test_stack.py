"""Supervision, shown with small processes of our own: they answer at once, where Kafka would take seconds."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.local.errors import StackError
from deploy.local.keeper import Supervisor, socket_path
from deploy.local.layout import FILE, Layout, load, plan, wipe
from deploy.local.paths import HOME_VARIABLE, demo_home, home_dir, make_private
from deploy.local.ports import free_ports
from deploy.local.probe import answers
from deploy.local.services import HOME_MARK, Service
from deploy.local.stack import down, start, starting, status, undisturbed

WEB = "import http.server, sys; http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]))"
WAIT_S = 20.0


def web(name: str, port: int, *, after: tuple[str, ...] = (), **more: object) -> Service:
    url = f"http://127.0.0.1:{port}"
    command = (sys.executable, "-c", WEB, str(port))
    return Service(name, command, lambda: answers(url), url, (port,), after, **more)  # type: ignore[arg-type]


def run(home: Path, *services: Service) -> Layout:
    with starting(home):
        layout = plan(home, None)
        start(layout, services, {HOME_MARK: str(home)})
    return layout


def of_home(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(HOME_MARK) == str(home):
                found.append(process)
        except psutil.Error:
            continue
    return found


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT_S
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    down(tmp_path / "home")


def test_services_start_in_order_and_nothing_is_left_after_down(home: Path) -> None:
    told: list[str] = []
    first, second = free_ports(2)
    services = (
        web("first", first, prepare=lambda: told.append("prepare"), once_ready=lambda: told.append("ready")),
        web("second", second, after=("first",), prepare=lambda: told.append("then")),
    )
    layout = run(home, *services)
    assert told == ["prepare", "ready", "then"]
    assert [one.state for one in status(layout, services)] == ["up", "up"]
    assert "GET /" in layout.log("first").read_text()
    assert home.stat().st_mode & 0o077 == 0

    assert down(home)
    assert of_home(home) == []
    assert [one.state for one in status(layout, services)] == ["stopped", "stopped"]
    assert not down(home)


def test_a_crashed_process_is_started_again(home: Path) -> None:
    service = web("one", free_ports(1)[0])
    layout = run(home, service)
    before = status(layout, (service,))[0].pid
    assert before is not None
    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        now = status(layout, (service,))[0]
        return now.state == "up" and now.pid != before

    assert eventually(back)


def test_what_a_killed_supervisor_left_behind_is_ended_too(home: Path) -> None:
    run(home, web("one", free_ports(1)[0]))
    keeper = psutil.Process(int((home / "supervisord.pid").read_text()))
    keeper.kill()
    assert eventually(lambda: not Supervisor(home).is_running())
    assert len(of_home(home)) == 1
    assert down(home)
    assert of_home(home) == []


def test_a_second_stack_in_the_same_home_is_refused(home: Path) -> None:
    service = web("one", free_ports(1)[0])
    layout = run(home, service)
    with pytest.raises(StackError, match="already up"):
        run(home, service)
    assert status(layout, (service,))[0].state == "up"


def test_two_starts_at_once_are_refused(home: Path) -> None:
    with starting(home), pytest.raises(StackError, match="Another `ipt-pulse up`"), starting(home):
        pass


def test_a_taken_port_is_named_and_nothing_is_started(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(StackError, match=f"Port {port}, where one should listen") as caught:
            run(home, web("one", port))
    assert FILE in caught.value.hint
    assert of_home(home) == []


@pytest.mark.slow
def test_a_service_that_keeps_crashing_shows_the_end_of_its_log(home: Path) -> None:
    ready = web("well", free_ports(1)[0])
    broken = Service("ill", (sys.executable, "-c", "raise SystemExit('no such luck')"), lambda: False, "nowhere")
    with pytest.raises(StackError, match="ill crashes while it starts") as caught:
        run(home, ready, broken)
    assert "no such luck" in caught.value.problem
    assert of_home(home) == []


def test_an_interrupt_during_the_start_leaves_nothing_running(home: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    one, two = free_ports(2)
    with pytest.raises(KeyboardInterrupt):
        run(home, web("one", one, once_ready=interrupt), web("two", two, after=("one",)))
    assert of_home(home) == []


def test_a_home_too_deep_for_a_socket(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 20) / ("deeper" * 10)
    assert len(str(socket_path(home))) < 100
    service = web("one", free_ports(1)[0])
    try:
        assert status(run(home, service), (service,))[0].state == "up"
    finally:
        down(home)
    assert not socket_path(home).exists()


def test_a_service_is_told_its_own_environment_and_the_shared_one(home: Path) -> None:
    port = free_ports(1)[0]
    script = (
        "import http.server, os\n"
        "class Handler(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        self.send_response(200); self.end_headers()\n"
        f"        self.wfile.write((os.environ['OWN'] + os.environ['{HOME_MARK}']).encode())\n"
        f"http.server.HTTPServer(('127.0.0.1', {port}), Handler).serve_forever()\n"
    )
    file = home.parent / "serve 100%.py"
    file.write_text(script)
    url = f"http://127.0.0.1:{port}"
    service = Service("one", (sys.executable, str(file)), lambda: answers(url), url, environment={"OWN": "50 %, "})
    run(home, service)
    assert httpx.get(url).text == f"50 %, {home}"


def test_ports_are_kept_and_a_fresh_start_forgets_all(home: Path) -> None:
    home.mkdir()
    layout = plan(home, None)
    layout.save()
    assert load(home) == layout
    assert plan(home, None) == layout
    (home / "kafka").mkdir()
    (home / "kafka" / "data").touch()
    wipe(home)
    assert list(home.iterdir()) == []


def test_a_folder_that_is_no_home_is_not_wiped(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(StackError, match="not wiped"):
        wipe(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_home_that_the_configuration_cannot_spell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="--home") as caught:
        run(tmp_path / "my #1 home", web("one", free_ports(1)[0]))
    assert "plain name" in caught.value.hint


def test_a_second_ctrl_c_changes_nothing_while_it_stops() -> None:
    before = signal.getsignal(signal.SIGINT)
    with undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_home_is_its_owners_alone_even_where_it_was_open_before(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    for home in (there, tmp_path / "state" / "new"):
        make_private(home)
        assert home.stat().st_mode & 0o077 == 0
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0


def test_a_folder_for_everyone_is_not_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(StackError, match="for everyone"):
        make_private(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o777


def test_a_fresh_start_leaves_the_demo_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    assert demo_home().parent == home_dir().parent
    assert demo_home() != home_dir()
