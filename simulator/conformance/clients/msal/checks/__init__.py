"""What Microsoft's library has to get from the authority, and what its tokens have to be good for."""

from suite import Suite

suite = Suite("msal")

from . import applications, behalf, devices, discovery, endings, mistakes, people, refreshing  # noqa: E402, F401
