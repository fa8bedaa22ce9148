"""The device code: shown here, typed in there."""

from browser import Browser
from world import AS_USER, JONAS, MEI, later, public, refused, register, used

from . import suite


def once(flow):
    """Ask once, wait for nothing."""
    return True


@suite.check
def a_device_is_signed_in():
    """Pending until the person has typed in the code, said who they are and agreed."""
    client = register(**{"is-public": True})
    application = public(client)
    flow = application.initiate_device_flow(AS_USER)
    assert flow["user_code"] in flow["message"] and flow["interval"] == 5 and flow["expires_in"] == 900
    refused(application.acquire_token_by_device_flow(flow, exit_condition=once), "authorization_pending", 70016)
    browser = Browser(JONAS)
    page = browser.enter(flow["verification_uri"], flow["user_code"])
    assert "You have signed in" in page, page
    used(application.acquire_token_by_device_flow(flow), JONAS)
    (account,) = application.get_accounts()
    used(application.acquire_token_silent(AS_USER, account, force_refresh=True), JONAS)


@suite.check
def a_device_code_works_once():
    """The second redemption finds nothing."""
    application = public()
    flow = application.initiate_device_flow(AS_USER)
    Browser(MEI).enter(flow["verification_uri"], flow["user_code"])
    used(application.acquire_token_by_device_flow(dict(flow)), MEI)
    refused(public().acquire_token_by_device_flow(flow), "bad_verification_code", 70018)


@suite.check
def a_person_may_say_no():
    """The device is told."""
    application = public(register(**{"is-public": True}))
    flow = application.initiate_device_flow(AS_USER)
    Browser(decision="decline").enter(flow["verification_uri"], flow["user_code"])
    refused(application.acquire_token_by_device_flow(flow), "authorization_declined")


@suite.check
def a_device_code_expires():
    """Fifteen minutes later it is too late."""
    application = public()
    flow = application.initiate_device_flow(AS_USER)
    with later(seconds=901):
        refused(application.acquire_token_by_device_flow(flow), "expired_token", 70019)
        page = Browser().enter(flow["verification_uri"], flow["user_code"])
        assert "AADSTS70018" in page, page


@suite.check
def who_asks_too_often_is_slowed_down():
    """Twice within the interval."""
    application = public()
    flow = application.initiate_device_flow(AS_USER)
    refused(application.acquire_token_by_device_flow(flow, exit_condition=once), "authorization_pending")
    refused(public().acquire_token_by_device_flow(flow, exit_condition=once), "slow_down")


@suite.check
def a_code_that_nobody_got_is_refused():
    """Invented codes."""
    application = public()
    flow = application.initiate_device_flow(AS_USER) | {"device_code": "invented"}
    refused(application.acquire_token_by_device_flow(flow), "bad_verification_code", 70018)


@suite.check
def a_wrong_scope_gets_no_code():
    """The flow does not begin."""
    flow = public().initiate_device_flow(["https://elsewhere.example/user_impersonation"])
    refused(flow, "invalid_resource", 500011)
