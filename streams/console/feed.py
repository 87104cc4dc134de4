"""What keeps the console's store up to date, and rings when something changed."""

from collections.abc import Callable
from datetime import datetime

from streams.adapters.follower import Follower, Following
from streams.console.changes import Changes
from streams.console.store import Store
from streams.metrics import CONSOLE_RECORDS, CONSOLE_UNREADABLE
from streams.topics import ALERTS, GROUP_VIEWS, RELEASES, VIEWS

READ = (ALERTS, VIEWS, GROUP_VIEWS, RELEASES)

RECORDS_AT_ONCE = 200
"""So that taking them up holds the pages for well under 100 ms."""


class Feed(Follower):
    """Follows alerts and views."""

    def __init__(self, bootstrap: str, store: Store, changes: Changes, now: Callable[[], datetime]) -> None:
        following = Following(READ, RECORDS_AT_ONCE, CONSOLE_RECORDS, CONSOLE_UNREADABLE, changes.ring)
        super().__init__(bootstrap, store, following, now)
