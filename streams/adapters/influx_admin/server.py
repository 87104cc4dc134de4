"""One InfluxDB server: which version it is, requests with a token, and InfluxQL queries, which all versions read."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

import httpx

from streams.errors import Misconfigured, Unavailable

TIMEOUT_S: Final = 30.0
Row = dict[str, Any]


class Server:
    """A server and the token that opens it; for 1.8 the token is `user:password`."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.token = token
        headers = {"Authorization": f"Token {token}"} if token else {}
        self._client = httpx.Client(base_url=self.url, headers=headers, timeout=TIMEOUT_S, trust_env=False)

    def version(self) -> tuple[int, ...]:
        """Major, minor and patch.

        Raises:
            Misconfigured: something else than InfluxDB answers.
        """
        told = self._send("GET", "/ping").headers.get("X-Influxdb-Version", "")
        found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", told)
        if found is None:
            raise Misconfigured(f"{self.url} is no InfluxDB: it does not say its version")
        return tuple(map(int, found.groups()))

    def call(self, method: str, path: str, **request: Any) -> Any:
        """The JSON of an answer, None where there is none.

        Raises:
            Misconfigured: it was refused; the message says why.
            Unavailable: no answer, or not now.
        """
        answer = self._send(method, path, **request)
        if answer.is_error:
            raise Misconfigured(f"InfluxDB refused {method} {path}: {_reason(answer)}")
        return answer.json() if answer.content else None

    def text(self, method: str, path: str, **request: Any) -> str:
        """The text of an answer; raises as `call`."""
        answer = self._send(method, path, **request)
        if answer.is_error:
            raise Misconfigured(f"InfluxDB refused {method} {path}: {_reason(answer)}")
        return answer.text

    def influxql(self, query: str, database: str = "") -> list[Row]:
        """The rows of a query, each with its columns, its tags and its measurement as `name`.

        Raises:
            Misconfigured: the query or the token was refused.
            Unavailable: no answer, or not now.
        """
        answer = self.call("POST", "/query", params={"db": database} if database else {}, data={"q": query})
        rows: list[Row] = []
        for result in answer["results"]:
            if "error" in result:
                raise Misconfigured(f"InfluxDB refused a query: {result['error']}")
            for series in result.get("series", ()):
                head = {"name": series.get("name", ""), **series.get("tags", {})}
                rows += ({**head, **dict(zip(series["columns"], row, strict=True))} for row in series.get("values", ()))
        return rows

    def stream(self, query: str, database: str, *, chunk: int) -> Iterator[str]:
        """The JSON of a query's answers, so many rows each; times in nanoseconds since 1970.

        Raises:
            Misconfigured: the query or the token was refused.
            Unavailable: no answer, or not now.
        """
        params = {"db": database, "epoch": "ns", "chunked": "true", "chunk_size": str(chunk)}
        try:
            with self._client.stream("POST", "/query", params=params, data={"q": query}) as answer:
                if answer.is_error:
                    raise Misconfigured(f"InfluxDB refused a query: HTTP {answer.status_code}")
                yield from filter(None, answer.iter_lines())
        except httpx.HTTPError as error:
            raise Unavailable(f"InfluxDB at {self.url} does not answer: {type(error).__name__}") from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **request)
        except httpx.HTTPError as error:
            raise Unavailable(f"InfluxDB at {self.url} does not answer: {type(error).__name__}") from None
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"InfluxDB at {self.url} answered HTTP {answer.status_code}")
        return answer


def _reason(answer: httpx.Response) -> str:
    """What the server says of it, or its status alone."""
    try:
        told = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    return f"HTTP {answer.status_code}, {told.get('message') or told.get('error') or 'no reason given'}"
