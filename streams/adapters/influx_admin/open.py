"""The administration of whichever InfluxDB answers."""

from typing import Final

from streams.adapters.influx_admin.admin import Admin
from streams.adapters.influx_admin.server import Server
from streams.adapters.influx_admin.version_1 import Version1
from streams.adapters.influx_admin.version_2 import Version2
from streams.adapters.influx_admin.version_3 import Version3
from streams.errors import Misconfigured

OLDEST: Final = (1, 8)


def admin_of(url: str, token: str, org: str, *, every: str = "1h") -> Admin:
    """The server at `url`, with a token that may set it up.

    Args:
        url: of the server.
        token: an all-access one; for 1.8 `user:password` of an administrator.
        org: of 2.x.
        every: how often daily means are taken anew.

    Raises:
        Misconfigured: it is no InfluxDB, or one before 1.8.
        Unavailable: it does not answer.
    """
    server = Server(url, token)
    version = server.version()
    if version < OLDEST:
        raise Misconfigured(f"InfluxDB {'.'.join(map(str, version))} is too old: 1.8 is the first with /api/v2/write")
    match version[0]:
        case 1:
            return Version1(server, every=every)
        case 2:
            return Version2(server, org, every=every)
    return Version3(server)
