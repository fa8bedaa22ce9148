"""The simulator as a test sees it: addresses, the interface under /sim, and what a token is good for."""

import contextlib
import os
import uuid

import msal
import requests

URL = os.environ["DATAVERSE_URL"]
API = f"{URL}/api/data/v9.2/"
TENANT = os.environ["DATAVERSE_TENANT_ID"]
CLIENT = os.environ["DATAVERSE_CLIENT_ID"]
SECRET = os.environ["DATAVERSE_CLIENT_SECRET"]
# The public client of Microsoft's samples; nobody is asked to consent to it.
SAMPLE = "51f81489-12ee-4a9e-aaae-a2591f45987d"

ADA = "ada.park@contoso.example"
JONAS = "jonas.weber@contoso.example"
MEI = "mei.tanaka@contoso.example"
PASSWORD = "sim-development-password"

REDIRECT = "http://localhost:5000/signed-in"
DEFAULT = [f"{URL}/.default"]
AS_USER = [f"{URL}/user_impersonation"]


def authority(tenant=TENANT):
    return f"{URL}/{tenant}"


class _Portless(requests.adapters.HTTPAdapter):
    """Leads requests that lost their port to the simulator: the library asks for a user's realm at port 443."""

    def send(self, request, **named):
        host = URL.rsplit(":", 1)[0]
        if request.url.startswith(host + "/"):
            request.url = URL + request.url.removeprefix(host)
        return super().send(request, **named)


def http():
    """A session as the library makes one, with a resolver that knows the simulator."""
    session = requests.Session()
    session.mount("https://", _Portless())
    return session


def public(client=SAMPLE, tenant=TENANT, **named):
    """A client that keeps no secret. A fresh one remembers no failures."""
    return msal.PublicClientApplication(
        client, authority=authority(tenant), instance_discovery=False, http_client=http(), **named
    )


def confidential(client=CLIENT, credential=SECRET, tenant=TENANT, **named):
    """A client that proves itself."""
    return msal.ConfidentialClientApplication(
        client,
        client_credential=credential,
        authority=authority(tenant),
        instance_discovery=False,
        http_client=http(),
        **named,
    )


def sim(method, path, body=None):
    """Asks the simulator's own interface."""
    answer = requests.request(method, f"{URL}/sim/{path}", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def register(**what):
    """Registers an application and returns its client id."""
    return sim("POST", "applications", {"name": f"Suite {uuid.uuid4().hex[:6]}", "redirect-uris": [REDIRECT]} | what)[
        "client-id"
    ]


@contextlib.contextmanager
def later(**turn):
    """The simulator's time, moved for a while. The library's stays."""
    sim("PUT", "clock", {f"advance-{unit}": value for unit, value in turn.items()})
    try:
        yield
    finally:
        sim("DELETE", "clock")


@contextlib.contextmanager
def account(name, **state):
    """Somebody's account in another state for a while."""
    sim("PUT", f"accounts/{name}", {key.replace("_", "-"): value for key, value in state.items()})
    try:
        yield
    finally:
        sim("PUT", f"accounts/{name}", {})


def call(token, path="WhoAmI"):
    """What the Web API answers to a token."""
    return requests.get(API + path, headers={"Authorization": f"Bearer {token}"}, timeout=30)


def used(result, name=None):
    """Uses a result's token; it has to be good, and the person's whose name is given. Returns the result."""
    assert "access_token" in result, result
    assert result["token_type"] == "Bearer" and result["expires_in"] > 3000, result
    answer = call(result["access_token"])
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("WWW-Authenticate"), answer.text)
    if name:
        user = call(result["access_token"], f"systemusers({answer.json()['UserId']})?$select=domainname").json()
        assert user["domainname"] == name, user
        # What they may read they may write, too.
        made = requests.post(
            API + "tasks?$select=_ownerid_value",
            json={"subject": "Signed in"},
            headers={"Authorization": f"Bearer {result['access_token']}", "Prefer": "return=representation"},
            timeout=30,
        )
        assert made.json()["_ownerid_value"] == answer.json()["UserId"], made.text
    return result


def refused(result, error, number=None):
    """A result that has to be an error."""
    assert result.get("error") == error, result
    if number:
        assert result["error_codes"] == [number], result
        assert result["error_description"].startswith(f"AADSTS{number}: "), result
        assert result["correlation_id"] and result["trace_id"] and result["timestamp"], result
    return result
