"""The plain words for what rules, codes and numbers say. Pages show nothing coded without them.

A rule or code that is not listed is shown by its own name, so that nothing is hidden for want of a word.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue

from schemas.alerts import Alert, Outcome, Severity
from schemas.audit import Deed, GlassReason
from schemas.views import Cell
from schemas.vocabulary import InteractionKind
from streams.console.times import day
from streams.core.brief.pre_session import NOT_FOR_PAPER

SMALL = 0.01
"""Numbers below it are told by their first digit, not as 0."""
MINUS = "\N{MINUS SIGN}"

SILENCE = "silence"
"""The rule that comes in kinds, which its title names."""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule's name for people, what it says happened, and what its beginning was."""

    title: str
    says: str
    began: str = "Began"


RULES: dict[str, RuleWords] = {
    "safety.item9": RuleWords(
        "Thoughts of death or self-harm",
        "The patient answered the question about thoughts of death or self-harm with more than “not at all”. "
        "This needs clinical attention whatever the total score says.",
        began="Answer given",
    ),
    "safety.contact": RuleWords(
        "Asks for contact",
        "The patient pressed a button to say that they want to be contacted or are in a crisis.",
        began="Button pressed",
    ),
    "deterioration.mood": RuleWords(
        "Mood has fallen", "Mood of late is lower than this patient's own usual, by more than their ups and downs."
    ),
    "deterioration.reliable": RuleWords(
        "Symptoms have become worse",
        "The questionnaire's total has risen by more than measurement error, against this patient's own baseline.",
    ),
    "symptoms.eating": RuleWords(
        "More eating-disorder symptoms", "Binges, purges or restriction are above this patient's own habit."
    ),
    "relationship.worsening": RuleWords(
        "A relationship is worsening",
        "A loss was logged, a role dispute came to impasse or dissolution, or conflicts with one person are above this "
        "patient's own habit.",
    ),
    "group.deterioration": RuleWords(
        "A group is worsening",
        "Several members who were at a session got worse in the six days after it, by mood or by a questionnaire.",
        began="Session",
    ),
    SILENCE: RuleWords(
        "Not heard from",
        "Fewer answers came than this patient's own habit lets one expect. Silence is no mood: it says neither that "
        "things are well nor that they are bad.",
        began="Silent since",
    ),
    "rota.empty": RuleWords(
        "Nobody is on call", "A time within the next day belongs to no shift, or to one that nobody has.", began="From"
    ),
    "rota.overlapping": RuleWords(
        "Two shifts at once", "Two shifts overlap within the next day. The one that begins last counts.", began="From"
    ),
    "rota.unclosed": RuleWords(
        "A shift without an end", "Nobody said when a shift ends. It lasts until another begins.", began="From"
    ),
    "focus.drift": RuleWords("Focus has drifted", "Most recent events lie outside the agreed problem areas."),
    "ending.reaction": RuleWords("Reaction to the ending", "Symptoms rise, or mood falls, in the termination phase."),
}

VIOLENCE = "Violence was logged. Nobody is contacted before it is known how that is safe."

SEVERITIES: dict[Severity, str] = {
    Severity.CRITICAL: "Critical",
    Severity.HIGH: "High",
    Severity.WARNING: "Warning",
    Severity.INFO: "Info",
}

OUTCOMES: dict[Outcome, str] = {
    Outcome.CONTACTED: "Patient was contacted",
    Outcome.SAFETY_PLAN: "Safety plan made or reviewed",
    Outcome.EMERGENCY_SERVICES: "Emergency services called",
    Outcome.UNREACHABLE: "Patient could not be reached",
    Outcome.FALSE_ALARM: "False alarm",
}

