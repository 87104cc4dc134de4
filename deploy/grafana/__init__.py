"""Grafana as code: dashboards, alert rules for those who run the pipeline, and how they get into a Grafana.

spec         what a dashboard is made of
pages        the dashboards, a file each
render       their JSON, by way of Grafana's own types
rules        alert rules about the pipeline
generate     writes what is generated: docs/points.md, dashboards/*.json, provisioning/
files        provisioning for a clinic with one team on its own
wanted       what a clinic's Grafana ought to hold: an organisation for each care team
api          Grafana's HTTP API by either of two libraries
sync         looks, tells the difference, makes it so; command: `ipt-pulse grafana sync`
"""
