"""Grafana's HTTP API behind one small adapter, with either of two libraries beneath.

`grafana-api` knows neither the header that chooses an organisation, nor the uid endpoints, nor retries, and puts names
into addresses as they are; `grafana-client`, its kept fork, knows some. So both are asked for plain requests alone, and
what they lack is done here once. A contract suite runs over both.
"""

from collections.abc import Callable
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode, urlsplit

import stamina

from streams.errors import Misconfigured, Unavailable

TIMEOUT_S: Final = 10.0
NOT_FOUND: Final = 404
TOO_MANY: Final = 429
SERVER_FAULT: Final = 500


class Library(Protocol):
    """One request by one of the libraries."""

    def request(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        """The answer's JSON.

        Raises:
            Failed: Grafana answered with an error.
            Unavailable: it does not answer.
        """


class Failed(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ByGrafanaApi:
    """With `grafana-api`."""

    def __init__(self, url: str, user: str, password: str) -> None:
        from grafana_api.grafana_face import GrafanaFace  # noqa: PLC0415 - one of two; the other may be all there is

        self._session = GrafanaFace(auth=(user, password), timeout=TIMEOUT_S, **_address(url)).api
        self._session.s.trust_env = False

    def request(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        """See `Library`."""
        from grafana_api.grafana_api import GrafanaException  # noqa: PLC0415
        from requests import RequestException  # noqa: PLC0415

        try:
            return getattr(self._session, method)(path, json=body, headers=headers)
        except GrafanaException as error:
            raise Failed(error.status_code, _message(error.response)) from None
        except RequestException as error:
            raise Unavailable(f"Grafana does not answer: {type(error).__name__}") from None


class ByGrafanaClient:
    """With `grafana-client`."""

    def __init__(self, url: str, user: str, password: str) -> None:
        try:
            from grafana_client import GrafanaApi  # noqa: PLC0415
        except ImportError:
            raise Misconfigured("grafana-client is not installed: it comes with the extra `grafana-client`") from None
        self._session = GrafanaApi(auth=(user, password), timeout=TIMEOUT_S, **_address(url)).client
        self._session.s.trust_env = False

    def request(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        """See `Library`."""
        from grafana_client.client import GrafanaException  # noqa: PLC0415
        from niquests.exceptions import RequestException  # noqa: PLC0415

        try:
            return getattr(self._session, method)(path, json=body, headers=headers)
        except GrafanaException as error:
            if not error.status_code:
                raise Unavailable("Grafana does not answer in time") from None
            raise Failed(error.status_code, _message(error.response)) from None
        except RequestException as error:
            raise Unavailable(f"Grafana does not answer: {type(error).__name__}") from None


LIBRARIES: Final[dict[str, Callable[[str, str, str], Library]]] = {
    "grafana-api": ByGrafanaApi,
    "grafana-client": ByGrafanaClient,
}
"""By name; the first is the default. A third is a class, a line here, and is tested by being listed."""


class Grafana:
    """One Grafana, as its server administrator. Paths are given in parts, which are put in as they have to be."""

    def __init__(self, library: Library, *, attempts: int = 5, first_wait_s: float = 0.2) -> None:
        self._library = library
        self._attempts = attempts
        self._first_wait_s = first_wait_s

    def find(self, *path: str | int, org: int | None = None, **query: str) -> Any:
        """What is there, or None where there is nothing.

        Raises:
            Misconfigured: Grafana refused.
            Unavailable: it does not answer.
        """
        try:
            return self._asked("GET", _address_of(path, query), None, org)
        except Failed as error:
            if error.status == NOT_FOUND:
                return None
            raise _refused("GET", path, error) from None

    def send(self, method: str, *path: str | int, body: Any = None, org: int | None = None) -> Any:
        """Change something; raises as `find`, also where there is nothing."""
        try:
            return self._asked(method, _address_of(path, {}), body, org)
        except Failed as error:
            raise _refused(method, path, error) from None

    def _asked(self, method: str, address: str, body: Any, org: int | None) -> Any:
        headers = {} if org is None else {"X-Grafana-Org-Id": str(org)}
        wait = self._first_wait_s
        for attempt in stamina.retry_context(
            on=Unavailable, attempts=self._attempts, wait_initial=wait, wait_jitter=wait
        ):
            with attempt:
                try:
                    return self._library.request(method, address, body, headers)
                except Failed as error:
                    if error.status == TOO_MANY or error.status >= SERVER_FAULT:
                        raise Unavailable(f"Grafana answered HTTP {error.status}") from None
                    raise
        raise AssertionError  # the last attempt returns or raises


def _address_of(path: tuple[str | int, ...], query: dict[str, str]) -> str:
    parts = "".join(f"/{quote(str(part), safe='')}" for part in path)
    return f"{parts}?{urlencode(query)}" if query else parts


def _address(url: str) -> dict[str, Any]:
    """A URL as both libraries want it."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise Misconfigured(f"{url!r} is no address of a Grafana")
    prefix = parts.path.strip("/")
    return {
        "protocol": parts.scheme,
        "host": parts.hostname,
        "port": parts.port,
        "url_path_prefix": f"{prefix}/" if prefix else "",
    }


def _message(answer: Any) -> str:
    return str(answer.get("message", "")) if isinstance(answer, dict) else ""


def _refused(method: str, path: tuple[str | int, ...], error: Failed) -> Misconfigured:
    return Misconfigured(f"Grafana refused {method} /{'/'.join(map(str, path))}: HTTP {error.status} {error}")
