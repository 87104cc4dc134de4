"""The pre-session brief, put together. Called by `view`."""

from collections.abc import Sequence
from datetime import datetime

from schemas.alerts import Finding
from schemas.brief_view import Brief, Noted
from streams.core.brief.goals import goals_now, is_open_since
from streams.core.brief.known import Known
from streams.core.brief.links import TOP, shown_links, unclear
from streams.core.brief.logged import guarded, patterns_seen, tried_lately, tried_so_far
from streams.core.brief.near import near
from streams.core.brief.questions import questions
from streams.core.brief.scores import safety_notes, scores_now
from streams.core.brief.week import week
from streams.core.detect import standing_findings
from streams.core.episode import phase_on
from streams.core.episode.phases import held
from streams.core.moments import date_day, day_date

NOT_FOR_PAPER = "hidden_from_patient"
"""Evidence that says so stays out of what may be printed."""


def brief(known: Known) -> Brief | None:
    """The days before a session; None for somebody of whom nothing was ever heard."""
    if not known.state.newest:
        return None
    care, links, tried = known.care, shown_links(known), tried_lately(known)
    pairs = {(one.strategy, one.person) for one in tried}
    so_far = tried_so_far(known, sorted({one.strategy for one in tried}))
    return Brief(
        first=day_date(known.first),
        last=day_date(known.today),
        episode=care.terms.episode if care else None,
        phase=phase_on(known.course, known.today, known.policy.phases),
        last_session=None if known.last_session is None else day_date(known.last_session),
        next_session=_next_session(known),
        planned_sessions=care.terms.sessions if care else None,
        safety=safety_notes(known),
        guarded=guarded(known),
        week=week(known),
        scores=scores_now(known),
        noted=found_on_its_days(known, standing_findings(known.state, known.patient, known.policy)),
        links=links[:TOP],
        links_more=len(links[TOP:]),
        links_unclear=unclear(known),
        patterns=patterns_seen(known),
        tried=tried,
        tried_so_far=tuple(one for one in so_far if (one.strategy, one.person) in pairs),
        goals=goals_now(care, is_open_since(known.first), known.today),
        near=near(known),
        questions=questions(known),
    )


def _next_session(known: Known) -> int | None:
    if known.care is None:
        return None
    return max((number for number, session in held(known.care) if session.now.on < known.today), default=0) + 1


def found_on_its_days(known: Known, findings: Sequence[Finding]) -> tuple[Noted, ...]:
    """What became known on the brief's days: what the close of a day shows is known on the next.

    What was found later, such as silence, is about days that the brief is not.
    """
    return tuple(
        Noted(
            rule=finding.rule,
            severity=finding.severity,
            since=finding.since.date() if isinstance(finding.since, datetime) else finding.since,
            evidence={name: value for name, value in finding.evidence.items() if name != "events"},
        )
        for finding in findings
        if known.first <= date_day(finding.raised_at.date()) <= known.today + 1
        and not finding.evidence.get(NOT_FOR_PAPER)
    )
