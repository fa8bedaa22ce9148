"""What the cache is for: silent tokens, refresh tokens that rotate, other resources, and forgetting."""

import msal
from world import ADA, AS_USER, JONAS, call, later, public, refused, register, sim, used

from . import suite
from .people import signed_in


def _client():
    return register(**{"is-public": True, "is-consented": True})


def _refresh_token(cache):
    found = list(cache.search(msal.TokenCache.CredentialType.REFRESH_TOKEN))
    assert len(found) == 1, found
    return found[0]["secret"]


@suite.check
def silent_from_the_cache():
    """A token that is good needs no request."""
    application = public(_client())
    used(signed_in(application), ADA)
    (account,) = application.get_accounts()
    assert account["username"] == ADA
    before = sim("GET", "health")["requests"]
    result = application.acquire_token_silent(AS_USER, account)
    assert result["token_source"] == "cache" and sim("GET", "health")["requests"] == before
    used(result, ADA)


@suite.check
def silent_by_refresh_token_which_rotates():
    """Refreshing gives a new access token and a new refresh token; the old one still works."""
    cache = msal.TokenCache()
    application = public(_client(), token_cache=cache)
    first = used(signed_in(application), ADA)
    old = _refresh_token(cache)
    (account,) = application.get_accounts()
    second = application.acquire_token_silent_with_error(AS_USER, account, force_refresh=True)
    assert used(second, ADA)["access_token"] != first["access_token"]
    assert second["token_source"] == "identity_provider"
    assert _refresh_token(cache) != old
    used(application.acquire_token_by_refresh_token(old, AS_USER), ADA)


@suite.check
def another_resource_by_the_same_refresh_token():
    """One sign-in is enough for every resource."""
    application = public(_client())
    signed_in(application)
    (account,) = application.get_accounts()
    for scopes in (["https://globaldisco.crm.dynamics.com//user_impersonation"], ["User.Read"]):
        result = application.acquire_token_silent_with_error(scopes, account)
        assert "access_token" in result, result
        assert call(result["access_token"]).status_code == 401, "it is for somebody else"


@suite.check
def an_expired_token_is_renewed():
    """The API refuses the old one with a challenge; a new one is good."""
    application = public(_client())
    old = signed_in(application)["access_token"]
    (account,) = application.get_accounts()
    with later(seconds=4000):
        answer = call(old)
        assert answer.status_code == 401 and 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
        used(application.acquire_token_silent_with_error(AS_USER, account, force_refresh=True), ADA)


@suite.check
def a_refresh_token_dies_unused():
    """After ninety days without use there is nothing left but to sign in again."""
    application = public(_client())
    signed_in(application)
    (account,) = application.get_accounts()
    with later(seconds=91 * 24 * 3600):
        result = application.acquire_token_silent_with_error(AS_USER, account, force_refresh=True)
        refused(result, "invalid_grant", 700082)


@suite.check
def a_kept_cache_works_in_another_process():
    """Written out and read in again, with the refresh token in it."""
    cache, client = msal.SerializableTokenCache(), _client()
    used(signed_in(public(client, token_cache=cache), JONAS), JONAS)
    assert cache.has_state_changed
    other = msal.SerializableTokenCache()
    other.deserialize(cache.serialize())
    application = public(client, token_cache=other)
    (account,) = application.get_accounts(JONAS)
    used(application.acquire_token_silent(AS_USER, account), JONAS)
    used(application.acquire_token_silent(AS_USER, account, force_refresh=True), JONAS)


@suite.check
def a_removed_account_is_gone():
    """Nothing is silent after that."""
    application = public(_client())
    signed_in(application)
    (account,) = application.get_accounts()
    application.remove_account(account)
    assert application.get_accounts() == []
    assert application.acquire_token_silent(AS_USER, account) is None


@suite.check
def nonsense_is_no_refresh_token():
    """A text of somebody else's."""
    refused(public(_client()).acquire_token_by_refresh_token("nonsense", AS_USER), "invalid_grant", 70000)
