"""Setting InfluxDB up, checking it and erasing in it, the same for 1.8 and 2.x; 3 Core where it can.

    server     one server: which version it is, requests and InfluxQL queries
    admin      what can be done with any version
    daily      which fields have daily means, and what those are called
    version_1  databases, users, continuous queries
    version_2  buckets, tokens, tasks
    version_3  what 3 Core cannot do, and why
    erasure    the predicate of a deletion, validated

Called by `ipt-pulse influx`, `erase` and `grafana sync`.
"""

from streams.adapters.influx_admin.admin import Admin
from streams.adapters.influx_admin.open import admin_of

__all__ = ["Admin", "admin_of"]
