"""Good tokens that the API refuses, and sign-ins that end."""

import time

import requests
from world import (
    ADA,
    API,
    AS_USER,
    DEFAULT,
    MEI,
    account,
    call,
    confidential,
    public,
    refused,
    register,
    used,
)

from . import suite
from .people import signed_in


def _error(answer):
    return answer.status_code, answer.json()["error"]["code"]


@suite.check
def an_application_without_a_user_is_no_member():
    """The token is good, the organisation does not know its owner."""
    result = confidential(register(secrets=[{"value": "s"}]), "s").acquire_token_for_client(DEFAULT)
    assert _error(call(result["access_token"])) == (403, "0x80072560")


@suite.check
def a_disabled_user_is_refused():
    """The row of the user says so; signing in goes on."""
    admin = {"Authorization": f"Bearer {confidential().acquire_token_for_client(DEFAULT)['access_token']}"}
    application = public(register(**{"is-public": True, "is-consented": True}))
    token = used(signed_in(application, MEI), MEI)["access_token"]
    user = call(token).json()["UserId"]
    for disabled, expected in ((True, 403), (False, 200)):
        row = f"{API}systemusers({user})"
        requests.patch(row, json={"isdisabled": disabled}, headers=admin, timeout=30).raise_for_status()
        answer = call(token)
        assert answer.status_code == expected, answer.text
        if disabled:
            assert _error(answer) == (403, "0x80040225")


@suite.check
def a_revoked_sign_in_is_over():
    """Refresh tokens from before are void."""
    application = public(register(**{"is-public": True, "is-consented": True}))
    used(signed_in(application), ADA)
    (known,) = application.get_accounts()
    with account(ADA, valid_from=int(time.time()) + 60):
        result = application.acquire_token_silent_with_error(AS_USER, known, force_refresh=True)
        refused(result, "invalid_grant", 50173)


@suite.check
def a_disabled_account_refreshes_nothing():
    """Nor does one whose password has to be changed."""
    application = public(register(**{"is-public": True, "is-consented": True}))
    signed_in(application)
    (known,) = application.get_accounts()
    with account(ADA, state="disabled"):
        result = application.acquire_token_silent_with_error(AS_USER, known, force_refresh=True)
        refused(result, "invalid_grant", 50057)
