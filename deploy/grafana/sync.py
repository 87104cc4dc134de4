"""Bring a Grafana to what it ought to hold: look, tell the difference, and make it so where that is asked for.

In the order that Grafana needs: organisation, data source (whose bucket and token `influx setup` has made), folder,
dashboards, rules, users. Doing it again finds nothing to do.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from secrets import token_urlsafe
from typing import Any, Final

from deploy.grafana.api import Grafana
from deploy.grafana.rules import FOLDER, Rule, rule_json
from deploy.grafana.wanted import Organisation, dashboard, data_source, folder, logins
from streams.adapters.care_teams import User

NEW, CHANGED, GONE = "+", "~", "-"
UNKNOWN: Final = 0
"""The id of an organisation that a dry run would make."""
_NOT_OURS: Final = {"id", "version"}
"""Of a dashboard, what Grafana counts."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it ought to be, and how it becomes so."""

    sign: str
    what: str
    where: str
    apply: Callable[[], object]

    def __str__(self) -> str:
        return f"{self.sign} {self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Source:
    """How an organisation's data source reads its bucket."""

    url: str
    bucket: str
    token: str


class Sync:
    """One Grafana and the account that we are there."""

    def __init__(self, grafana: Grafana, *, account: str, console: str) -> None:
        self._grafana = grafana
        self._account = account
        self._console = console

    def changes(self, wanted: Organisation, source: Source) -> Iterator[Change]:
        """What has to be done for one organisation; each is to be applied before the next is asked for.

        In a dry run, where nothing is applied, all of an organisation that is not there is new.
        """
        if self._id_of(wanted) == UNKNOWN:
            body = {"name": wanted.name}
            yield self._change(NEW, "organisation", wanted, lambda: self._grafana.send("POST", "orgs", body=body))
        org = self._id_of(wanted)
        yield from self._source(wanted, org, source)
        yield from self._folder(wanted, org)
        for uid in wanted.boards:
            yield from self._board(wanted, org, uid)
        for rule in wanted.rules:
            yield from self._rule(wanted, org, rule)
        yield from self._users(wanted, org)

    def _id_of(self, wanted: Organisation) -> int:
        found = self._grafana.find("orgs", "name", wanted.name)
        return UNKNOWN if found is None else int(found["id"])

    def _source(self, wanted: Organisation, org: int, source: Source) -> Iterator[Change]:
        made = data_source(source.url, source.bucket, source.token)
        there = self._find(org, "datasources", "uid", made["uid"])
        what = f"data source of bucket {source.bucket}"
        if there is None:
            yield self._change(NEW, what, wanted, lambda: self._send(org, "POST", "datasources", body=made))
        elif differing := _differing(made, there, apart_from={"secureJsonData"}):
            told = f"{what} ({', '.join(differing)})"
            path = ("datasources", "uid", made["uid"])
            yield self._change(CHANGED, told, wanted, lambda: self._send(org, "PUT", *path, body=made))

    def _folder(self, wanted: Organisation, org: int) -> Iterator[Change]:
        made = folder()
        there = self._find(org, "folders", made["uid"])
        if there is None:
            yield self._change(NEW, "folder", wanted, lambda: self._send(org, "POST", "folders", body=made))
        elif there["title"] != made["title"]:
            body = {"title": made["title"], "overwrite": True}
            yield self._change(
                CHANGED, "folder (title)", wanted, lambda: self._send(org, "PUT", "folders", made["uid"], body=body)
            )

    def _board(self, wanted: Organisation, org: int, uid: str) -> Iterator[Change]:
        made = dashboard(uid, self._console)
        there = self._find(org, "dashboards", "uid", uid)
        body = {"dashboard": made, "folderUid": FOLDER, "overwrite": True, "message": "ipt-pulse grafana sync"}
        what = f"dashboard {made['title']}"

        def apply() -> object:
            return self._send(org, "POST", "dashboards", "db", body=body)

        if there is None:
            yield self._change(NEW, what, wanted, apply)
            return
        differing = _differing(made, there["dashboard"], apart_from=_NOT_OURS)
        differing += [name for name in there["dashboard"] if name not in made and name not in _NOT_OURS]
        if there["meta"].get("folderUid") != FOLDER:
            differing.append("folder")
        if differing:
            yield self._change(CHANGED, f"{what} ({', '.join(differing)})", wanted, apply)

    def _rule(self, wanted: Organisation, org: int, rule: Rule) -> Iterator[Change]:
        made = rule_json(rule, org)
        rules = ("v1", "provisioning", "alert-rules")
        there = self._find(org, *rules, rule.uid)
        what = f"alert rule {rule.title}"
        if there is None:
            yield self._change(NEW, what, wanted, lambda: self._send(org, "POST", *rules, body=made))
        elif differing := _differing(made, there):
            told = f"{what} ({', '.join(differing)})"
            yield self._change(CHANGED, told, wanted, lambda: self._send(org, "PUT", *rules, rule.uid, body=made))

    def _users(self, wanted: Organisation, org: int) -> Iterator[Change]:
        listed = [] if org == UNKNOWN else self._grafana.find("orgs", org, "users") or []
        there = {one["login"]: one for one in listed}
        named = logins(wanted.users)
        for login, user in named.items():
            if login not in there:
                yield self._change(NEW, f"user {login} as {user.role}", wanted, partial(self._add, user, org))
            elif (role := there[login]["role"]) != user.role:
                change = partial(self._grafana.send, "PATCH", *_user(org, there[login]), body={"role": user.role})
                yield self._change(CHANGED, f"user {login} is {role}, becomes {user.role}", wanted, change)
        if wanted.only_these_users:
            for login, one in there.items():
                if login not in named and login != self._account:
                    change = partial(self._grafana.send, "DELETE", *_user(org, one))
                    yield self._change(GONE, f"user {login}", wanted, change)

    def _add(self, user: User, org: int) -> object:
        """Into the organisation; who is new to Grafana belongs to no other, and nobody knows their password."""
        if self._grafana.find("users", "lookup", loginOrEmail=user.login) is None:
            made = {"name": user.login, "login": user.login, "email": user.email, "password": token_urlsafe(32)}
            created = self._grafana.send("POST", "admin", "users", body=made | {"OrgId": org})
            path = ("orgs", org, "users", created["id"])
            return self._grafana.send("PATCH", *path, body={"role": user.role})
        body = {"loginOrEmail": user.login, "role": user.role}
        return self._grafana.send("POST", "orgs", org, "users", body=body)

    def _find(self, org: int, *path: str) -> Any:
        return None if org == UNKNOWN else self._grafana.find(*path, org=org)

    def _send(self, org: int, method: str, *path: str, body: Any) -> Any:
        return self._grafana.send(method, *path, body=body, org=org)

    def _change(self, sign: str, what: str, wanted: Organisation, apply: Callable[[], object]) -> Change:
        return Change(sign, what, wanted.name, apply)


def _user(org: int, there: dict[str, Any]) -> tuple[str | int, ...]:
    return "orgs", org, "users", there["userId"]


def _differing(made: dict[str, Any], there: dict[str, Any], apart_from: Collection[str] = ()) -> list[str]:
    """The names of what is not there as it was made; of objects, only what we say of them counts."""
    return [name for name, value in made.items() if name not in apart_from and not _holds(there.get(name), value)]


def _holds(there: Any, made: Any) -> bool:
    if isinstance(made, dict) and isinstance(there, dict):
        return all(_holds(there.get(name), value) for name, value in made.items())
    return bool(there == made)
