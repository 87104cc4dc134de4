"""Asking a server on this machine whether it is there: often, so cheaply, and never by way of a proxy.

Used for every readiness check over HTTP under deploy.local.
"""

from functools import cache

import httpx

TIMEOUT_S = 2.0


def answers(url: str) -> bool:
    """Whether a GET of `url` succeeds within two seconds."""
    try:
        return _client().get(url).is_success
    except httpx.TransportError:
        return False


@cache
def _client() -> httpx.Client:
    """One for all: making one reads the machine's certificates, which takes longer than any answer."""
    return httpx.Client(timeout=TIMEOUT_S, trust_env=False)
