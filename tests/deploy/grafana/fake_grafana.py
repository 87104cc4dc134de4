"""A Grafana 12 as its HTTP API is documented, as far as we use it.

Whatever it does not know it refuses, and complains of. Documented behaviour it keeps to: basic authentication; the
organisation of a request by header, for members alone; names and uids taken once; secrets that are never shown again;
versions of dashboards; rules in folders that exist.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROLES = {"Viewer", "Editor", "Admin", "None"}
SOURCE_FIELDS = {
    "uid", "name", "type", "url", "access", "isDefault", "database", "user", "basicAuth", "basicAuthUser",
    "withCredentials", "jsonData", "secureJsonData",
}  # fmt: skip
RULE_FIELDS = {
    "uid", "orgID", "folderUID", "ruleGroup", "title", "condition", "data", "noDataState", "execErrState", "for",
    "annotations", "labels", "isPaused",
}  # fmt: skip
QUERY_FIELDS = {"refId", "relativeTimeRange", "datasourceUid", "model", "queryType"}


class Answered(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass
class Org:
    id: int
    name: str
    members: dict[int, str] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    folders: dict[str, dict[str, Any]] = field(default_factory=dict)
    boards: dict[str, dict[str, Any]] = field(default_factory=dict)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)


class FakeGrafana:
    """What it holds can be looked at; `failing` holds statuses that the next requests get."""

    def __init__(self) -> None:
        self.users: dict[int, dict[str, Any]] = {1: {"id": 1, "login": "admin", "email": "admin@localhost"}}
        self.orgs: dict[int, Org] = {1: Org(1, "Main Org.", {1: "Admin"})}
        self.complaints: list[str] = []
        self.failing: list[int] = []
        self.asked: list[str] = []
        self.url = ""
        self.password = "p ss:wörd"  # noqa: S105 -- its own

    def org(self, name: str) -> Org:
        return next(org for org in self.orgs.values() if org.name == name)

    def logins(self, name: str) -> dict[str, str]:
        return {self.users[user]["login"]: role for user, role in self.org(name).members.items()}

    def answer(self, method: str, path: list[str], query: dict[str, str], body: Any, org: int | None) -> Any:  # noqa: PLR0911 -- an API is a list
        match method, path:
            case "GET", ["orgs", "name", name]:
                found = next((one for one in self.orgs.values() if one.name == name), None)
                return {"id": self._there(found, "Organization not found").id, "name": name, "address": {}}
            case "POST", ["orgs"]:
                return self._make_org(body)
            case "GET", ["orgs", number, "users"]:
                return [self._member(user, role, int(number)) for user, role in self.orgs[int(number)].members.items()]
            case "POST", ["orgs", number, "users"]:
                return self._join(self.orgs[int(number)], body)
            case "PATCH" | "DELETE", ["orgs", number, "users", user]:
                return self._change_member(method, self.orgs[int(number)], int(user), body)
            case "GET", ["users", "lookup"]:
                wanted = query["loginOrEmail"]
                users = self.users.values()
                return self._there(
                    next((u for u in users if wanted in {u["login"], u["email"]}), None), "user not found"
                )
            case "POST", ["admin", "users"]:
                return self._make_user(body)
        return self._inside(method, path, body, self._orgs_of_admin(org))

    def _inside(self, method: str, path: list[str], body: Any, org: Org) -> Any:  # noqa: C901, PLR0911, PLR0912
        match method, path:
            case "GET", ["datasources", "uid", uid]:
                return self._there(org.sources.get(uid), "Data source not found")
            case "POST", ["datasources"]:
                return self._make_source(org, body)
            case "PUT", ["datasources", "uid", uid]:
                self._there(org.sources.get(uid), "Data source not found")
                return self._keep_source(org, body)
            case "GET", ["folders", uid]:
                return self._there(org.folders.get(uid), "folder not found")
            case "POST", ["folders"]:
                self._only(body, {"uid", "title", "parentUid"})
                if body["uid"] in org.folders:
                    raise Answered(409, "a folder with the same uid already exists in the organization")
                org.folders[body["uid"]] = {**body, "id": len(org.folders) + 1, "version": 1}
                return org.folders[body["uid"]]
            case "PUT", ["folders", uid]:
                self._only(body, {"title", "version", "overwrite"})
                there = self._there(org.folders.get(uid), "folder not found")
                if not body.get("overwrite") and body.get("version") != there["version"]:
                    raise Answered(412, "the folder has been changed by someone else")
                there |= {"title": body["title"], "version": there["version"] + 1}
                return there
            case "GET", ["dashboards", "uid", uid]:
                return self._there(org.boards.get(uid), "Dashboard not found")
            case "POST", ["dashboards", "db"]:
                return self._keep_board(org, body)
            case "GET", ["v1", "provisioning", "alert-rules", uid]:
                return self._there(org.rules.get(uid), "")
            case "POST", ["v1", "provisioning", "alert-rules"]:
                if body["uid"] in org.rules:
                    raise Answered(409, "rule exists")
                return self._keep_rule(org, body)
            case "PUT", ["v1", "provisioning", "alert-rules", uid]:
                self._there(org.rules.get(uid), "")
                return self._keep_rule(org, body)
        raise self._complaint(f"{method} {path}")

    def _make_org(self, body: Any) -> Any:
        self._only(body, {"name"})
        if any(org.name == body["name"] for org in self.orgs.values()):
            raise Answered(409, "Organization name taken")
        number = max(self.orgs) + 1
        self.orgs[number] = Org(number, body["name"], {1: "Admin"})
        return {"orgId": number, "message": "Organization created"}

    def _make_user(self, body: Any) -> Any:
        self._only(body, {"name", "email", "login", "password", "OrgId"})
        if any(body["login"] == user["login"] or body["email"] == user["email"] for user in self.users.values()):
            raise Answered(412, "User already exists")
        number = max(self.users) + 1
        self.users[number] = {"id": number, "login": body["login"], "email": body["email"]}
        self.orgs[body.get("OrgId", 1)].members[number] = "Viewer"
        return {"id": number, "message": "User created"}

    def _join(self, org: Org, body: Any) -> Any:
        self._only(body, {"loginOrEmail", "role"})
        wanted = body["loginOrEmail"]
        found = next((u for u in self.users.values() if wanted in {u["login"], u["email"]}), None)
        user = self._there(found, "User not found")["id"]
        if user in org.members:
            raise Answered(409, "User is already member of this organization")
        org.members[user] = self._role(body)
        return {"message": "User added to organization", "userId": user}

    def _change_member(self, method: str, org: Org, user: int, body: Any) -> Any:
        if user not in org.members:
            raise Answered(404, "organization user not found")
        if method == "DELETE":
            del org.members[user]
            return {"message": "User removed from organization"}
        self._only(body, {"role"})
        org.members[user] = self._role(body)
        return {"message": "Organization user updated"}

    def _role(self, body: Any) -> str:
        if body["role"] not in ROLES:
            raise Answered(400, "Invalid role specified")
        return str(body["role"])

    def _member(self, user: int, role: str, org: int) -> Any:
        return {"orgId": org, "userId": user, "role": role} | {k: self.users[user][k] for k in ("login", "email")}

    def _make_source(self, org: Org, body: Any) -> Any:
        taken = any(body["uid"] == uid or body["name"] == one["name"] for uid, one in org.sources.items())
        if taken:
            raise Answered(409, "data source with the same name or uid already exists")
        return self._keep_source(org, body)

    def _keep_source(self, org: Org, body: Any) -> Any:
        self._only(body, SOURCE_FIELDS)
        if body["access"] != "proxy" or body["type"] != "influxdb" or not body["url"].startswith("http"):
            raise Answered(400, "bad request data")
        shown = {name: value for name, value in body.items() if name != "secureJsonData"}
        org.secrets.setdefault(body["uid"], {}).update(body.get("secureJsonData", {}))
        kept = dict.fromkeys(org.secrets[body["uid"]], True)
        org.sources[body["uid"]] = {**shown, "id": len(org.sources) + 1, "orgId": org.id, "secureJsonFields": kept,
                                    "readOnly": False, "user": "", "database": ""}  # fmt: skip
        return {"datasource": org.sources[body["uid"]], "message": "Datasource added"}

    def _keep_board(self, org: Org, body: Any) -> Any:
        self._only(body, {"dashboard", "folderUid", "message", "overwrite"})
        board, there = body["dashboard"], org.boards.get(body["dashboard"]["uid"])
        if len(board["uid"]) > 40 or not board["title"]:
            raise Answered(400, "bad request data")
        if body["folderUid"] not in org.folders:
            raise Answered(400, "folder not found")
        if there and not body.get("overwrite"):
            raise Answered(412, "The dashboard has been changed by someone else")
        version = there["dashboard"]["version"] + 1 if there else 1
        kept = {**board, "id": len(org.boards) + 1, "version": version}
        org.boards[board["uid"]] = {"dashboard": kept, "meta": {"folderUid": body["folderUid"], "provisioned": False}}
        return {"id": kept["id"], "uid": board["uid"], "status": "success", "version": version}

    def _keep_rule(self, org: Org, body: Any) -> Any:
        self._only(body, RULE_FIELDS)
        for one in body["data"]:
            self._only(one, QUERY_FIELDS)
        known = {one["refId"] for one in body["data"]}
        states = body["noDataState"] in {"Alerting", "NoData", "OK"} and body["execErrState"] in {
            "Alerting",
            "Error",
            "OK",
        }
        if (
            body["folderUID"] not in org.folders
            or body["condition"] not in known
            or not states
            or body["orgID"] != org.id
        ):
            raise Answered(400, "invalid alert rule")
        org.rules[body["uid"]] = {
            **body,
            "id": len(org.rules) + 1,
            "updated": "2026-06-01T00:00:00Z",
            "provenance": "api",
        }
        return org.rules[body["uid"]]

    def _orgs_of_admin(self, org: int | None) -> Org:
        chosen = self.orgs.get(org or 1)
        if chosen is None or 1 not in chosen.members:
            raise Answered(401, "Unauthorized")
        return chosen

    def _only(self, body: Any, known: set[str]) -> None:
        if not isinstance(body, dict) or not body.keys() <= known:
            raise self._complaint(f"fields {sorted(set(body) - known)}")

    def _complaint(self, what: str) -> Answered:
        self.complaints.append(what)
        return Answered(400, f"this Grafana knows nothing of {what}")

    @staticmethod
    def _there(found: Any, message: str) -> Any:
        if found is None:
            raise Answered(404, message)
        return found


def _handler(grafana: FakeGrafana, prefix: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            parts = urlsplit(self.path)
            grafana.asked.append(f"{self.command} {parts.path}")
            try:
                status, answer = 200, self._answer(raw, parts.path, parts.query)
            except Answered as early:
                status, answer = early.status, {"message": early.message}
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _answer(self, raw: bytes, path: str, query: str) -> Any:
            if grafana.failing:
                raise Answered(grafana.failing.pop(0), "on purpose")
            expected = b64encode(f"admin:{grafana.password}".encode()).decode()
            expected_latin = b64encode(f"admin:{grafana.password}".encode("latin1")).decode()
            if self.headers.get("Authorization") not in {f"Basic {expected}", f"Basic {expected_latin}"}:
                raise Answered(401, "Invalid username or password")
            assert path.startswith(f"{prefix}/api/"), path
            parts = [unquote(part) for part in path.removeprefix(f"{prefix}/api/").split("/")]
            chosen = self.headers.get("X-Grafana-Org-Id")
            told = {name: values[0] for name, values in parse_qs(query).items()}
            body = json.loads(raw) if raw else None
            return grafana.answer(self.command, parts, told, body, int(chosen) if chosen else None)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def serving(prefix: str = "") -> Iterator[FakeGrafana]:
    """A Grafana on loopback, below a path of its own if need be."""
    grafana = FakeGrafana()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(grafana, prefix)) as server:
        grafana.url = f"http://127.0.0.1:{server.server_port}{prefix}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield grafana
        server.shutdown()
