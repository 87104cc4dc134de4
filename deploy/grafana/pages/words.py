"""What several dashboards share: variables, links, colours, and words for codes.

The limits of colours are to look at, and a clinic has to confirm them; what alarms is the detection policy's.
"""

from typing import Final

from deploy.grafana.spec import Column, Step, Variable

PATIENTS: Final = Variable("patient", "Patients", 'SELECT DISTINCT("id") FROM "standing"', many=True)
PATIENT: Final = Variable("patient", "Patient", 'SELECT DISTINCT("id") FROM "standing"')
MANY: Final = '"patient" =~ /^${patient:regex}$/'
ONE: Final = "\"patient\" = '${patient:raw}'"

TO_PATIENT: Final = (
    "Patient",
    "/d/ipt-patient/patient?var-patient=${__data.fields.patient}&${__url_time_range}",
)
TO_CONSOLE: Final = ("Console", "${console}/patients/${__data.fields.patient}")
PATIENT_COLUMN: Final = Column("patient", "patient", "string", links=(TO_PATIENT, TO_CONSOLE))

LEVELS: Final = (("0", "info"), ("1", "warning"), ("2", "high"), ("3", "critical"))
LEVEL_STEPS: Final = (Step(None, "blue"), Step(1, "yellow"), Step(2, "orange"), Step(3, "red"))
CHANGE_STEPS: Final = (Step(None, "red"), Step(-2, "orange"), Step(-1, "text"), Step(1, "green"))
MOOD_STEPS: Final = (Step(None, "text"),)
ANY_STEPS: Final = (Step(None, "green"), Step(1, "orange"))
"""None is good, one is to be looked at."""
YES_NO: Final = (("0", "no"), ("1", "yes"))
SEVERITY_COLUMN: Final = Column("level", "severity", "none", steps=LEVEL_STEPS, words=LEVELS)
