"""What goes wrong: wrong secrets, scopes, clients, people, codes. Each with its error and its number."""

from browser import Browser, Stopped
from suite import raises
from world import ADA, AS_USER, CLIENT, DEFAULT, PASSWORD, REDIRECT, account, confidential, later, public, refused, register

from . import suite

NOBODY = "00000000-0000-4000-8000-00000000000f"


@suite.check
def a_wrong_secret():
    """Also the right one, too late, and none."""
    refused(confidential(credential="wrong").acquire_token_for_client(DEFAULT), "invalid_client", 7000215)
    client = register(secrets=[{"value": "s", "expires": "2020-01-01T00:00:00Z"}])
    refused(confidential(client, "s").acquire_token_for_client(DEFAULT), "invalid_client", 7000222)
    refused(confidential(credential=None).acquire_token_for_client(DEFAULT), "invalid_client", 7000218)


@suite.check
def a_wrong_client():
    """Unknown, switched off, or public with a secret."""
    refused(confidential(NOBODY).acquire_token_for_client(DEFAULT), "unauthorized_client", 700016)
    client = register(secrets=[{"value": "s"}], **{"is-enabled": False})
    refused(confidential(client, "s").acquire_token_for_client(DEFAULT), "unauthorized_client", 7000112)
    client = register(**{"is-public": True})
    refused(confidential(client, "s").acquire_token_for_client(DEFAULT), "invalid_client", 700025)


@suite.check
def a_wrong_scope():
    """No scope, another organisation's, two resources, a permission that does not exist."""
    for scopes, error, number in [
        (["nonsense/.default"], "invalid_scope", 70011),
        (["https://elsewhere.crm.dynamics.com/.default"], "invalid_resource", 500011),
        ([*DEFAULT, "https://elsewhere.example/.default"], "invalid_scope", 700022),
    ]:
        refused(confidential().acquire_token_for_client(scopes), error, number)
    wanted = [AS_USER[0].replace("user_impersonation", "everything")]
    refused(public().acquire_token_by_username_password(ADA, PASSWORD, wanted), "invalid_client", 650053)


@suite.check
def no_tenant_for_an_application():
    """An application's tokens come from a tenant."""
    application = confidential(tenant="common")
    refused(application.acquire_token_for_client(DEFAULT), "invalid_request", 50059)


@suite.check
def a_wrong_person():
    """Unknown, with a wrong password, or with an account that may not."""
    refused(public().acquire_token_by_username_password("x@contoso.example", PASSWORD, AS_USER), "invalid_grant", 50034)
    refused(public().acquire_token_by_username_password(ADA, "wrong", AS_USER), "invalid_grant", 50126)
    for state, error, number in [
        ("disabled", "invalid_grant", 50057),
        ("password-expired", "invalid_grant", 50055),
        ("needs-second-factor", "interaction_required", 50076),
    ]:
        with account(ADA, state=state):
            refused(public().acquire_token_by_username_password(ADA, PASSWORD, AS_USER), error, number)


@suite.check
def a_declined_consent():
    """The person says no, and the client is told who said so."""
    application = public(register(**{"is-public": True}))
    flow = application.initiate_auth_code_flow(AS_USER, redirect_uri=REDIRECT)
    answer = Browser(decision="decline").follow(flow["auth_uri"])
    result = application.acquire_token_by_auth_code_flow(flow, answer)
    refused(result, "access_denied")
    assert result["error_description"].startswith("AADSTS65004: "), result


@suite.check
def a_redirect_uri_of_somebody_else():
    """Shown to the person, told to nobody."""
    flow = public().initiate_auth_code_flow(AS_USER, redirect_uri="https://evil.example/")
    assert "AADSTS50011" in str(raises(Stopped, lambda: Browser().follow(flow["auth_uri"])))


@suite.check
def a_code_of_another_flow():
    """Another verifier, another redirect URI, another client, too late, twice."""
    client = register(
        **{"is-public": True, "is-consented": True, "redirect-uris": [REDIRECT, "http://localhost/other"]}
    )

    def begun():
        flow = public(client).initiate_auth_code_flow(AS_USER, redirect_uri=REDIRECT)
        return flow, Browser().follow(flow["auth_uri"])

    def redeem(flow, answer, who=client):
        return public(who).acquire_token_by_auth_code_flow(flow, answer)

    flow, answer = begun()
    refused(redeem(flow | {"code_verifier": "x" * 43}, answer), "invalid_grant", 501481)
    refused(redeem(flow | {"redirect_uri": "http://localhost/other"}, answer), "invalid_grant", 500112)
    other = register(**{"is-public": True, "is-consented": True})
    refused(redeem(flow, answer, other), "invalid_grant", 70000)
    assert "access_token" in redeem(flow, answer)
    refused(redeem(flow, answer), "invalid_grant", 54005)
    flow, answer = begun()
    with later(seconds=601):
        refused(redeem(flow, answer), "invalid_grant", 70008)
    raises(ValueError, lambda: redeem(flow, answer | {"state": "another"}))


@suite.check
def a_confidential_client_without_its_secret():
    """A code alone is not enough."""
    flow = public(CLIENT).initiate_auth_code_flow(AS_USER, redirect_uri="http://localhost")
    answer = Browser().follow(flow["auth_uri"])
    refused(public(CLIENT).acquire_token_by_auth_code_flow(flow, answer), "invalid_client", 7000218)
