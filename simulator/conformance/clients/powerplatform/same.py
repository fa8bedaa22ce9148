"""Shows the async client as its sync twin, so that one set of checks judges both."""

import asyncio
import inspect

_loop = asyncio.new_event_loop()


class Same:
    """An async object whose methods are called as the sync one's are."""

    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return shown(getattr(self._inner, name))

    def __enter__(self):
        return shown(_loop.run_until_complete(self._inner.__aenter__()))

    def __exit__(self, *problem):
        return _loop.run_until_complete(self._inner.__aexit__(*problem))


def shown(value):
    """What the sync client would have given."""
    if inspect.iscoroutine(value):
        return shown(_loop.run_until_complete(value))
    if inspect.isasyncgen(value):
        return _drain(value)
    if inspect.ismethod(value):
        return lambda *arguments, **named: shown(value(*arguments, **named))
    if type(value).__module__.startswith("PowerPlatform.Dataverse.aio") or type(value).__name__ in _SHARED:
        return Same(value)
    return value


# Sync classes that the async client reuses: their methods hand out async objects or expect to be called in a chain.
_SHARED = ()


def _drain(generator):
    # In one task: the SDK keeps the correlation id of a call in a context variable, which each task has its own of.
    async def everything():
        return [item async for item in generator]

    yield from map(shown, _loop.run_until_complete(everything()))
