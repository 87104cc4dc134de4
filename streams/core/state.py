"""What is kept of one patient: an order-free function of the set of their events, packed into few bytes.

Events of the open 14 days are kept one by one, in (time, mark) order, so that a late one finds its place. What is older
has passed the horizon and is kept as sums. No name, note or answer is in here; that the safety item was positive is, as
it is in the alert that it raised.
"""

from typing import Final

import msgspec

from streams.core import day_bits
from streams.core import moods as packed_moods
from streams.core.days import DayTotal, totals
from streams.core.entry import AnyEntry, InteractionEntry, LifeEntry, PersonEntry, ScoreEntry
from streams.core.episode import Course
from streams.core.links import Links
from streams.core.moments import DAY, Day, Micros, day_close

HORIZON: Final[Micros] = 14 * DAY
"""How far behind the patient's newest event another may be and still count."""

SETTLED: Final[Micros] = 30 * DAY
"""Findings this far behind the patient's newest event can no longer change."""

KEPT_DAYS: Final = 226
"""Days of mood that are kept: 180 for pictures, 28 of a window, the open 14 and time zones. Detection needs fewer."""

MOST_OPEN: Final = 2_000
"""Events of the open days that are kept: some 95 a day, seven times what anybody is asked. What a broken phone sends
beyond is set aside, so that no patient's record grows until it fits into no Kafka message and costs the others theirs.
"""

MOST_SCORES: Final = 1_000
"""Questionnaires behind the horizon that are kept, the newest: weekly ones for six years."""

ALARMS_KEPT: Final[Micros] = 60 * DAY
"""How far behind the newest event an alarm is kept: longer than it can be told of, or start a later window."""


SIGNS_KEPT: Final = 80
"""Local days back of which signs of life are kept: a habit of 28 before a silence of 28, the open 14, time zones."""

LINKED_KEPT: Final[Micros] = 80 * DAY
"""How far back interactions are counted by problem area: the 30 days of unsettled findings, twice the 21 days of a
window, which decide whether a drift is a new one, and time zones."""


SYMPTOMS: Final = ("binge", "purge", "restrict")


