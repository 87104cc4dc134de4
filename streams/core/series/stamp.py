"""When points stand that tell of a day: noon in UTC, which is on that calendar day in every zone people live in.

At midnight a reader west of Greenwich would see the day before.
"""

from datetime import UTC, date, datetime, time

from streams.core.moments import micros


def noon(day: date) -> int:
    """Noon of a calendar day, in nanoseconds since 1970."""
    return micros(datetime.combine(day, time(12), UTC)) * 1000
