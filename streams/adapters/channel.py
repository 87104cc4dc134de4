"""What every channel is: one way out for messages, with the two things that may go wrong."""

from abc import ABC, abstractmethod
from typing import ClassVar

from schemas.alerts import Notification


class Channel(ABC):
    """One way out. It may know that the other end goes on reminding until it hears that somebody sees to it."""

    stays_open: ClassVar[bool] = False
    """Whether a message that was taken stands open at the other end until it is withdrawn."""

    @abstractmethod
    async def send(self, notification: Notification) -> None:
        """Hand it over; a repeat of the same notification is marked as one, where the receiver can tell.

        Raises:
            Unavailable: not now; worth another attempt.
            Rejected: never.
        """

    async def withdraw(self, notification: Notification) -> None:  # noqa: B027 -- few have anything to say
        """Say that somebody sees to it; raises as `send` does. Where nothing stays open there is nothing to say."""

    async def close(self) -> None:  # noqa: B027 -- some have nothing to let go of
        """Let go of connections."""