class SymptomDay(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One local day's counts of eating-disorder behaviour, each in the order of SYMPTOMS."""

    day: Day
    reports: tuple[int, int, int]
    """Check-ins that say anything of it."""
    counts: tuple[int, int, int]
    event_ids: tuple[str, ...]
    """The check-ins that count anything, while a finding may name them."""


class Alarm(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A local day at whose close mood stood lower than before: which days against which, and how far."""

    day: Day
    offset: int
    """UTC offset of that day's last report, minutes."""
    since: Day
    n_after: int
    mean_after: float
    n_before: int
    mean_before: float
    z: float
    score: float = 0.0
    """What the threshold was held against."""


class SignDay(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One local day's signs of the phone. Sets, so that copies and order leave no trace in them.

    Once it is behind the horizon nothing is added to it, and it is kept as `past` gives it.
    """

    day: Day
    beats: int
    """A bit for each local hour in which it said that it is alive."""
    asked: int
    """A bit for each local half hour in which it asked for a check-in."""
    last: Micros
    """Time of the last sign."""
    offset: int
    """UTC offset of the last sign, minutes."""

    def past(self) -> "SignDay":
        """What silence is judged by: whether there was a heartbeat, and a bit for each half hour in which it asked."""
        return SignDay(self.day, int(self.beats > 0), (1 << self.asked.bit_count()) - 1, 0, self.offset)


class Silence(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A local day at whose close a patient was unusually silent: how, since when, against which habit."""

    day: Day
    offset: int
    """UTC offset where that day ended, minutes."""
    since: Day
    kind: str
    """`offline`, `unanswered` or `dropping_off`."""
    recent: tuple[int, int, int, int]
    """Days looked at, answers, half hours with a prompt, and days with a heartbeat."""
    habit: tuple[int, int, int, int]
    """The same of the days before."""
    chance: float
    """How likely so few are, were these any of the patient's days."""
    risk: tuple[str, ...]
    """What was known of risk by then."""

    @property
    def answers(self) -> int:
        """Answers on the days looked at; 0 where nothing came at all."""
        return self.recent[1]


class LinkedDay(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One local day's interactions that belong to a problem area."""

    day: Day
    offset: int
    """UTC offset of the last of them, minutes."""
    areas: dict[str, int]
    """How many belong to which, in alphabetical order."""


Sums = tuple[int, int, int]
"""Mood reports of some days: how many, the sum of their moods (hundredths), and of the squares."""


class SessionWeek(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Mood before and in the week after a session of a group; None while something may still change it."""

    day: Day
    """The session's local day."""
    before: Sums | None = None
    after: Sums | None = None
    offset: int = 0
    """UTC offset of the last of those reports, minutes."""

    def over_at(self, days: int) -> Micros:
        """When `days` days after the session are over."""
        return day_close(self.day + days, self.offset)


class State(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything analysis knows of one patient."""

    newest: Micros = 0
    """Time of the newest event; 0 before the first."""
    history_until: Micros = 0
    """Close of the last local day that imported events reach: what was found up to then pages nobody."""
    moods: bytes = b""
    """The open days' check-ins that say nothing but mood, packed by `moods`."""
    day_totals: bytes = b""
    """Days with a mood report, oldest first, no further back than detection looks; packed by `days`."""
    first_day: Day | None = None
    """Local day of the first mood report that passed the horizon."""
    judged_through: Day = 0
    """The last local day that mood detection has judged."""
    clock_closed: Micros = 0
    """Up to when the clock has closed days with a mood report; later reports of those days do not open them again,
    unless the patient went where they last longer."""
    alarms: tuple[Alarm, ...] = ()
    silence_judged: Day = 0
    """The last local day that silence was judged on."""
    silence_closed: Micros = 0
    """Up to when the clock has closed days for silence, with or without a report."""
    silences: tuple[Silence, ...] = ()
    others: tuple[AnyEntry, ...] = ()
    """All else of the open days, in (time, mark) order."""
    scores: tuple[ScoreEntry, ...] = ()
    """Questionnaires that passed the horizon; as all that did, they are `past`, and stand in (time, mark) order."""
    links: Links = msgspec.field(default_factory=Links.empty)
    """What passed the horizon, as the sums that the regression of mood on events needs."""
    course: Course = msgspec.field(default_factory=Course)
    """The episodes of care, from the steps that passed the horizon."""
    linked: tuple[LinkedDay, ...] = ()
    """What passed the horizon of the interactions that belong to a problem area, oldest first."""
    people: tuple[PersonEntry, ...] = ()
    """Inventory entries that passed the horizon and said something new."""
    noted: tuple[InteractionEntry, ...] = ()
    """Interactions that passed the horizon and that relationship findings may rest on."""
    life: tuple[LifeEntry, ...] = ()
    """Life events that passed the horizon."""
    symptoms: tuple[SymptomDay, ...] = ()
    """Days with symptoms counted that passed the horizon, no further back than detection looks."""
    weeks: tuple[SessionWeek, ...] = ()
    """The weeks after the sessions of groups that passed the horizon, oldest first."""
    signs: tuple[SignDay, ...] = ()
    """Days on which the phone was heard, oldest first."""
    told_on: bytes = b""
    """Local days of what passed the horizon on which the patient reported something else than mood; as `day_bits`."""
    unsafe_on: bytes = b""
    """The same for what raised a safety alert."""

    @property
    def days(self) -> tuple[DayTotal, ...]:
        """Days with a mood report, oldest first, no further back than detection looks."""
        return tuple(totals(self.day_totals))

    @property
    def told(self) -> tuple[Day, ...]:
        """Local days on which something else than mood was reported, behind the horizon; oldest first."""
        return day_bits.unpack(self.told_on)

    @property
    def unsafe(self) -> tuple[Day, ...]:
        """Local days of what raised a safety alert, behind the horizon; oldest first."""
        return day_bits.unpack(self.unsafe_on)

    @property
    def open(self) -> list[AnyEntry]:
        """All that was told of the open days, in (time, mark) order."""
        return sorted([*packed_moods.entries(self.moods), *self.others], key=lambda known: (known.time, known.mark))


class Raised(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An alert that was sent on: enough to recognise the same finding again."""

    alert_id: str
    rule: str
    about: str
    """The instrument, or what happened and with whom, if it is about one."""
    severity: str
    since: Day
    until: Day
    raised_at: Micros
    digest: bytes
    """8 bytes that change with what was told of it."""
    revised: bool = False


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The table record of one patient; packed by `packed`."""

    closes_at: Micros = 0
    """When the clock may close the newest day; 0 for never."""
    view_at: Micros = 0
    """When the console is to be told what changed; 0 for nothing changed."""
    calm_until: Micros = 0
    """Until when check-ins may go the short way (`calm`); 0 for not now."""
    state: State = State()
    raised: tuple[Raised, ...] = ()
    heard_through: int = -1
    """Offset of the newest event that was taken in: what comes again up to here is a replay after a crash."""
    heard_at: Micros = 0
    """The broker's time of the newest batch that brought anything of this patient."""
    told: dict[str, bytes] = {}
    """What each of the patient's groups was told last, as 8 bytes that change with it."""


EMPTY: Final = Record()
