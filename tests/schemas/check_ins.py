"""Check-ins as bytes: plain ones, and what is nearly one. Drawn at random, since thousands are needed to find a gap."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

IDS = ("e-1", "x" * 256, "},{", "a,null,b", "é", "\u0085", "𝄞 \u2028", " ", "0", '"', "b/c:d", "null")
SLUGS = ("p-1", "P", "0", "a.b_c~d-", "x" * 64, "p-7Q2M")
AFFECTS = ("sad", "anxious", "a", "z_9", "time", "a" * 32)
ZONES = (0, 0, 60, 330, -210, 1_439, -1_439)
PRECISIONS = ("seconds", "microseconds")
EDGES = (-0.0, 5e-324, 9.999999999999998, 0.1, 2.675, 0, 10, 1e-7)
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 11, 10.000000000000002, 25, 1e400, "", "5", "x" * 300, "a\nb", "\x7f", "p 1", "-p", "é",
    "false", [], [5], {}, {"": 1}, {"Sad": 1}, {"sad": 11}, {"sad": None}, {"sad": True}, {"a" * 33: 1},
    {f"a{n}": 1 for n in range(33)}, {"sad\n": 1}, {"é": 1}, {"binge": 1}, {"binge": None}, {"key": "1", "text": "="},
    {"key": "/", "text": "a"}, {"key": "1"}, {"mood": 5}, {"id": "x"}, {"id": "x", "scheduled_at": "2026-11-20"},
    {"id": "x", "scheduled_at": "2026-11-20T21:03:00.5Z"},
    {"id": "x", "scheduled_at": "2026-11-20T21:03:00Z", "colour": 1},
    {"id": "", "scheduled_at": "2026-11-20T21:03:00Z"}, {"id": "x", "scheduled_at": "2026-11-20T21:03:00+00:00"},
    "2026-11-20", "2026-11-20T21:03:00", "2026-11-31T00:00:00Z", "2026-11-20t21:03:00z",
    "2026-11-20T21:03:00.123456789Z", "2026-11-20T24:00:00Z", 1732136580, "1732136580", "1969-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-11-20T21:03:00.5+01:00", "1.0", "0.3", "check-in.v2",
    "heartbeat.v1",
)  # fmt: skip
NAMES = (
    "id", "source", "subject", "time", "data", "receivedat", "history", "datacontenttype", "type", "specversion",
    "mood", "affects", "sleep_hours", "prompt", "note", "symptoms", "scheduled_at", "key", "text", "sad",
    "traceparent", "Mood", "",
)  # fmt: skip
PIECES = (
    b"", b",", b"{", b"}", b'"', b"\\", b"\\u0061", b"null", b"},{", b",null,", b'"id":"x",', b'"mood":5,',
    b'"affects":{},', b'"history":true,', b'"history":false,', b'"data":{"mood":1},', b"-", b"-0", b"0", b"1", b".",
    b"e", b"E+1", b"e-400", b"NaN", b"Infinity", b"\xff", b"\xed\xa0\x80", b"\xc3\xa9", b"\x00", b"\x0b", b"\x1f",
    b"\x7f", b"\n", b" ", b"//", b"\xef\xbb\xbf", b"[", b"]", b"1111111111111111111111", b"0000000000000000000001",
)  # fmt: skip
SEPARATORS = ((",", ":"), (", ", ": "), (" ,\t", "\n:\r"))


def moment(random: Random) -> str:
    """A moment as the full reader takes it."""
    zone = timezone(timedelta(minutes=random.choice(ZONES)))
    at = datetime.fromtimestamp(random.uniform(200_000, 7_258_000_000), UTC).astimezone(zone)
    return at.isoformat(timespec=random.choice(PRECISIONS)).replace("+00:00", random.choice(("Z", "+00:00", "-00:00")))


def second(random: Random) -> str:
    """A moment that a plain prompt may have been scheduled at."""
    return random.choice((f"{moment(random)[:19]}Z", "2026-11-20T21:03:00+05:30", "2026-11-20T21:03:00-11:00"))


def rating(random: Random, most: int = 10) -> float:
    return random.choice((random.randint(0, most), random.uniform(0, most), random.choice(EDGES)))


def event(random: Random, *, plain: bool) -> dict[str, Any]:
    """A check-in that the full reader takes; one that is `plain` is for the short way, if nothing in it is escaped."""
    at = second(random) if plain else moment(random)
    said = {
        "mood": rating(random),
        "affects": {name: rating(random) for name in random.sample(AFFECTS, random.randint(0, 4))},
        "sleep_hours": random.choice((None, rating(random, 24))),
        "prompt": random.choice((None, shuffled(random, {"id": random.choice(IDS), "scheduled_at": at}))),
        "note": random.choice((None, shuffled(random, {"key": random.choice(SLUGS), "text": "cG9z-dGNhcmQ_AAAA"}))),
        "symptoms": None,
    }
    made = {
        "specversion": "1.0",
        "type": "check-in.v1",
        "id": random.choice(IDS),
        "source": random.choice(IDS),
        "subject": random.choice(SLUGS),
        "time": moment(random),
        "receivedat": random.choice((None, moment(random))),
        "history": False,
        "datacontenttype": random.choice((None, "application/json")),
        "data": some(random, said, needed=("mood",)),
    }
    return some(random, made, needed=("specversion", "type", "id", "source", "subject", "time", "data"))


def some(random: Random, fields: dict[str, Any], *, needed: tuple[str, ...]) -> dict[str, Any]:
    """With any of what is not needed left out."""
    return shuffled(random, {name: said for name, said in fields.items() if name in needed or random.random() < 0.6})


def shuffled(random: Random, fields: dict[str, Any]) -> dict[str, Any]:
    return dict(random.sample(list(fields.items()), len(fields)))


def nearly(random: Random) -> dict[str, Any]:
    """One of which one or two fields are odd, gone or too many."""
    made = event(random, plain=random.random() < 0.5)
    for _ in range(random.randint(1, 2)):
        part = random.choice([part for part in (made, made.get("data")) if isinstance(part, dict)])
        name = random.choice((*NAMES, *part))
        if random.random() < 0.8:
            part[name] = deepcopy(random.choice(ODD))
        else:
            part.pop(name, None)
    return made


def written(random: Random, made: dict[str, Any]) -> bytes:
    """As some program may write it."""
    return json.dumps(made, separators=random.choice(SEPARATORS), ensure_ascii=random.random() < 0.3).encode()


def broken(random: Random) -> bytes:
    """One with some bytes put in, taken out or written over, often at a place where a new part begins."""
    raw = written(random, event(random, plain=True))
    for _ in range(random.randint(1, 3)):
        begins = [at for at, byte in enumerate(raw) if byte in b'{},:"']
        at = random.choice(begins) if begins and random.random() < 0.7 else random.randint(0, len(raw))
        at += random.randint(0, 1)
        raw = raw[:at] + random.choice((*PIECES, random.randbytes(1))) + raw[at + random.choice((0, 0, 1, 3)) :]
    return raw


def anything(random: Random) -> bytes | None:
    """What may lie in Kafka."""
    kind = random.random()
    if kind < 0.3:
        return written(random, event(random, plain=kind < 0.15))
    if kind < 0.6:
        return written(random, nearly(random))
    return broken(random) if kind < 0.99 else None
