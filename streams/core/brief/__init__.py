"""What a therapist reads before a session, after the initial phase and at the end, as functions of the state.

Called by `view`, which reads the state once for all of them, and (outcomes) by `ipt-pulse outcomes`. Everything names
persons, goals and strategies by id. Violence is only where it says so: nothing else here may give it away.
"""

from streams.core.brief.formulation import formulation
from streams.core.brief.known import Known
from streams.core.brief.pre_session import brief
from streams.core.brief.review import review

__all__ = ["Known", "brief", "formulation", "review"]
