"""The brief and the reviews in words: sections of plain sentences, one source for the pages and for `ipt-pulse brief`.

Pages render the sections, the command prints them. What is `private` is for the clinician's screen: it is not printed.
"""

from streams.console.briefs.brief import brief_heading, brief_sections, week_rows
from streams.console.briefs.reviews import formulation_sections, review_sections
from streams.console.briefs.section import Section

__all__ = ["Section", "brief_heading", "brief_sections", "formulation_sections", "review_sections", "week_rows"]
