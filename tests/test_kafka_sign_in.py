import re
import ssl
from pathlib import Path

import pytest

from streams.errors import Misconfigured
from streams.kafka_sign_in import faust_options, signed_in
from streams.settings import Settings

STREAMS = Path(__file__).parents[1] / "streams"
WORKER = {"kafka_user": "worker", "kafka_password": "secret"}
CLIENT = re.compile(r"(?:AIOKafka\w+|Kafka(?:Consumer|Producer|AdminClient))\((?!\))")


def test_a_broker_that_asks_for_nothing_is_told_nothing() -> None:
    assert signed_in(Settings()) == {}
    assert faust_options(Settings()) == {}


def test_user_and_password() -> None:
    chosen = Settings(**WORKER)
    assert signed_in(chosen) == {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "worker",
        "sasl_plain_password": "secret",
    }
    credentials = faust_options(chosen)["broker_credentials"]
    assert (credentials.username, credentials.password) == ("worker", "secret")
    assert credentials.protocol.value == "SASL_PLAINTEXT"
    assert credentials.mechanism.value == "SCRAM-SHA-512"


def test_tls_checks_the_name_and_is_no_older_than_1_2() -> None:
    chosen = Settings(**WORKER, kafka_tls=True, kafka_mechanism="PLAIN")
    told = signed_in(chosen)
    assert (told["security_protocol"], told["sasl_mechanism"]) == ("SASL_SSL", "PLAIN")
    assert told["ssl_context"].check_hostname
    assert told["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert told["ssl_context"].minimum_version is ssl.TLSVersion.TLSv1_2
    assert faust_options(chosen)["broker_credentials"].protocol.value == "SASL_SSL"


def test_tls_without_a_user() -> None:
    chosen = Settings(kafka_tls=True)
    assert signed_in(chosen)["security_protocol"] == "SSL"
    assert faust_options(chosen)["broker_credentials"].protocol.value == "SSL"


@pytest.mark.parametrize(
    ("given", "missing"),
    [({"kafka_user": "worker"}, "KAFKA_PASSWORD"), ({"kafka_password": "secret"}, "KAFKA_USER")],
)
def test_half_of_it_is_refused_by_name(given: dict[str, str], missing: str) -> None:
    with pytest.raises(Misconfigured, match=missing) as told:
        signed_in(Settings(**given))
    assert "secret" not in str(told.value)


def test_authorities_without_tls_or_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="not IPT_PULSE_KAFKA_TLS"):
        signed_in(Settings(kafka_ca=tmp_path / "ca.pem"))
    with pytest.raises(Misconfigured, match=r"ca\.pem holds no certificates"):
        signed_in(Settings(kafka_ca=tmp_path / "ca.pem", kafka_tls=True))
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(Misconfigured, match=r"ca\.pem holds no certificates"):
        signed_in(Settings(kafka_ca=tmp_path / "ca.pem", kafka_tls=True))


def test_no_client_forgets_to_sign_in() -> None:
    forgetful = []
    for file in STREAMS.rglob("*.py"):
        if "bench" in file.parts:  # which start a broker of their own
            continue
        text = file.read_text()
        if len(CLIENT.findall(text)) + text.count("self._connect(") > text.count("**signed_in()"):
            forgetful.append(str(file))
    assert not forgetful
