"""The dashboards, a file each. `BOARDS` is the whole list; `generate` writes each to dashboards/<uid>.json."""

from deploy.grafana.pages.caseload import CASELOAD
from deploy.grafana.pages.group import GROUP
from deploy.grafana.pages.on_call import ON_CALL
from deploy.grafana.pages.outcomes import OUTCOMES
from deploy.grafana.pages.patient import PATIENT
from deploy.grafana.pages.pipeline import PIPELINE
from deploy.grafana.pages.relationships import RELATIONSHIPS

BOARDS = (CASELOAD, PATIENT, RELATIONSHIPS, GROUP, OUTCOMES, ON_CALL, PIPELINE)

__all__ = ["BOARDS"]
