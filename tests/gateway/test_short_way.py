"""An upload is answered, counted and produced as if all its events had been read in full, whatever is in it."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from pydantic_core import from_json

from schemas import plain, reading
from schemas.plain import read_plain
from schemas.reading import Accepted, read_event
from streams.adapters.producer import Record
from tests.gateway.fake import Gateway
from tests.schemas.check_ins import anything, event, shuffled, written
from tests.schemas.conftest import DATA, envelope

SINGLE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
OTHERS: tuple[dict[str, Any], ...] = (
    *({"type": kind, "data": data} for kind, data in DATA.items()),
    {"type": "questionnaire.v1", "data": {"instrument": "PHQ-9", "items": {"9": 2}}},
    {"type": "questionnaire.v1", "data": {"instrument": "PHQ-9", "items": {"1": 7, "9": 1}}},
    {"type": "safety.v1", "data": {"kind": "crisis", "note": 7}},
    {"type": "safety.v1", "data": {"kind": "crisis", "note": "canary"}},
    {"data": {"mood": 3, "note": "canary"}},
    {"data": {"mood": 3, "shoes": 43}, "colour": "red"},
    {"history": True, "time": "2026-01-01T00:00:00Z"},
    {"history": True},
    {"receivedat": None},
)
ODD = (
    b"null", b"[]", b"7", b"{}", b'"text"', b'"\\ud800"', b"NaN", b"-Infinity", b'{"data":{"mood":NaN}}', b"1e999",
    b'"\xff"', b"[" * 150 + b"]" * 150, b"[" * 5_000, b"", b"01", b"9" * 5_000,
)  # fmt: skip
AROUND = (
    (b"[", b"]"), (b" \n[\t", b"\r\n] \n"), (b"", b""), (b"{", b"}"), (b"[[", b"]]"), (b"[", b",]"), (b"[", b""),
    (b"\xef\xbb\xbf[", b"]"), (b"[", b"]x"), (b"[", b"]\x00"), (b'{"a":[', b"]}"),
)  # fmt: skip


def element(random: Random, subject: str, *, mixed: bool) -> bytes:
    """Anything, and often what is taken or refused for reasons of the gateway's own."""
    kind = random.random()
    if kind < 0.2:
        return (mixed and anything(random)) or b"null"
    if kind < 0.25:
        return random.choice(ODD)
    if kind < 0.5:
        other = envelope(id=f"e-{random.randint(0, 9)}", subject=subject)
        return written(random, shuffled(random, other | random.choice(OTHERS)))
    changes = {"subject": subject, "time": f"2026-11-2{random.randint(0, 2)}T20:03:02{random.choice(('Z', '-00:01'))}"}
    return twice(random, written(random, event(random, plain=True) | changes))


def twice(random: Random, raw: bytes) -> bytes:
    """Sometimes with names that are given more than once, of which the last counts."""
    if random.random() < 0.8:
        return raw
    made = json.loads(raw)
    first = shuffled(random, made | {random.choice(list(made)): random.choice(("canary", None, {}, {"mood": 1}))})
    return json.dumps(first).encode()[:-1] + b"," + json.dumps(made).encode()[1:]


def body(random: Random, subject: str) -> bytes:
    """A list, more often one that can be decoded than not; seldom one that is too long."""
    mixed = random.random() < 0.5  # with those of other patients, which cost a device the whole upload
    parts = [element(random, subject, mixed=mixed) for _ in range(random.randint(0, 12))]
    if random.random() < 0.75:
        parts = [part for part in parts if decodes(part)]
    if random.random() < 0.05:
        parts = (parts or [b"{}"]) * 501
        parts = parts[: random.choice((500, 501))]
    before, after = random.choice(AROUND) if random.random() < 0.2 else AROUND[0]
    return before + random.choice((b",", b",", b" ,\n ")).join(parts) + after


def decodes(part: bytes) -> bool:
    try:
        from_json(part)
    except ValueError:
        return False
    return True


def counters() -> dict[tuple[str, str], float]:
    """What the gateway has counted, but for how long it took."""
    return {
        (sample.name, str(sample.labels)): sample.value
        for family in REGISTRY.collect()
        if family.name.startswith("ipt_gateway")
        for sample in family.samples
        if sample.name.endswith("_total")
    }


@contextmanager
def in_full() -> Iterator[None]:
    with patch.object(reading, "read_plain", lambda raws: [None] * len(raws)):
        yield


async def outcome(
    gateway: Gateway, raw: bytes, token: str, kind: str
) -> tuple[httpx.Response, dict[tuple[str, str], float], list[Record]]:
    """The answer, what was counted and what was produced."""
    gateway.producer.sent, before = [], counters()
    response = await gateway.post(raw, token=token, content_type=kind)
    counted = {name: more for name, value in counters().items() if (more := value - before.get(name, 0.0))}
    return response, counted, gateway.producer.sent


