"""`audit` (append-only, keyed by writer): who looked at whom, and who did what, as a chain of hashes for each writer.

An account is its random id, a patient their pseudonym, a page the shape of its address. No name, no score and no words
that somebody typed: of the text that goes with a broken glass there is a hash alone.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.model import Instant, Message, Slug, TeamId, Text

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256, in hexadecimal digits."""


class Deed(StrEnum):
    """What somebody did."""

    LOOKED = "looked"
    """At a page, or at a part of one such as a picture."""
    ACTED = "acted"
    """On an alert, or on what a patient is shown."""
    BROKE_GLASS = "broke_glass"
    """Opened a patient who is none of theirs, with a reason, for a limited time."""
    REFUSED = "refused"
    """Asked for a patient, alert or group that is none of theirs, and got nothing."""
    WITHHELD = "withheld"
    """Got nothing of what the entry before says, since that could not be written in time."""
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"


class GlassReason(StrEnum):
    """Why somebody opens a patient who is none of theirs."""

    ALERT = "alert"
    """To act on an open alert."""
    EMERGENCY = "emergency"
    COVER = "cover"
    """The patient's own therapist is away."""
    OTHER = "other"


class AuditDeed(Message):
    """Who did what to whom, before it has a place in a chain."""

    at: Instant
    who: Slug | None = Field(default=None, description="The id of an account.")
    role: Slug | None = None
    deed: Deed
    page: Text | None = Field(default=None, description="The shape of its address, such as /patients/{patient}/brief.")
    patient: Slug | None = None
    alert: Slug | None = None
    group: Slug | None = None
    care_teams: tuple[TeamId, ...] = Field(
        default=(), description="Whose matter it is: the patient's team, or where there is no patient the account's."
    )
    glass: bool = Field(default=False, description="The patient was open because the glass was broken.")
    reason: GlassReason | None = None
    words: Hash | None = Field(default=None, description="Of what was typed as a reason, salted; kept by the writer.")
    until: Instant | None = Field(default=None, description="When the broken glass closes again.")


class AuditEntry(AuditDeed):
    """A deed in its place: the writer's, by number from 1, and chained to the one before it."""

    writer: Slug
    number: Annotated[int, Field(ge=1, lt=2**53)]
    before: Hash = Field(description="The hash of the entry before; of the first one only zeros.")
    hash: Hash = Field(description="Of everything above, as `streams.core.trail.hash_of` writes it.")
