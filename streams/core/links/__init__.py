"""Who and what goes along with this person's mood: one regression a patient and family of cells.

The analysis folds what passed the 14-day horizon with `advance` and keeps the result in the patient's state; `read`
adds the open fortnight, the population's prior and the control of false discoveries. *Associated*, never *caused*:
the regression looks at how mood moves after an event compared with where it was just before.
"""

from streams.core.links.fold import advance
from streams.core.links.items import Happened, Report
from streams.core.links.population import LinkPopulation, Sufficient, fit_population
from streams.core.links.read import merged_links, read, sufficient
from streams.core.links.state import Links, doubled, halved, rounded

__all__ = [
    "Happened",
    "LinkPopulation",
    "Links",
    "Report",
    "Sufficient",
    "advance",
    "doubled",
    "fit_population",
    "halved",
    "merged_links",
    "read",
    "rounded",
    "sufficient",
]
