"""How a process of ours signs in at Kafka: one user for all its clients, from the settings.

A process has one identity, so every client takes it from here and none can forget it: `signed_in()` beside the address
where aiokafka's or kafka-python's client is made, `faust_options()` where Faust makes them.
"""

import ssl
from typing import Any

from streams.errors import Misconfigured
from streams.settings import Settings, settings


def signed_in(chosen: Settings | None = None) -> dict[str, Any]:
    """What aiokafka's clients and kafka-python's are told beside the address; nothing for a broker that asks for none.

    Raises:
        Misconfigured: one of user and password is missing, or the file of authorities cannot be read.
    """
    here = chosen or settings()
    context = _context(here)
    secured = {} if context is None else {"ssl_context": context}
    if not _has_user(here):
        return secured and {"security_protocol": "SSL", **secured}
    return {
        "security_protocol": "SASL_PLAINTEXT" if context is None else "SASL_SSL",
        "sasl_mechanism": here.kafka_mechanism.value,
        "sasl_plain_username": here.kafka_user,
        "sasl_plain_password": here.kafka_password.get_secret_value(),
        **secured,
    }


def asked(bootstrap: str) -> str:
    """A broker's address for messages: a client cannot tell a wrong password from no answer."""
    user = settings().kafka_user
    return f"{bootstrap}, asked as {user} (is its password right?)," if user else bootstrap


def faust_options(chosen: Settings | None = None) -> dict[str, Any]:
    """The same for a Faust app.

    Raises:
        Misconfigured: as `signed_in`.
    """
    from faust.auth import SASLCredentials, SSLCredentials  # noqa: PLC0415 - half a second that workers alone should pay

    here = chosen or settings()
    context = _context(here)
    if not _has_user(here):
        return {} if context is None else {"broker_credentials": SSLCredentials(context)}
    credentials = SASLCredentials(
        username=here.kafka_user,
        password=here.kafka_password.get_secret_value(),
        ssl_context=context,
        mechanism=here.kafka_mechanism.value,
    )
    return {"broker_credentials": credentials}


def _has_user(here: Settings) -> bool:
    user, password = bool(here.kafka_user), bool(here.kafka_password.get_secret_value())
    if user is not password:
        missing = "IPT_PULSE_KAFKA_PASSWORD" if user else "IPT_PULSE_KAFKA_USER"
        raise Misconfigured(f"Kafka's user and password come together: {missing} is not set")
    return user


def _context(here: Settings) -> ssl.SSLContext | None:
    """TLS 1.2 at least, as managed clusters speak it; the broker's name is checked."""
    if not here.kafka_tls:
        if here.kafka_ca is not None:
            raise Misconfigured("IPT_PULSE_KAFKA_CA is set, but not IPT_PULSE_KAFKA_TLS")
        return None
    try:
        context = ssl.create_default_context(cafile=here.kafka_ca)
    except OSError as error:
        raise Misconfigured(f"IPT_PULSE_KAFKA_CA: {here.kafka_ca} holds no certificates that can be read") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
