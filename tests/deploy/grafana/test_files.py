"""The files for Grafana's provisioning folder say the same as `grafana sync`."""

import yaml

from deploy.grafana.files import BOARDS_AT, provisioning
from deploy.grafana.rules import RULES, rule_json
from deploy.grafana.wanted import data_source

FILES = {name: yaml.safe_load(text) for name, text in provisioning().items()}


def test_the_data_source_is_that_of_sync_with_variables_for_what_is_secret() -> None:
    [source] = FILES["datasources/ipt-pulse.yaml"]["datasources"]
    synced = data_source("$IPT_PULSE_GRAFANA_INFLUX_URL", "ipt-pulse", "$IPT_PULSE_INFLUX_READER")
    synced["jsonData"].pop("tokenMark")
    assert {name: source[name] for name in synced} == synced
    assert source["editable"] is False
    assert source["secureJsonData"] == {"httpHeaderValue1": "Token $IPT_PULSE_INFLUX_READER"}


def test_dashboards_come_from_a_folder_and_cannot_be_changed() -> None:
    [provider] = FILES["dashboards/ipt-pulse.yaml"]["providers"]
    assert provider["options"] == {"path": BOARDS_AT}
    assert (provider["allowUiUpdates"], provider["disableDeletion"]) == (False, True)


def test_rules_are_those_of_sync_with_their_dollars_doubled() -> None:
    [group] = FILES["alerting/pipeline.yaml"]["groups"]
    assert len(group["rules"]) == len(RULES)
    for rule, written in zip(RULES, group["rules"], strict=True):
        made = rule_json(rule, 1)
        query = made["data"][0]["model"]["query"]
        assert "$timeFilter" in query
        assert written["data"][0]["model"]["query"] == query.replace("$", "$$")
        assert {name: written[name] for name in ("uid", "title", "for", "noDataState", "condition")} == {
            name: made[name] for name in ("uid", "title", "for", "noDataState", "condition")
        }
