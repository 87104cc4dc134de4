"""Ids that are functions of what they name, so that a repeat of the same work gives the same id."""

from hashlib import blake2b

import orjson


def hashed_id(*parts: str) -> str:
    """32 hex digits that stand for `parts`; the order counts, and no two lists of parts run together."""
    return blake2b(orjson.dumps(parts), digest_size=16).hexdigest()
