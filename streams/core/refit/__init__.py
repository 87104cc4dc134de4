"""Population values from all of a clinic's patients. Called by `ipt-pulse refit`, nightly or by hand.

`hear` takes from one patient's state what the fit needs, `refit` fits; `streams.core.population` puts it to work.
"""

from streams.core.refit.fit import refit
from streams.core.refit.hear import Heard, hear

__all__ = ["Heard", "hear", "refit"]
