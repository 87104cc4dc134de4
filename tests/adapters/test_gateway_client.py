"""The client against a scripted gateway: it comes back until all is answered for, and tells of each refusal."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import httpx
import orjson
import pytest

from streams.adapters.gateway_client import GatewayClient, Refused, Sent
from streams.errors import Misconfigured, Unavailable

Answer = Callable[[list[dict[str, object]]], httpx.Response] | Exception


class ScriptedGateway(httpx.AsyncBaseTransport):
    """Answers by `script`, then takes everything that has no `bad`."""

    def __init__(self, *script: Answer) -> None:
        self.script = list(script)
        self.taken: list[object] = []
        self.sizes: list[int] = []
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        events = orjson.loads(await request.aread())
        answer = self.script.pop(0) if self.script else self._take
        if isinstance(answer, Exception):
            raise answer
        return answer(events)

    def _take(self, events: list[dict[str, object]]) -> httpx.Response:
        self.sizes.append(len(events))
        bad = [{"index": index, "id": one["id"], "reason": "bad"} for index, one in enumerate(events) if one.get("bad")]
        self.taken += [one["id"] for one in events if not one.get("bad")]
        accepted = len(events) - len(bad)
        return httpx.Response(202 if accepted else 422, json={"accepted": accepted, "rejected": bad})


def _status(code: int, **headers: str) -> Answer:
    return lambda _: httpx.Response(code, headers=headers, json={"detail": "because"})


def _events(count: int, bad: Iterable[int] = ()) -> list[bytes]:
    refused = set(bad)
    return [orjson.dumps({"id": f"e-{n}"} | ({"bad": True} if n in refused else {})) for n in range(count)]


async def _send(
    gateway: ScriptedGateway, events: Iterable[bytes], *, parallel: int = 1, patience: float = 60
) -> list[Sent]:
    async with GatewayClient(
        "http://gateway", "token", patience=timedelta(seconds=patience), transport=gateway
    ) as client:
        return [sent async for sent in client.send(events, parallel=parallel)]


async def test_events_go_in_order_in_batches_of_500() -> None:
    gateway = ScriptedGateway()
    results = await _send(gateway, _events(1_201))
    assert gateway.sizes == [500, 500, 201]
    assert gateway.taken == [f"e-{n}" for n in range(1_201)]
    assert [(sent.count, sent.accepted) for sent in results] == [(500, 500), (500, 500), (201, 201)]
    request = gateway.requests[0]
    assert request.headers["authorization"] == "Bearer token"
    assert request.headers["content-type"] == "application/cloudevents-batch+json"


async def test_large_events_make_smaller_batches() -> None:
    gateway = ScriptedGateway()
    await _send(gateway, [orjson.dumps({"id": str(n), "filler": "x" * 900_000}) for n in range(5)])
    assert gateway.sizes == [2, 2, 1]


async def test_no_events_no_request() -> None:
    gateway = ScriptedGateway()
    assert await _send(gateway, []) == []
    assert gateway.requests == []


async def test_refusals_are_told_by_their_place_among_all() -> None:
    results = await _send(ScriptedGateway(), _events(1_000, bad=[3, 700]))
    assert [one for sent in results for one in sent.refused] == [
        Refused(3, "e-3", "bad"),
        Refused(700, "e-700", "bad"),
    ]
    assert sum(sent.accepted for sent in results) == 998


async def test_a_batch_of_only_bad_events_is_an_answer_too() -> None:
    (sent,) = await _send(ScriptedGateway(), _events(2, bad=[0, 1]))
    assert sent == Sent(2, 0, (Refused(0, "e-0", "bad"), Refused(1, "e-1", "bad")))


async def test_lines_that_are_no_json_or_too_large_cost_only_themselves() -> None:
    events = [*_events(1), b"{broken", orjson.dumps("x" * 1_100_000), *_events(1)]
    (sent,) = await _send(ScriptedGateway(), events)
    assert sent.accepted == 2
    assert [one.index for one in sent.refused] == [1, 2]
    assert sent.refused[0].reason.startswith("not JSON")
    (sent,) = await _send(ScriptedGateway(), [b"nothing"])
    assert (sent.count, sent.accepted, len(sent.refused)) == (1, 0, 1)


@pytest.mark.parametrize(
    "trouble",
    [
        _status(503, **{"Retry-After": "0"}),
        _status(429, **{"Retry-After": "0"}),
        _status(500),
        _status(502),
        _status(504),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("died"),
    ],
)
async def test_trouble_passes_and_nothing_is_lost(trouble: Answer) -> None:
    gateway = ScriptedGateway(trouble, trouble)
    results = await _send(gateway, _events(3))
    assert sum(sent.accepted for sent in results) == 3
    assert gateway.taken == ["e-0", "e-1", "e-2"]
    assert len({request.content for request in gateway.requests}) == 1


async def test_without_a_gateway_from_the_first_it_says_so_at_once() -> None:
    gateway = ScriptedGateway(httpx.ConnectError("refused"))
    with pytest.raises(Unavailable, match="no gateway answers at http://gateway: `ipt-pulse up`"):
        await _send(gateway, _events(3))
    assert len(gateway.requests) == 1


async def test_a_gateway_that_goes_away_is_waited_for_and_that_is_told_once() -> None:
    gone = httpx.ConnectError("refused")
    gateway = ScriptedGateway(_status(429, **{"Retry-After": "0"}), gone, gone, _status(503, **{"Retry-After": "0"}))
    told: list[str] = []
    waiting = GatewayClient("http://gateway", "token", transport=gateway, on_wait=lambda: told.append("waits"))
    async with waiting as client:
        assert sum([sent.accepted async for sent in client.send(_events(3))]) == 3
    assert told == ["waits"]


async def test_patience_ends() -> None:
    gateway = ScriptedGateway(*[_status(503, **{"Retry-After": "1"})] * 50)
    with pytest.raises(Unavailable):
        await _send(gateway, _events(1), patience=0.2)


@pytest.mark.parametrize("status", [401, 403, 404, 413, 415])
async def test_what_will_never_work_is_said_at_once(status: int) -> None:
    gateway = ScriptedGateway(_status(status))
    with pytest.raises(Misconfigured, match=f"{status}.*because"):
        await _send(gateway, _events(1))
    assert len(gateway.requests) == 1


async def test_batches_under_way_together_are_still_told_in_order() -> None:
    gateway = ScriptedGateway(_status(503, **{"Retry-After": "0"}), httpx.ConnectError("refused"))
    results = await _send(gateway, _events(2_600, bad=[0, 2_599]), parallel=4)
    assert [sent.count for sent in results] == [500, 500, 500, 500, 500, 100]
    assert [one.index for sent in results for one in sent.refused] == [0, 2_599]
    assert sorted(map(str, gateway.taken)) == sorted(f"e-{n}" for n in range(1, 2_599))


async def test_events_are_read_only_as_fast_as_they_are_sent() -> None:
    read = 0

    def endless() -> Iterable[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b'{"id":"x"}'

    async with GatewayClient("http://gateway", "token", transport=ScriptedGateway()) as client:
        async for _ in client.send(endless(), parallel=2):
            break
    assert read <= 2_000
