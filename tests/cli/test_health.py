import httpx

from deploy.local.ports import free_ports
from streams.cli.health import serve_health


def test_each_answer_is_whole_whatever_was_answered_before() -> None:
    port, states = free_ports(1)[0], [False, True]
    serve_health(port, ready=lambda: states.pop(0))
    url = f"http://127.0.0.1:{port}"
    assert httpx.get(f"{url}/nowhere").status_code == 404
    assert httpx.get(f"{url}/readyz").status_code == 503
    assert httpx.get(f"{url}/readyz").text == "ready\n"
    assert "# HELP" in httpx.get(f"{url}/metrics").text
