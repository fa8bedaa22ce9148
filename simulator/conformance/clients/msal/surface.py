"""The public operations of the library's applications and its cache, and which of them the checks have used.

Managed identities ask a service of Azure's machines and not the authority, so they are no part of this.
"""

import functools
import inspect

import msal

# Name and reason. Every name has to exist, so that none outlives what it excuses.
LEFT_OUT = {
    "acquire_token_by_user_federated_identity_credential": "needs an identity that another provider vouches for",
    "is_pop_supported": "asks the operating system's broker, not the authority",
    "search": "reads the cache; no request",
    "find": "reads the cache; no request",
    "add": "called by the operations themselves",
    "modify": "called by the operations themselves",
    "update_rt": "called by the operations themselves",
    "remove_rt": "called by the operations themselves",
    "remove_at": "called by the operations themselves",
    "remove_idt": "called by the operations themselves",
}
CLASSES = (msal.PublicClientApplication, msal.ConfidentialClientApplication, msal.SerializableTokenCache)

used = set()


def _wrap(owner, name):
    function = inspect.getattr_static(owner, name)

    @functools.wraps(function)
    def counted(*arguments, **named):
        used.add(name)
        return function(*arguments, **named)

    setattr(owner, name, counted)


def watch():
    """Finds every public operation and notes from now on which ones are called."""
    found = set()
    for kind in CLASSES:
        for owner in inspect.getmro(kind):
            for name, thing in list(vars(owner).items()):
                if name.startswith("_") or not inspect.isfunction(thing) or owner is object:
                    continue
                if not hasattr(thing, "__wrapped__"):
                    _wrap(owner, name)
                found.add(name)
    return found


def judge(found):
    """What is left out, with reasons, and what nobody covered."""
    excused = {name: reason for name, reason in LEFT_OUT.items() if name in found and name not in used}
    stale = [f"{name} (excused, but the library has no such thing)" for name in LEFT_OUT if name not in found]
    return excused, sorted(found - used - excused.keys()) + stale
