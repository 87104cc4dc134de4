"""The words of a message, the same by every channel: that an alert waits, how urgent it is, and a link to sign in at.

A page may be read over a shoulder: nothing here says whose alert it is, by what rule, or what was found.
"""

from dataclasses import dataclass

from schemas.alerts import Notification


@dataclass(frozen=True, slots=True)
class Words:
    """What one message says."""

    subject: str
    text: str
    link: str


def words(notification: Notification, console: str) -> Words:
    """The words of a notification; `console` is the address of the console, without a slash at its end."""
    if notification.test:
        text = "This is a test of the way that messages take. No alert waits, and nothing has to be done."
        return Words("ipt-pulse: test message", text, console)
    urgency = notification.severity.value
    text = f"An alert waits. Urgency: {urgency}. Sign in to see it."
    return Words(f"ipt-pulse: an alert waits ({urgency})", text, f"{console}/alerts/{notification.alert_id}")
