"""Which version answers decides; 3 Core is refused what it cannot do, with the reason."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from streams.adapters.influx_admin import Admin, admin_of
from streams.adapters.influx_admin.erasure import predicate
from streams.adapters.influx_admin.version_3 import NO_ROWS, NO_TOKENS
from streams.errors import Misconfigured, Rejected, Unavailable


class Versioned(BaseHTTPRequestHandler):
    """Says the version that its server was given."""

    def do_GET(self) -> None:
        self.send_response(204)
        if version := self.server.version:  # type: ignore[attr-defined]
            self.send_header("X-Influxdb-Version", version)
        self.end_headers()

    def do_POST(self) -> None:
        columns = {"name": "databases", "columns": ["iox::database"], "values": [["_internal"], ["ipt-pulse"]]}
        body = json.dumps({"results": [{"series": [columns]}]}).encode()
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Versioned) as found:
        found.version, found.status = "3.4.0", 200  # type: ignore[attr-defined]
        Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def opened(server: HTTPServer) -> Admin:
    return admin_of(f"http://127.0.0.1:{server.server_port}", "t", "o")


def test_3_core_says_what_it_cannot_do(server: HTTPServer) -> None:
    admin = opened(server)
    assert admin.buckets() == {"ipt-pulse": 0}
    with pytest.raises(Misconfigured) as no_erasure:
        admin.erase("ipt-pulse", "p-1")
    assert str(no_erasure.value) == NO_ROWS
    for refused in (
        lambda: admin.ensure_bucket("b", keep_days=0),
        lambda: admin.ensure_daily("b"),
        lambda: admin.reader("b", None),
        lambda: admin.writer(("b",), None),
    ):
        with pytest.raises(Misconfigured) as no_tokens:
            refused()
        assert str(no_tokens.value) == NO_TOKENS
    assert not admin.has_daily("b")
    assert not admin.open_to_all()


@pytest.mark.parametrize(("version", "told"), [("1.7.9", "too old"), ("", "no InfluxDB"), ("nginx", "no InfluxDB")])
def test_what_is_none_of_them_is_told(server: HTTPServer, version: str, told: str) -> None:
    server.version = version  # type: ignore[attr-defined]
    with pytest.raises(Misconfigured, match=told):
        opened(server)


def test_one_that_fails_or_is_not_there_is_unavailable(server: HTTPServer) -> None:
    admin = opened(server)
    server.status = 503  # type: ignore[attr-defined]
    with pytest.raises(Unavailable, match="503"):
        admin.buckets()
    with pytest.raises(Unavailable, match="does not answer"):
        admin_of("http://127.0.0.1:9", "t", "o")


def test_a_predicate_selects_one_patient_by_equality() -> None:
    assert predicate("p-7Q2M.a~b_c") == 'patient="p-7Q2M.a~b_c"'


@pytest.mark.parametrize("patient", ["", " ", 'a" OR patient!="a', "a' b", "a\\", "a=b", "ä", "a,b", ".a", "a" * 65])
def test_no_other_predicate_can_be_made(patient: str) -> None:
    with pytest.raises(Rejected):
        predicate(patient)
