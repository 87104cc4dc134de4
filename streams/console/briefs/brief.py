"""The pre-session brief in words. Called by the page of a brief and by `ipt-pulse brief`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.brief_view import Brief, DayMood, Logged, MoodChange, NotableDay, Noted, PatternSeen, ScoreNow, WeekView
from streams.console.briefs import section as say
from streams.console.briefs.questions import question
from streams.console.briefs.section import Section, often, times
from streams.console.times import day, patient_clock, short_day
from streams.console.words import MINUS, plain, points, rule_words

SAFETY = {
    "safety_item": "the safety item was answered above 0",
    "wants_contact": "the patient asked to be contacted",
    "crisis": "the patient pressed the crisis button",
}


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One day of the picture of the week; `mood` is None where there was no report."""

    day: date
    mood: DayMood | None


def brief_heading(brief: Brief) -> str:
    """Which days, and before which session."""
    told = [f"{day(brief.first)} to {day(brief.last)}"]
    if brief.next_session is not None:
        planned = f" of {brief.planned_sessions}" if brief.planned_sessions else ""
        told.append(f"before session {brief.next_session}{planned}")
    if brief.phase is not None:
        told.append(f"{plain(brief.phase)} phase")
    if brief.last_session is not None:
        told.append(f"last session {short_day(brief.last_session)}")
    return " · ".join(told)


def week_rows(brief: Brief) -> tuple[WeekRow, ...]:
    """Every day of the brief, the oldest first."""
    known = {mood.day: mood for mood in brief.week.days}
    days = (brief.first + timedelta(days=at) for at in range((brief.last - brief.first).days + 1))
    return tuple(WeekRow(at, known.get(at)) for at in days)


def brief_sections(brief: Brief) -> tuple[Section, ...]:
    """All of it; what there is nothing to say of is left out, save where that itself says something."""
    guarded = brief.guarded
    untried = () if brief.episode is None else ("None was tried in these days, as far as was logged.",)
    found = [
        *(say.safe_contact(guarded.people, tuple(map(_logged, guarded.logged))) if guarded else ()),
        Section("Safety", tuple(_safety(brief))),
        Section("Mood", tuple(_week(brief.week, brief.last))),
        Section("Questionnaires", tuple(map(_score, brief.scores))),
        Section("Found by the rules", tuple(map(_noted, brief.noted))),
        say.links(brief.links, brief.links_unclear, brief.links_more),
        Section("Communication patterns", tuple(map(_pattern, brief.patterns)) or ("None was logged in these days.",)),
        Section("Strategies", tuple(_strategies(brief)) or untried),
        Section("Goals", say.goals(brief.goals)),
        Section("Days that matter", tuple(map(say.near, brief.near))),
        Section("Questions left open", tuple(map(question, brief.questions))),
    ]
    return tuple(one for one in found if one.lines)


def _safety(brief: Brief) -> Iterator[str]:
    for note in brief.safety:
        instrument = f" ({note.instrument})" if note.instrument else ""
        yield f"{patient_clock(note.time)}: {SAFETY[note.what]}{instrument}. It was raised as an alert; speak of it."


def _week(week: WeekView, running: date) -> Iterator[str]:
    if week.mean is None:
        yield "No mood was reported in these days, which says nothing about mood."
        return
    usual = "there are too few days before for a usual"
    if week.usual is not None:
        low, high, days = week.usual.low, week.usual.high, week.usual.days
        usual = f"the usual is {low:.1f} to {high:.1f} (the middle 80 % of {times(days, 'day')} before)"
    yield f"{week.mean:.1f} of 10 on average over {times(week.n, 'report')}; {usual}."
    if week.change is not None:
        yield _change(week.change)
    means = [mood.mean for mood in week.days if mood.day < running]
    if week.best is None and len(means) > 1:
        yield f"The days hardly differ: their means lie between {min(means):.1f} and {max(means):.1f}."
    for name, notable in (("Best", week.best), ("Worst", week.worst)):
        if notable is not None:
            yield _notable(name, notable)
    if week.missing:
        yield f"No report on {', '.join(map(short_day, week.missing))}, which says nothing about mood."


def _change(change: MoodChange) -> str:
    interval = f"95 % interval {points(change.low)} to {points(change.high)}"
    direction = "lower" if change.change < 0 else "higher"
    difference = f"{abs(change.change):.1f} points {direction} than before ({interval})"
    if change.low <= 0 <= change.high:
        return f"No clear change: {difference}."
    return f"Mood is {difference}."


def _notable(name: str, notable: NotableDay) -> str:
    mood = f"{name} day {day(notable.day.day)}, {notable.day.mean:.1f} ({times(notable.day.n, 'report')})"
    if notable.felt is None:
        return f"{mood}: nothing was logged then or the evening before."
    strongest = "; the strongest" if notable.n > len(notable.logged) else ""
    told = f"{times(notable.n, 'interaction')} then or the evening before, felt {points(notable.felt)} on average"
    return f"{mood}. {told}{strongest}: {'; '.join(map(_logged, notable.logged))}."


def _logged(one: Logged) -> str:
    told = [f"{one.time:%a %H:%M} {plain(one.kind)} with {one.person}, felt {_felt(one.valence)}"]
    told += [plain(pattern) for pattern in one.patterns]
    if one.strategy is not None:
        told.append(f"tried {one.strategy}" + ("" if one.helped is None else f", which helped {one.helped:g} of 10"))
    return ", ".join(told)


def _felt(valence: int) -> str:
    return f"{valence:+d}".replace("-", MINUS) if valence else "0"


def _score(score: ScoreNow) -> str:
    left_out = ", some items left out" if score.imputed else ""
    told = f"{score.instrument} {score.total:g} on {short_day(score.on)}: {plain(score.band)}{left_out}"
    if score.before is None:
        return f"{told}; the first."
    if score.total == score.before:
        return f"{told}; as the one before."
    beyond = "more than measurement error" if score.beyond_error else "within measurement error"
    return f"{told}; {points(score.total - score.before)} since the one before, {beyond}."


def _noted(one: Noted) -> str:
    words = rule_words(one.rule)
    about = [str(one.evidence[name]) for name in ("instrument", "person") if name in one.evidence]
    title = f"{words.title}: {', '.join(about)}" if about else words.title
    return f"{title}, since {day(one.since)}. {words.says}"


def _pattern(seen: PatternSeen) -> str:
    return f"{plain(seen.pattern).capitalize()}: {often(seen.n)}, with {', '.join(seen.people)}."


def _strategies(brief: Brief) -> Iterator[str]:
    so_far = {(one.strategy, one.person): one for one in brief.tried_so_far}
    for one in brief.tried:
        known = so_far.get((one.strategy, one.person))
        before = ""
        if known is not None and known.times > one.times:
            helped = "" if known.helped is None else f", helped {known.helped:.1f} on average"
            before = f"; so far {often(known.times)}{helped}"
        yield f"{say.tried(one)}{before}."
