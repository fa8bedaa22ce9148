"""What each of the three sends for an operation: its own request, apart from tokens and questions for metadata."""

import json
import os
import re
import subprocess
import urllib.parse
import urllib.request

from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.config import DataverseConfig

from credential import ClientSecret

ROOT = "/api/data/v9.2/"

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

# What no caller chooses, or what says who it is.
UNSAID = {"host", "content-length", "connection", "user-agent", "accept-encoding", "traceparent", "keep-alive", "sec-fetch-mode", "accept-language"}


def ask(url, body=None, method=None, headers=None):
    """A request of this program's own, for rows to begin with and for what was recorded."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return answer.headers, json.loads(text) if text else None


class Organisation:
    """The simulator: rows to work on, and what it was asked."""

    def __init__(self):
        self.url = os.environ["DATAVERSE_URL"]
        self.admin = os.environ["DATAVERSE_ADMIN_URL"].rstrip("/")
        token = ClientSecret().get_token(os.environ["DATAVERSE_SCOPE"]).token
        self.identity = {"Authorization": f"Bearer {token}"}

    def rows(self, tied):
        """Fresh rows, by the word that stands for their id; the lead and the account are tied where that is wanted."""
        made = {}
        for word, table, row in (
            ("account", "accounts", {"name": "Harbor"}),
            ("contact", "contacts", {"lastname": "Park"}),
            ("lead", "leads", {"subject": "x", "lastname": "Ito"}),
        ):
            headers, _ = ask(f"{self.url}{ROOT}{table}", row, "POST", self.identity)
            made[word] = headers["OData-EntityId"].rsplit("(", 1)[1].rstrip(")")
        account, contact, lead = (f"{self.url}{ROOT}{table}({made[word]})" for word, table in (("account", "accounts"), ("contact", "contacts"), ("lead", "leads")))
        if tied:
            ask(f"{account}/accountleads_association/$ref", {"@odata.id": lead}, "POST", self.identity)
        ask(f"{account}/primarycontactid/$ref", {"@odata.id": contact}, "PUT", self.identity)
        return made

    def last(self):
        """How many requests there were."""
        _, recorded = ask(f"{self.admin}/requests?limit=1")
        entries = recorded["requests"] if isinstance(recorded, dict) else recorded
        return max((entry["sequence"] for entry in entries), default=0)

    def since(self, sequence):
        """What was asked since, apart from tokens and metadata."""
        _, recorded = ask(f"{self.admin}/requests?since={sequence}&limit=200")
        entries = recorded["requests"] if isinstance(recorded, dict) else recorded
        asked = []
        for entry in sorted(entries, key=lambda entry: entry["sequence"]):
            target = entry["target"]
            if target.startswith(ROOT) and "EntityDefinitions" not in target and "WhoAmI" not in target:
                _, whole = ask(f"{self.admin}/requests/{entry['sequence']}")
                asked.append(whole)
        return asked


class Sides:
    """The connector and the two clients, each ready to do one operation."""

    def __init__(self, folder):
        self.folder = folder
        self.client = DataverseClient(os.environ["DATAVERSE_URL"], ClientSecret(), DataverseConfig(http_retries=1))
        settings = folder / "airlock.toml"
        settings.write_text(f'[egress]\nallow-loopback = true\ntrusted-roots = ["{os.environ["DATAVERSE_CA"]}"]\n')
        self._airlock("connector", "add", os.environ["WIRE_COMPONENT"])
        self._airlock(
            *("connection", "add", "wire", "--connector", "dynamics", "--kind", "client-credentials"),
            *("--setting", f"web-api-url={os.environ['DATAVERSE_URL']}"),
            *("--setting", f"token-url={os.environ['DATAVERSE_TOKEN_URL']}"),
            *("--secret-env", "client-id=DATAVERSE_CLIENT_ID", "--secret-env", "client-secret=DATAVERSE_CLIENT_SECRET"),
        )

    def _airlock(self, *words, given=None):
        environment = os.environ | {"AIRLOCK_CONFIG": str(self.folder / "airlock.toml"), "AIRLOCK_DATA_DIR": str(self.folder / "data")}
        subprocess.run([os.environ["WIRE_AIRLOCK"], *words], env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, input=given, text=True)

    def connector(self, operation, ids):
        action, given = operation.airlock
        self._airlock("run", "wire", action, "--input", "-", given=_filled(given, ids))

    def node(self, operation, ids):
        subprocess.run(["node", os.environ["WIRE_NODE"], _filled(operation.node, ids)], check=True, stdout=subprocess.DEVNULL)

    def python(self, operation, ids):
        operation.python(self.client, ids)


def _filled(given, ids):
    text = json.dumps(given)
    for word, value in ids.items():
        text = text.replace("{" + word + "}", value)
    return text


def facts(entry, ids):
    """What a request says, with the words for its ids: method, path, each option of the query, each header, body."""
    url = os.environ["DATAVERSE_URL"]

    def plain(text):
        for word, value in ids.items():
            text = text.replace(value, "{" + word + "}")
        return GUID.sub("{id}", text.replace(url, "https://ORG"))

    path, _, query = entry["target"].partition("?")
    said = {"method": entry["method"], "path": plain(path.removeprefix(ROOT))}
    for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True):
        said[f"query {name}"] = plain(value)
    headers = entry["headers"]
    for name, value in headers.items() if isinstance(headers, dict) else headers:
        if name.lower() not in UNSAID:
            said[f"header {name.lower()}"] = plain(value if isinstance(value, str) else ", ".join(value))
    body = entry.get("body") or ""
    if body:
        try:
            body = json.dumps(json.loads(body), sort_keys=True)
        except (TypeError, ValueError):
            body = str(body)
        said["body"] = plain(body)
    return said
