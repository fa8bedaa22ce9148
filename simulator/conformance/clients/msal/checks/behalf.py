"""On behalf of: a service passes on the person who called it."""

from browser import Browser
from world import ADA, AS_USER, DEFAULT, JONAS, REDIRECT, confidential, later, public, refused, register, used

from . import suite


def _service(**more):
    return register(secrets=[{"value": "s"}], **{"is-consented": True} | more)


def _called_by(user, service, front=None):
    """The token with which somebody calls the service."""
    front = public(front or register(**{"is-public": True, "is-consented": True}))
    flow = front.initiate_auth_code_flow([f"api://{service}/access_as_user"], redirect_uri=REDIRECT)
    result = front.acquire_token_by_auth_code_flow(flow, Browser(user).follow(flow["auth_uri"]))
    assert "access_token" in result, result
    return result["access_token"]


@suite.check
def a_service_acts_for_its_caller():
    """The rows it writes are the person's, and the token comes with a refresh token of its own."""
    service = _service()
    application = confidential(service, "s")
    result = used(application.acquire_token_on_behalf_of(_called_by(JONAS, service), AS_USER), JONAS)
    assert AS_USER[0] in result["scope"].split()
    assert application.acquire_token_on_behalf_of(_called_by(JONAS, service), DEFAULT)["access_token"]


@suite.check
def without_consent_it_has_to_be_asked_for():
    """Nobody is there to be asked."""
    service = _service(**{"is-consented": False})
    result = confidential(service, "s").acquire_token_on_behalf_of(_called_by(ADA, service), AS_USER)
    refused(result, "invalid_grant", 65001)
    assert result["suberror"] == "consent_required"


@suite.check
def only_a_token_for_the_service_counts():
    """One for another service, an application's own, one that ended, nonsense."""
    service, other = _service(), _service()
    own = confidential().acquire_token_for_client(DEFAULT)["access_token"]
    for shown in (_called_by(ADA, other), own, "nonsense"):
        result = confidential(service, "s").acquire_token_on_behalf_of(shown, AS_USER)
        refused(result, "invalid_grant", 50013)
    shown = _called_by(ADA, service)
    with later(seconds=4000):
        refused(confidential(service, "s").acquire_token_on_behalf_of(shown, AS_USER), "invalid_grant", 500133)


@suite.check
def the_service_proves_itself():
    """A wrong secret is a wrong secret."""
    service = _service()
    result = confidential(service, "wrong").acquire_token_on_behalf_of(_called_by(ADA, service), AS_USER)
    refused(result, "invalid_client", 7000215)