_LABELS = {
    "instrument": "Questionnaire",
    "kind": "Kind",
    "recent": "Of late",
    "before": "Before",
    "z": "Strength (Z)",
    "score": "Score against the threshold",
    "until": "Up to the end of",
    "baseline": "Own baseline",
    "totals": "Totals",
    "into_severe": "Into the severe band",
    "events": "Event ids",
    "received_at": "Arrived",
    "person": "Person",
    "n": "Interactions about a problem area",
    "outside": "Outside the agreed areas",
    "what": "What happened",
    "safe_contact_first": "Find a safe way to contact first",
    "hidden_from_patient": "Hidden from the patient's own pages",
    "stage_before": "Dispute before",
    "stage": "Dispute now",
    "dates": "On",
    "chance": "Likely by chance",
    "binge": "Binges",
    "purge": "Purges",
    "restrict": "Restriction",
    "count": "Count",
    "days": "Days",
    "worse": "Members who worsened",
    "judged": "Members of whom it can be told",
    "members": "Members that day",
    "change": "Mean change of mood, points",
    "risk": "Known of risk by then",
}
_VALUES = {
    "crisis": "crisis",
    "wants_contact": "wants contact",
    "violence": "violence",
    "loss": "a loss",
    "bereavement": "a bereavement",
    "conflict": "conflicts are on the rise",
    "dispute_impasse": "a role dispute came to impasse",
    "dispute_dissolution": "a role dispute came to dissolution",
    "offline": "the phone was not heard",
    "unanswered": "the phone asked, nothing was answered",
    "dropping_off": "answers became few, or stopped",
    "safety_alert": "a safety alert within 14 days",
    "severe_band": "a questionnaire in the severe band",
    True: "yes",
    False: "no",
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TOLD_ELSEWHERE = frozenset({"since", "received_at", "group", "session"})
_ABOUT = ("instrument", "person")
"""What tells apart two alerts of one rule about one patient, by its name in the evidence."""


def rule_words(rule: str) -> RuleWords:
    """The words of a rule."""
    return RULES.get(rule) or RuleWords(rule, "")


GLASS_REASONS = {
    GlassReason.ALERT: "To act on this patient's open alert",
    GlassReason.EMERGENCY: "An emergency",
    GlassReason.COVER: "I stand in for the patient's therapist",
    GlassReason.OTHER: "Something else",
}

DEEDS = {
    Deed.LOOKED: "Looked",
    Deed.ACTED: "Acted",
    Deed.BROKE_GLASS: "Broke the glass",
    Deed.REFUSED: "Was refused",
    Deed.WITHHELD: "Got nothing: not written down in time",
    Deed.SIGNED_IN: "Signed in",
    Deed.SIGNED_OUT: "Signed out",
}


def plain(code: str) -> str:
    """A code such as `moderately_severe` in words."""
    return code.replace("_", " ")


def alert_title(alert: Alert) -> str:
    """The rule's name, and which questionnaire or person it is about, or which kind of silence it is."""
    names = ("kind",) if alert.rule == SILENCE else _ABOUT
    about = [_told_plainly(value) for name in names if isinstance(value := alert.evidence.get(name), str)]
    title = rule_words(alert.rule).title
    return f"{title}: {', '.join(about)}" if about else title


def alert_says(alert: Alert) -> str:
    """What happened. The rule's own words are printed with a brief, so that violence is named with its alert alone."""
    return VIOLENCE if alert.evidence.get("what") == InteractionKind.VIOLENCE.value else rule_words(alert.rule).says


def on_screen_only(alert: Alert) -> bool:
    """Whether a page that is printed leaves it out: it tells of violence."""
    return alert.evidence.get(NOT_FOR_PAPER) is True


def of_patient(alert: Alert) -> bool:
    """Whether it is about one patient, and not about a group or a care team."""
    return not alert.of_group and not alert.of_team


def whose(alert: Alert) -> str:
    """What the id in an alert's `patient` names."""
    return "Care team" if alert.of_team else "Group" if alert.of_group else "Patient"


def evidence(alert: Alert) -> Iterator[tuple[str, str]]:
    """What an alert rests on, as label and value."""
    for name, value in alert.evidence.items():
        if name not in _TOLD_ELSEWHERE:
            yield _LABELS.get(name, plain(name)), _told(value)


def link_title(cell: Cell) -> str:
    """What a link is about."""
    if cell.pattern is not None:
        return f"Communication pattern: {plain(cell.pattern)}"
    kind = plain(cell.kind or "any contact").capitalize()
    return kind if cell.person is None else f"{kind} with {cell.person}"


def points(value: float) -> str:
    """Mood points with their sign, and a real minus."""
    return f"{value:+.1f}".replace("-", MINUS)


def _told(value: JsonValue) -> str:
    if isinstance(value, Mapping):
        if value.keys() == {"n", "mean"}:
            return f"mean {value['mean']:.1f} over {value['n']} reports"
        if "answers" in value:
            return _answers(value)
        if value.keys() == {"count", "days"}:
            return f"{value['count']} in {value['days']} days heard of"
        return ", ".join(f"{_LABELS.get(name, plain(name))} {_told(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "none"
    return _told_plainly(value)


def _answers(counts: Mapping[str, JsonValue]) -> str:
    """What was heard in a stretch of days; what this patient's phone never sends is left out."""
    told = f"{counts['answers']} answers in {counts['days']} days"
    told += f", asked {counts['prompts']} times" if "prompts" in counts else ""
    return told + (f", phone heard on {counts['phone_alive_days']}" if "phone_alive_days" in counts else "")


def _told_plainly(value: str | float | None) -> str:
    if value is None:
        return "missing"
    if isinstance(value, float) and 0 < abs(value) < SMALL:
        return f"{value:.1g}"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, str) and _DAY.fullmatch(value):
        return day(date.fromisoformat(value))
    return _VALUES.get(value, str(value))
