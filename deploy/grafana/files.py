"""Files for Grafana's provisioning folder: how a clinic with one team on its own sets Grafana up, without its API.

Grafana puts variables in from its environment: `IPT_PULSE_GRAFANA_INFLUX_URL`, and `IPT_PULSE_INFLUX_READER`, which is
the read token that `influx setup` hands out.
"""

from typing import Any, Final

import yaml

from deploy.grafana.rules import rules_file
from deploy.grafana.spec import SOURCE_UID
from deploy.grafana.wanted import FOLDER_TITLE, data_source
from streams.settings import Settings

BOARDS_AT: Final = "/etc/grafana/dashboards"
HEAD: Final = "# Written by `python -m deploy.grafana.generate`.\n"


def provisioning() -> dict[str, str]:
    """Path below the provisioning folder to text."""
    return {
        "datasources/ipt-pulse.yaml": _text({"apiVersion": 1, "datasources": [_source()]}),
        "dashboards/ipt-pulse.yaml": _text({"apiVersion": 1, "providers": [_provider()]}),
        # Grafana puts variables in wherever it finds a dollar; those of a query are meant, and doubled.
        "alerting/pipeline.yaml": _text(rules_file()).replace("$", "$$"),
    }


def _source() -> dict[str, Any]:
    bucket = Settings.model_fields["influx_bucket"].default
    made = data_source("$IPT_PULSE_GRAFANA_INFLUX_URL", bucket, "$IPT_PULSE_INFLUX_READER")
    kept = {name: value for name, value in made["jsonData"].items() if name != "tokenMark"}
    return made | {"jsonData": kept, "orgId": 1, "editable": False}


def _provider() -> dict[str, Any]:
    return {
        "name": SOURCE_UID,
        "orgId": 1,
        "folder": FOLDER_TITLE,
        "folderUid": SOURCE_UID,
        "type": "file",
        "disableDeletion": True,
        "allowUiUpdates": False,
        "options": {"path": BOARDS_AT},
    }


def _text(document: dict[str, Any]) -> str:
    return HEAD + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=118)
