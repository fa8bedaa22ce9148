"""People: the authorization code with PKCE through the pages, and the password."""

import threading
import urllib.parse
import webbrowser

import requests
from browser import Browser, Stopped
from suite import raises
from world import (
    ADA,
    AS_USER,
    DEFAULT,
    JONAS,
    MEI,
    PASSWORD,
    REDIRECT,
    TENANT,
    confidential,
    public,
    refused,
    register,
    used,
)

from . import suite

CONSENT = "Permissions requested"


def signed_in(application, user=ADA, scopes=AS_USER, browser=None, **named):
    """The whole way: request, pages, code, token."""
    flow = application.initiate_auth_code_flow(scopes, redirect_uri=REDIRECT, **named)
    assert "code_challenge=" in flow["auth_uri"] and flow["code_verifier"]
    answer = (browser or Browser(user)).follow(flow["auth_uri"])
    return application.acquire_token_by_auth_code_flow(flow, answer)


@suite.check
def a_confidential_client_asks_for_consent_once():
    """Sign-in, consent, code, token; the second time nobody is asked."""
    client = register(secrets=[{"value": "s"}])
    browser = Browser()
    result = used(signed_in(confidential(client, "s"), browser=browser), ADA)
    assert browser.seen == ["Sign in to your account", CONSENT], browser.seen
    assert set(result["scope"].split()) == {"openid", "profile", *AS_USER}, result["scope"]
    again = Browser()
    used(signed_in(confidential(client, "s"), browser=again), ADA)
    assert CONSENT not in again.seen, again.seen
    other = Browser(JONAS)
    used(signed_in(confidential(client, "s"), browser=other), JONAS)
    assert CONSENT in other.seen, "one person's consent is not another's"


@suite.check
def a_public_client_signs_in():
    """No secret, and nobody is asked by the client of the samples."""
    browser = Browser(JONAS)
    result = used(signed_in(public(register(**{"is-public": True})), browser=browser), JONAS)
    claims = result["id_token_claims"]
    assert claims["preferred_username"] == JONAS and claims["name"] == "Jonas Weber" and claims["tid"] == TENANT


@suite.check
def whoever_is_signed_in_is_not_asked_again():
    """The browser's session is enough, unless the client wants to be sure."""
    browser, client = Browser(), register(**{"is-public": True, "is-consented": True})
    used(signed_in(public(client), browser=browser))
    pages = len(browser.seen)
    used(signed_in(public(client), browser=browser, prompt="none"))
    assert len(browser.seen) == pages
    used(signed_in(public(client), browser=browser, prompt="login"))
    assert len(browser.seen) == pages + 1
    used(signed_in(public(client), browser=browser, prompt="consent"))
    assert browser.seen[-1] == CONSENT


@suite.check
def nobody_signed_in_cannot_be_silent():
    """`prompt=none` without a session."""
    flow = public().initiate_auth_code_flow(AS_USER, redirect_uri="http://localhost", prompt="none")
    assert Browser().follow(flow["auth_uri"])["error"] == "login_required"


@suite.check
def the_answer_comes_as_the_client_wants_it():
    """In the query, in the fragment, or as a form that the page sends."""
    client = register(**{"is-public": True, "is-consented": True})
    for mode in ("query", "fragment", "form_post"):
        used(signed_in(public(client), user=MEI, response_mode=mode), MEI)


@suite.check
def any_organisation_s_people_may_come():
    """`organizations` and `common` name no tenant; the person's own counts."""
    client = register(**{"is-public": True, "is-consented": True})
    for tenant in ("organizations", "common"):
        result = used(signed_in(public(client, tenant)), ADA)
        assert result["id_token_claims"]["tid"] == TENANT


@suite.check
def default_scope_is_what_was_allowed():
    """`.default` answers with what it stands for."""
    client = register(**{"is-public": True, "is-consented": True})
    result = used(signed_in(public(client), scopes=DEFAULT), ADA)
    assert {*AS_USER, *DEFAULT} <= set(result["scope"].split())


@suite.check
def by_separate_steps():
    """The two older calls: an address, then a code."""
    application = public()
    url = application.get_authorization_request_url(AS_USER, redirect_uri="http://localhost", state="s")
    answer = Browser(MEI).follow(url)
    assert answer["state"] == "s"
    code = answer["code"]
    used(application.acquire_token_by_authorization_code(code, AS_USER, redirect_uri="http://localhost"), MEI)
    twice = public().acquire_token_by_authorization_code(code, AS_USER, redirect_uri="http://localhost")
    refused(twice, "invalid_grant", 54005)


def deliver(url):
    """Signs Jonas in and brings the answer to where the library listens."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlparse(url).query))
    answer = Browser(JONAS).follow(url)
    if query.get("response_mode") == "form_post":
        requests.post(query["redirect_uri"], data=answer, timeout=10)
    else:
        requests.get(query["redirect_uri"], params=answer, timeout=10)


@suite.check
def interactively():
    """The library opens the browser itself and listens for the answer."""

    class Opened(webbrowser.BaseBrowser):
        def open(self, url, new=0, autoraise=True):
            threading.Thread(target=deliver, args=(url,), daemon=True).start()
            return True

    webbrowser.register("conformance", None, Opened("conformance"), preferred=True)
    used(public().acquire_token_interactive(AS_USER, timeout=30), JONAS)


@suite.check
def by_password():
    """Name and password, where the client is public."""
    used(public().acquire_token_by_username_password(MEI, PASSWORD, AS_USER), MEI)


@suite.check
def a_wrong_password_stays_on_the_page():
    """The page says so, and shows the form again."""
    browser = Browser(password="wrong")
    flow = public().initiate_auth_code_flow(AS_USER, redirect_uri="http://localhost")
    error = raises(Stopped, lambda: browser.follow(flow["auth_uri"]))
    assert "AADSTS50126" in str(error), error
