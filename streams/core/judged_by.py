"""By which numbers is a local day judged? By the policy's for the care team and the phase of therapy of that day.

Called by the detectors. Where the policy makes no difference for a rule, nothing is looked up.
"""

from collections.abc import Callable
from functools import cache

from streams.core.episode import Course, phase_on
from streams.core.moments import Day
from streams.core.policy import Policy
from streams.core.state import State
from streams.core.therapy import courses_known, present

PolicyOn = Callable[[Day], Policy]


def judged_by(state: State, policy: Policy, rule: str) -> PolicyOn:
    """By day, the policy for `rule`, by what is known of care now."""
    if not policy.varies(rule):
        return lambda _: policy
    course = present(state)
    return cache(lambda day: _on(policy, course, day))


def judged_then_by(state: State, policy: Policy, rule: str) -> PolicyOn:
    """By day, the policy for `rule`, by what was known of care when the day was over.

    For rules that judge a day once: what is said of care later does not change how the days before were judged.
    """
    if not policy.varies(rule):
        return lambda _: policy
    known = courses_known(state)
    return cache(lambda day: _on(policy, known(day), day))


def _on(policy: Policy, course: Course, day: Day) -> Policy:
    care = course.care_on(day)
    return policy.on(care.team_on(day) if care else "", phase_on(course, day, policy.phases))
