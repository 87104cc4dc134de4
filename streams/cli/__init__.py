"""The commands of `ipt-pulse`, one file each.

`COMMANDS` is the whole list. The root command (deploy.cli) puts its own before it. A command's module is imported when
that command is run, so that `ipt-pulse --help` and the short commands do not pay for the long ones.
"""

from streams.cli.group import Command, command_app

COMMANDS = (
    Command("worker", "streams.cli.worker:worker", "Run one of the stream workers: analysis, alerting or timeseries."),
    Command("audit", "streams.cli.audit:audit", "Count a second time, and shout when an accepted event is missing."),
    Command("gateway", "streams.cli.gateway:gateway", "Take events from phones and back-ends over HTTP."),
    Command("console", "streams.cli.console:console", "Serve the pages for therapists and on-call clinicians."),
    Command("account", "streams.cli.account:app", "Keep the list of who may sign in to the console."),
    Command("trail", "streams.cli.trail:app", "Tell whether the audit of looks and acts is as it was written."),
    Command(
        "enrol", "streams.cli.enrol:enrol", "Let a patient's phone in, give a back-end a token, or take tokens back."
    ),
    Command("topics", "streams.cli.topics:app", "Make or list the Kafka topics."),
    Command("send", "streams.cli.send:send", "Send events from a file through the gateway."),
    Command("import", "streams.cli.importing.command:import_csv", "Load past reports from a CSV through the gateway."),
    Command("rehearse", "streams.cli.rehearse:rehearse", "Run the detection over a file of events, without servers."),
    Command("brief", "streams.cli.brief:brief", "Read a patient's pre-session brief or reviews, without servers."),
    Command("outcomes", "streams.cli.outcomes:outcomes", "Tell how closed episodes of care came out."),
    Command("export", "streams.cli.export:app", "Write what was recorded in the formats of other systems (FHIR)."),
    Command("simulate", "streams.cli.simulate:simulate", "Write the events of made-up patients whose truth is known."),
    Command("policy", "streams.cli.policy.command:app", "Check a detection policy, or rehearse a change of it."),
    Command("notify", "streams.cli.notify:app", "Try the ways that messages take, before they have to."),
    Command("evaluate", "streams.cli.evaluate:app", "Measure the methods on simulated patients."),
    Command("refit", "streams.cli.refit:refit", "Fit what is usual over all patients, for the workers to go by."),
    Command("rejected", "streams.cli.rejected.command:app", "See what was set aside and why, and let it go back in."),
    Command("influx", "streams.cli.influx:app", "Set InfluxDB up for the care teams, check it, or erase a patient."),
    Command("backup", "streams.cli.backup.command:backup", "Write all that cannot be made again into a folder."),
    Command("restore", "streams.cli.backup.command:restore", "Bring a backup back into an empty installation."),
    Command("load-points", "streams.cli.load_points:load_points", "Send points that wait on disk to InfluxDB."),
)

app = command_app(COMMANDS, about="Mood and relationship tracking for Interpersonal Psychotherapy.")
