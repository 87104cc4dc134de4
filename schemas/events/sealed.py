"""Free text that only the care team may read: plain on the phone's side, sealed everywhere behind the gateway."""

from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.model import Message, Slug

PLAIN_LIMIT = 8_192
"""Characters in a note or a label."""

SEALED_LIMIT = 44_000
"""Characters once sealed: 4 bytes of UTF-8 each, nonce and tag, in base64."""


class Sealed(Message):
    """Text encrypted under the patient's own key; without that key it is noise."""

    key: Slug = Field(description="Which version of the patient's key sealed it.")
    text: Annotated[str, StringConstraints(min_length=1, max_length=SEALED_LIMIT, pattern=r"^[A-Za-z0-9_-]+$")] = Field(
        description="Nonce and ciphertext, base64url without padding."
    )


Plain = Annotated[str, StringConstraints(max_length=PLAIN_LIMIT)]
Private = Plain | Sealed
"""A note or a label, up to 8,192 characters as the patient typed it."""
