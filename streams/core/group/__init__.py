"""Therapy groups: what a group needs to know of its members, and what follows when all of it comes together.

    member   what one patient's state says to each of their groups
    record   what is kept of a group: the newest word of each member, and what was raised
    detect   did several members worsen in the week after a session?
    gather   one group, new signals: the record, alert signals and the view that follow
    show     the view; reader: the part of it that somebody may see

Whatever the order, repeats and grouping of signals, the members kept are the same: of each the newest word stands.
"""

from streams.core.group.gather import Gathered, gather
from streams.core.group.member import member_signals
from streams.core.group.reader import for_reader
from streams.core.group.record import GroupRecord, pack_group, unpack_group

__all__ = [
    "Gathered",
    "GroupRecord",
    "for_reader",
    "gather",
    "member_signals",
    "pack_group",
    "unpack_group",
]
