"""The end-of-initial formulation and the termination review in words. Called by their page and by `ipt-pulse brief`."""

from collections.abc import Iterator
from dataclasses import replace

from schemas.review_view import Close, DisputeView, Formulation, Review, ScoreChange
from schemas.vocabulary import Arm
from streams.console.briefs import section as say
from streams.console.briefs.section import Section, times
from streams.console.times import day, short_day
from streams.console.words import plain, points

RINGS = {1: "innermost", 2: "close", 3: "further out", 4: "outermost", None: "closeness not said"}
ARMS = {
    Arm.IPT: "IPT",
    Arm.MEDICATION: "medication",
    Arm.COMBINED: "IPT and medication",
    Arm.SUPPORTIVE: "supportive therapy",
    Arm.OTHER: "other",
}
VERDICTS = {
    "recovered": "reliably better, and from caseness to below it",
    "improved": "reliably better",
    "no_reliable_change": "no reliable change",
    "deteriorated": "reliably worse",
    "not_enough": "too few totals to tell",
}


def formulation_sections(known: Formulation) -> tuple[Section, ...]:
    """What the initial phase found."""
    over = "" if known.complete else " The initial phase is not over: this is a draft."
    treated = f"{plain(known.focus).capitalize()}, {plain(known.modality)}; treatment: {ARMS[known.arm]}."
    agreed = [f"{plain(one.area).capitalize()}, agreed on {day(one.since)}." for one in known.areas]
    found = [
        *say.safe_contact(known.safe_contact_first),
        Section(
            "Therapy", (treated, f"Opened on {day(known.opened_on)}; as of {day(known.until)}.{over}", *_team(known))
        ),
        Section("Problem areas", tuple(agreed) or ("None is agreed on yet.",)),
        Section("People, the closest first", tuple(map(_standing, known.inventory)) or ("Nobody was entered yet.",)),
        Section("Disputes", tuple(map(_dispute, known.disputes)) or ("No stage of any dispute was told.",)),
        Section("Life events", tuple(f"{day(one.on)}: {plain(one.kind)}." for one in known.life_events)),
        Section(
            "First scores",
            tuple(
                f"{one.instrument} {one.total:g} on {short_day(one.on)}: {plain(one.band)}"
                f"{', at or above caseness' if one.case else ', below caseness'}."
                for one in known.scores
            )
            or ("No questionnaire was scored.",),
        ),
        Section("Goals", say.goals(known.goals) or ("None was set by then.",)),
        replace(say.links(known.links, known.links_unclear), title="What mood moves along with, as it reads now"),
    ]
    return tuple(one for one in found if one.lines)


def review_sections(known: Review) -> tuple[Section, ...]:
    """First against now, what helped, and what to plan for."""
    ended = "It lasts." if known.outcome is None else f"It ended: {plain(known.outcome)}."
    dose = f" of {known.planned_sessions} planned" if known.planned_sessions else ""
    sessions = f"{times(known.held, 'session')} held{dose}, {known.missed} missed."
    found = [
        *say.safe_contact(known.safe_contact_first),
        Section("Therapy", (f"{day(known.opened_on)} to {day(known.until)}. {ended}", sessions, *_team(known))),
        Section("First against now", tuple(map(_change, known.scores)) or ("No questionnaire was scored.",)),
        Section("Goals", say.goals(known.goals) or ("None was set.",)),
        Section("Closeness, then and now", tuple(map(_closeness, known.closeness)) or ("Nobody was entered.",)),
        Section("Disputes", tuple(map(_dispute, known.disputes))),
        Section("Strategies, what helped most first", tuple(f"{say.tried(one)}." for one in known.strategies)),
        say.links(known.links, known.links_unclear),
        Section("Plan ahead", tuple(_ahead(known))),
    ]
    return tuple(one for one in found if one.lines)


def _change(one: ScoreChange) -> str:
    first = f"{one.instrument}: {one.first:g} ({plain(one.first_band)}) on {short_day(one.first_on)}"
    if one.n == 1:
        return f"{first}, and no other total."
    last = f"{one.last:g} ({plain(one.last_band)}) on {short_day(one.last_on)}"
    told = f"{first}, {last}: {points(one.last - one.first)}, {VERDICTS[one.first_to_last]}"
    if one.first_to_last == "no_reliable_change" and one.confirmed in {one.first_to_last, "not_enough"}:
        return f"{told}."
    if one.confirmed == "not_enough":
        return f"{told}; not confirmed, which takes four totals."
    if one.confirmed == one.first_to_last:
        return f"{told}; confirmed by two totals in a row."
    return f"{told}. Two totals in a row against the mean of the first two say: {VERDICTS[one.confirmed]}."


def _team(known: Formulation | Review) -> tuple[str, ...]:
    return (f"Care team: {known.care_team}.",) if known.care_team else ()


def _standing(one: Close) -> str:
    return f"{one.person}{_relation(one)}: {RINGS[one.ring_now]}."


def _closeness(one: Close) -> str:
    if one.ring_then == one.ring_now:
        return f"{one.person}{_relation(one)}: {RINGS[one.ring_now]}, as before."
    return f"{one.person}{_relation(one)}: {RINGS[one.ring_then]}, now {RINGS[one.ring_now]}."


def _relation(one: Close) -> str:
    return f" ({plain(one.relation)})" if one.relation and one.relation != one.person else ""


def _dispute(one: DisputeView) -> str:
    return f"{one.person}: {', then '.join(f'{stage.stage} ({short_day(stage.on)})' for stage in one.stages)}."


def _ahead(known: Review) -> Iterator[str]:
    ahead = known.ahead
    if ahead.maintenance:
        yield f"Maintenance sessions are agreed on: {plain(ahead.maintenance)}."
    for score in known.scores:
        if score.watch_total is not None:
            yield f"{score.instrument}: a total of {score.watch_total:g} or more would be reliably worse than the last."
    if ahead.open_goals:
        yield f"Goals still open: {', '.join(ahead.open_goals)}."
    if ahead.open_disputes:
        yield f"Disputes at impasse or dissolution: {', '.join(ahead.open_disputes)}."
    for one in ahead.anniversaries:
        yield say.near(one)
