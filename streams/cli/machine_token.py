"""A token for commands that send on the gateway's own machine, where nobody should have to bring one.

Used by `send` and `import`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from streams.adapters.tokens import IMPORT, Tokens
from streams.adapters.tokens_devices import Devices
from streams.errors import Misconfigured
from streams.settings import settings

LIFETIME = timedelta(days=1)


@contextmanager
def token_or_own(given: str, name: str) -> Iterator[str]:
    """The token that was given; else one of this machine's own issuer, called `name`, that is taken back afterwards.

    Raises:
        Misconfigured: none was given, and no gateway keeps its keys here.
    """
    if given:
        yield given
        return
    if not (settings().keys / "issuer.pem").exists():
        raise Misconfigured(
            "no token: set IPT_PULSE_TOKEN to one from `ipt-pulse enrol --operator NAME`; "
            "on the machine of a gateway none is needed (`ipt-pulse up` starts one)"
        )
    devices, now = Devices(settings().home), datetime.now(UTC)
    grant = devices.new_operator(name, IMPORT, now + LIFETIME)
    try:
        yield Tokens(settings().keys).issue(grant, now)
    finally:
        devices.revoke(grant.id, datetime.now(UTC))
        devices.close()