def said(gateway: Gateway, record: Record) -> tuple[Any, ...]:
    """A record as what any reader makes of it."""
    read = read_event(record.value)
    if not isinstance(read, Accepted):
        return record.key, record.value  # a call for help
    one = read.event
    assert read.unknown_fields == 0
    assert one.receivedat == gateway.clock.now
    moments = (one.time.isoformat(), str(one.receivedat))
    return record.key, one, repr(one), moments, one.mark(), one.fingerprint()


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=st.randoms(use_true_random=True), device=st.booleans(), kind=st.sampled_from((SINGLE, BATCH)))
async def test_both_ways_answer_count_and_produce_the_same(
    gateway: Gateway, random: Random, *, device: bool, kind: str
) -> None:
    subject = "p-1" if device else random.choice(("p-1", "p-3"))
    raw = body(random, subject) if kind == BATCH else element(random, subject, mixed=True)
    token = gateway.token(id=f"dev-{random.random()}") if device else gateway.operator  # none that sends too often
    shortly: list[bytes] = []

    def encode(one: Any, encode: Any = plain._encode) -> bytes:
        shortly.append(encode(one))
        return shortly[-1]

    with patch.object(plain, "_encode", encode):
        response, counted, sent = await outcome(gateway, raw, token, kind)
    with in_full():
        expected, counted_in_full, sent_in_full = await outcome(gateway, raw, token, kind)
    assert (response.status_code, response.content) == (expected.status_code, expected.content), raw
    assert counted == counted_in_full, raw
    assert [said(gateway, one) for one in sent] == [said(gateway, one) for one in sent_in_full], raw
    assert b"canary" not in b"".join(one.value for one in sent), raw
    for value, one in zip(shortly, read_plain(shortly), strict=True):
        assert one is not None
        assert one.data.note is None
        json.loads(value, object_pairs_hook=once)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that gives no name twice."""
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def seen(gateway: Gateway) -> bytes:
    return b"".join(record.key + record.value for record in gateway.producer.sent)


def part(data: str = '{"mood":6}', before: str = "", after: str = "") -> bytes:
    made = f'{{{before}"specversion":"1.0","id":"e","source":"a","type":"check-in.v1","subject":"p-1",'
    return f'{made}"time":"2026-11-20T20:03:02Z","data":{data}{after}}}'.encode()


HIDDEN = {
    "a note, taken back": part('{"mood":6,"note":{"key":"1","text":"canary"},"note":null}'),
    "data, taken back": part('{"mood":6,"note":{"key":"1","text":"canary"}}', after=',"data":{"mood":6}'),
    "a feeling, taken back": part('{"mood":6,"affects":{"canary":1},"affects":{}}'),
    "an id, taken back": part(before='"id":"canary",'),
    "a prompt, taken back": part('{"mood":6,"prompt":{"id":"canary","scheduled_at":"x"},"prompt":null}'),
    "a time of receipt": part(before='"receivedat":"canary",', after=',"receivedat":"2026-11-20T20:03:02Z"'),
    "a time of receipt that is none": part(after=',"receivedat":null'),
    "a name that only we set": part(after=',"micros":7,"offset":"canary"'),
    "another name that only we set": part(after=',"µs":7,"±":7'),
    "a note": part('{"mood":6,"note":"canary"}'),
    "a note, escaped": part('{"mood":6,"n\\u006fte":"canary"}'),
    "a note, twice": part('{"mood":6,"note":"canary-1","note":"canary-2"}'),
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize(
    ("kind", "raw", "accepted"), [(SINGLE, b"%b", 1), (BATCH, b"[%b]", 1), (BATCH, b"[" + part() + b",%b]", 2)]
)
async def test_nothing_is_written_that_was_not_read(
    gateway: Gateway, kind: str, raw: bytes, accepted: int, hidden: bytes
) -> None:
    response = await gateway.post(raw % hidden, content_type=kind)
    assert response.json() == {"accepted": accepted, "rejected": []}
    assert b"canary" not in seen(gateway)
    for record in gateway.producer.sent:
        read = read_event(record.value)
        assert isinstance(read, Accepted)
        assert read.unknown_fields == 0
        assert record.value.count(b'"receivedat"') == 1
        assert read.event.receivedat == gateway.clock.now


@pytest.mark.parametrize("raw", [part(), part('{"mood":6,"context":{}}'), part('{"mood":6,"note":null}')])
@pytest.mark.parametrize("way", [nullcontext, in_full])
async def test_whoever_writes_nothing_private_needs_no_key(
    gateway: Gateway, raw: bytes, way: Callable[[], AbstractContextManager[None]]
) -> None:
    with patch.object(gateway.parts.vault, "load", side_effect=AssertionError), way():
        answers = [await gateway.post(raw, content_type=SINGLE), await gateway.post(b"[%b]" % raw, content_type=BATCH)]
    assert [answer.json()["accepted"] for answer in answers] == [1, 1]


@pytest.mark.parametrize(("late", "taken"), [(timedelta(0), 1), (timedelta(microseconds=1), 0)])
async def test_the_future_ends_at_the_same_moment(gateway: Gateway, late: timedelta, taken: int) -> None:
    at = (gateway.clock.now + timedelta(days=1) + late).isoformat().encode()
    raw = part().replace(b"2026-11-20T20:03:02Z", at)
    answers = [(await gateway.post(b"[%b]" % raw, content_type=BATCH)).json()]
    with in_full():
        answers.append((await gateway.post(b"[%b]" % raw, content_type=BATCH)).json())
    assert answers[0] == answers[1]
    assert len(gateway.producer.sent) == 2 * taken
