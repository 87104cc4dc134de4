"""A phone is let in once per code, and shut out at once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from streams.gateway.limits import Buckets
from tests.gateway.fake import Gateway

Build = Callable[..., dict[str, Any]]
Check = Callable[..., dict[str, Any]]


async def _enrol(gateway: Gateway, code: str) -> httpx.Response:
    return await gateway.http.post("/v1/devices", json={"code": code})


async def _phone(gateway: Gateway, patient: str = "p-1") -> dict[str, Any]:
    response = await _enrol(gateway, gateway.parts.devices.new_code(patient, gateway.clock.now))
    assert response.status_code == 201, response.text
    device: dict[str, Any] = response.json()
    return device


async def _revoke(gateway: Gateway, device: str, token: str) -> httpx.Response:
    return await gateway.http.delete(f"/v1/devices/{device}", headers={"authorization": f"Bearer {token}"})


async def test_a_code_gives_a_token_that_sends_for_its_patient(gateway: Gateway, event: Build, problem: Check) -> None:
    phone = await _phone(gateway)
    assert phone["subject"] == "p-1"
    assert (await gateway.post(event(), token=phone["token"])).status_code == 202
    problem(await gateway.post(event(subject="p-2"), token=phone["token"]), 403)


async def test_a_code_works_once(gateway: Gateway, problem: Check) -> None:
    code = gateway.parts.devices.new_code("p-1", gateway.clock.now)
    answers = await asyncio.gather(*(_enrol(gateway, code) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 403, 403, 403, 403]
    problem(await _enrol(gateway, code), 403)


async def test_a_code_is_taken_as_people_copy_it(gateway: Gateway) -> None:
    code = gateway.parts.devices.new_code("p-1", gateway.clock.now)
    assert (await _enrol(gateway, f" {code.lower().replace('-', ' ')} ")).status_code == 201


async def test_a_code_ends(gateway: Gateway, problem: Check) -> None:
    code = gateway.parts.devices.new_code("p-1", gateway.clock.now)
    gateway.clock.now += timedelta(days=7)
    problem(await _enrol(gateway, code), 403)


@pytest.mark.parametrize("body", ["", "{}", '{"code":""}', '{"code":7}', '["code"]', '{"code":"' + "A" * 65 + '"}'])
async def test_what_is_no_code_is_422(gateway: Gateway, problem: Check, body: str) -> None:
    headers = {"content-type": "application/json"}
    problem(await gateway.http.post("/v1/devices", content=body, headers=headers), 422)


async def test_trying_codes_is_slowed_down(gateway: Gateway, problem: Check) -> None:
    answers = [await _enrol(gateway, f"AAAA-AAAA-AAAA-{n:04d}") for n in range(61)]
    assert [answer.status_code for answer in answers] == [403] * 60 + [429]
    problem(answers[-1], 429)


async def test_the_code_itself_is_stored_nowhere(gateway: Gateway) -> None:
    code = gateway.parts.devices.new_code("p-1", gateway.clock.now)
    plain = code.replace("-", "").encode()
    for file in gateway.home.rglob("*.sqlite*"):
        assert plain not in file.read_bytes()
        assert code.encode() not in file.read_bytes()


async def test_a_lost_phone_is_shut_out_at_once_and_for_good(gateway: Gateway, event: Build, problem: Check) -> None:
    lost, new = await _phone(gateway), await _phone(gateway)
    assert (await gateway.post(event(), token=lost["token"])).status_code == 202
    assert (await _revoke(gateway, lost["device_id"], new["token"])).status_code == 204
    problem(await gateway.post(event(), token=lost["token"]), 401)
    assert (await gateway.post(event(), token=new["token"])).status_code == 202
    assert (await _revoke(gateway, lost["device_id"], new["token"])).status_code == 204

    restarted = Gateway(gateway.home)
    problem(await restarted.post(event(), token=lost["token"]), 401)
    assert (await restarted.post(event(), token=new["token"])).status_code == 202
    restarted.parts.devices.close()


async def test_a_phone_cannot_shut_out_another_patients(gateway: Gateway, event: Build, problem: Check) -> None:
    mine, other = await _phone(gateway), await _phone(gateway, "p-2")
    problem(await _revoke(gateway, other["device_id"], mine["token"]), 404)
    problem(await _revoke(gateway, "no-such-device", mine["token"]), 404)
    assert (await gateway.post(event(subject="p-2"), token=other["token"])).status_code == 202


async def test_an_operator_shuts_out_any_phone(gateway: Gateway, event: Build, problem: Check) -> None:
    phone = await _phone(gateway)
    assert (await _revoke(gateway, phone["device_id"], gateway.operator)).status_code == 204
    problem(await gateway.post(event(), token=phone["token"]), 401)


async def test_the_command_shuts_out_all_phones_and_codes_of_a_patient(
    gateway: Gateway, event: Build, problem: Check
) -> None:
    phones = [await _phone(gateway), await _phone(gateway)]
    spare = gateway.parts.devices.new_code("p-1", gateway.clock.now)
    assert gateway.parts.devices.revoke_all("p-1", gateway.clock.now) == 2
    for phone in phones:
        problem(await gateway.post(event(), token=phone["token"]), 401)
    problem(await _enrol(gateway, spare), 403)


def test_a_bucket_refills_at_its_rate_and_no_further() -> None:
    buckets = Buckets(rate=2, burst=3)
    assert [buckets.wait("a", 0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.wait("a", 0.5) == 0
    assert [buckets.wait("a", 1_000.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.wait("b", 1_000.0) == 0
    assert buckets.wait("a", 0.0) == 0.5  # a clock that goes back gives nothing away
