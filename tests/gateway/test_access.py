"""Who may call: forged, expired and revoked tokens stay outside, and nobody calls too often."""

import base64
import hmac
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from streams.adapters.tokens import AUDIENCE, IMPORT, ISSUER, WRITE
from tests.gateway.fake import Gateway

Build = Callable[..., dict[str, Any]]
Check = Callable[..., dict[str, Any]]


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def _mutants(gateway: Gateway) -> dict[str, str]:
    """Tokens that are nearly right."""
    right = gateway.token()
    head, body, signature = right.split(".")
    claims = orjson.loads(base64.urlsafe_b64decode(body + "=="))
    header = orjson.loads(base64.urlsafe_b64decode(head + "=="))
    ours = OKPKey.import_key((gateway.home / "keys" / "issuer.pem").read_bytes())
    theirs = OKPKey.generate_key("Ed25519")
    public = ours.as_pem(private=False)

    def by(key: OKPKey, more: dict[str, Any] | None = None, **changes: Any) -> str:
        altered = {name: value for name, value in (claims | changes).items() if value is not ...}
        return jwt.encode({"alg": "EdDSA"} | (more or {}), altered, key, algorithms=["EdDSA"])

    def mac(alg: str, key: bytes) -> str:
        signed = f"{_part(header | {'alg': alg})}.{body}"
        code = base64.urlsafe_b64encode(hmac.digest(key, signed.encode(), sha256)).rstrip(b"=").decode()
        return f"{signed}.{code}"

    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    return {
        "nothing": "",
        "one word": "x",
        "dots": "..",
        "many dots": "a.b.c.d.e",
        "not base64": "!!.??.@@",
        "too long": right + "A" * 5_000,
        "no signature": f"{head}.{body}.",
        "flipped signature": f"{head}.{body}.{flipped}",
        "cut signature": right[:-4],
        "another body": f"{head}.{_part(claims | {'sub': 'p-2'})}.{signature}",
        "more scope": f"{head}.{_part(claims | {'scope': IMPORT})}.{signature}",
        "none": f"{_part(header | {'alg': 'none'})}.{body}.",
        "None": f"{_part(header | {'alg': 'None'})}.{body}.{signature}",
        "no alg": f"{_part({'typ': 'JWT'})}.{body}.{signature}",
        "alg a number": f"{_part(header | {'alg': 5})}.{body}.{signature}",
        "header a list": f"{_part([1])}.{body}.{signature}",
        "body a list": f"{head}.{_part([1])}.{signature}",
        "HS256 with the public key": mac("HS256", public),
        "HS256 with nothing": mac("HS256", b""),
        "RS256": f"{_part(header | {'alg': 'RS256'})}.{body}.{signature}",
        "another key": by(theirs),
        "another key by jku": by(theirs, {"jku": "https://evil.example/keys"}),
        "another key by jwk": by(theirs, {"jwk": theirs.as_dict(private=False)}),
        "another key by kid": by(theirs, {"kid": "../../etc/passwd"}),
        "expired": by(ours, exp=int((gateway.clock.now - timedelta(seconds=1)).timestamp())),
        "no expiry": by(ours, exp=...),
        "expiry a text": by(ours, exp="never"),
        "expiry beyond time": by(ours, exp=10**30),
        "another audience": by(ours, aud="console"),
        "audiences": by(ours, aud=[AUDIENCE, "console"]),
        "no audience": by(ours, aud=...),
        "another issuer": by(ours, iss=ISSUER + "x"),
        "no issuer": by(ours, iss=...),
        "no subject": by(ours, sub=...),
        "subject a number": by(ours, sub=1),
        "subject with a comma": by(ours, sub="p-1,p-2"),
        "no id": by(ours, jti=...),
        "no scope": by(ours, scope=...),
        "scope a list": by(ours, scope=[WRITE]),
    }


async def test_no_mutant_of_a_token_is_let_in(gateway: Gateway, event: Build, problem: Check) -> None:
    mutants = _mutants(gateway)
    assert len(mutants) >= 30
    let_in = []
    for name, token in mutants.items():
        headers = {"authorization": f"Bearer {token}", "content-type": "application/cloudevents+json"}
        response = await gateway.http.post("/v1/events", json=event(), headers=headers)
        if response.status_code != 401:
            let_in.append((name, response.status_code))
        else:
            problem(response, 401)
            assert response.headers["www-authenticate"].startswith("Bearer")
    assert let_in == []
    assert gateway.producer.sent == []


@pytest.mark.parametrize("header", ["", "Bearer", "Basic dXNlcjpwYXNz", "bearer  ", "Token abc"])
async def test_without_a_bearer_token_it_is_401(gateway: Gateway, problem: Check, header: str) -> None:
    problem(await gateway.http.post("/v1/events", headers={"authorization": header}), 401)


async def test_the_token_is_asked_for_before_anything_is_read(gateway: Gateway, problem: Check) -> None:
    problem(await gateway.http.post("/v1/events", content=b"x" * 5_000_000), 401)


async def test_a_token_for_something_else_is_403(gateway: Gateway, event: Build, problem: Check) -> None:
    for scope in ("", "summary:read", "events:writer", "events"):
        problem(await gateway.post(event(), token=gateway.token(scope=scope, id=f"dev{scope[:3]}")), 403)


async def test_a_token_ends_when_it_says(gateway: Gateway, event: Build, problem: Check) -> None:
    token = gateway.token()
    assert (await gateway.post(event(), token=token)).status_code == 202
    gateway.clock.now += timedelta(days=1)
    problem(await gateway.post(event(), token=token), 401)


async def test_a_phone_that_calls_too_often_waits(gateway: Gateway, event: Build, problem: Check) -> None:
    answers = [await gateway.post(event()) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [202] * 60 + [429]
    problem(answers[-1], 429)
    assert (await gateway.post(event(subject="p-2"), token=gateway.token("p-2"))).status_code == 202
    gateway.clock.now += timedelta(seconds=int(answers[-1].headers["retry-after"]))
    assert (await gateway.post(event())).status_code == 202


async def test_the_issuers_key_is_its_owners_alone(gateway: Gateway) -> None:
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in _files(gateway.home)}
    assert {"issuer.pem", "vault-master.key", "vault.sqlite", "devices.sqlite"} <= set(modes)
    assert set(modes.values()) == {"0o600"}


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]
