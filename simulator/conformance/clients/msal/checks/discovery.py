"""Finding the authority, and the organisations of whoever signed in."""

import requests
from suite import raises
from world import ADA, API, TENANT, URL, authority, confidential, public, register

from . import suite
from .people import signed_in


@suite.check
def the_challenge_leads_to_the_authority():
    """A call without a token names the tenant, and the library finds its endpoints from there."""
    challenge = requests.get(API, timeout=30).headers["WWW-Authenticate"]
    uri = challenge.split("authorization_uri=")[1].split(",")[0]
    assert uri == f"{URL}/{TENANT}/oauth2/authorize", challenge
    found = public(tenant=uri.removeprefix(URL + "/").split("/")[0]).authority
    assert found.token_endpoint == f"{authority()}/oauth2/v2.0/token"
    assert found.authorization_endpoint == f"{authority()}/oauth2/v2.0/authorize"
    assert found.device_authorization_endpoint == f"{authority()}/oauth2/v2.0/devicecode"


@suite.check
def an_unknown_tenant_is_none():
    """The library learns it before anything else."""
    error = raises(ValueError, lambda: confidential(tenant="fabrikam.onmicrosoft.com"))
    assert "Unable to get authority configuration" in str(error)


@suite.check
def a_person_finds_their_organisations():
    """The address of an organisation, from a token for the discovery service; then a token for that address."""
    application = public(register(**{"is-public": True, "is-consented": True}))
    token = signed_in(application, scopes=["https://globaldisco.crm.dynamics.com//user_impersonation"])["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{URL}/api/discovery/v2.0/Instances?$select=ApiUrl,FriendlyName"
    (found,) = requests.get(url, headers=headers, timeout=30).json()["value"]
    assert found["FriendlyName"] == "Contoso Sales"
    (account,) = application.get_accounts(ADA)
    result = application.acquire_token_silent([f"{found['ApiUrl']}/user_impersonation"], account)
    answer = requests.get(
        f"{found['ApiUrl']}/api/data/v9.2/WhoAmI",
        headers={"Authorization": f"Bearer {result['access_token']}"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
