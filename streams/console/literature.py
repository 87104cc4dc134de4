"""What studies and services reported, to hold a clinic's own outcomes against: with their source, and why they differ.

None is measured as ours are, so each says what it is. A clinic adds its own.
"""

from dataclasses import dataclass

from schemas.vocabulary import DiagnosisFocus


@dataclass(frozen=True, slots=True)
class Published:
    """One published result; `focus` empty: of all."""

    says: str
    measured: str
    """How, and why it is not the same as here."""
    source: str
    doi: str
    focus: tuple[DiagnosisFocus, ...] = ()


PUBLISHED: tuple[Published, ...] = (
    Published(
        says="IPT against control groups, depression: g 0.60 (95 % interval 0.45 to 0.75)",
        measured="Between two groups at the end; ours compares one group's first and last total, which is larger.",
        source="Cuijpers et al. 2016, American Journal of Psychiatry, meta-analysis of randomised trials",
        doi="10.1176/appi.ajp.2015.15091141",
        focus=(DiagnosisFocus.DEPRESSION,),
    ),
    Published(
        says="IPT, any eating disorder: remission in 33 % after 20 weeks, in 49 % at follow-up",
        measured="By an assessor's rating (EDE), not by a questionnaire; CBT-E in the same trial: 66 % and 69 %.",
        source="Fairburn et al. 2015, Behaviour Research and Therapy, randomised trial",
        doi="10.1016/j.brat.2015.04.010",
        focus=(DiagnosisFocus.EATING_DISORDER,),
    ),
    Published(
        says="NHS Talking Therapies, England, depression and anxiety: the standard is that half of them recover",
        measured="On two questionnaires at once, of those who had two sessions or more; here each is told by itself, "
        "and whoever began counts.",
        source="Royal College of Psychiatrists, Mental Health Watch",
        doi="",
        focus=(DiagnosisFocus.DEPRESSION, DiagnosisFocus.ANXIETY),
    ),
)
