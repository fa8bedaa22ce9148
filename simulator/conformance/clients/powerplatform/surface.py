"""The public surface of the SDK, read off the installed package, and which of it the checks have used.

A method that a later version adds shows up as uncovered by itself.
"""

import fnmatch
import functools
import importlib
import inspect
import pkgutil
from collections import Counter, defaultdict

import PowerPlatform.Dataverse

# Pattern and reason. All patterns have to fit something that no check calls, so that none outlives what it excuses.
LEFT_OUT = {
    "FilterExpression.to_odata": "abstract; each kind of expression has its own, and those are called",
    "DataverseModel.*": "a protocol for type checkers, without code",
}
MODULES = ("client", "operations", "models", "aio")

# How often each operation was called.
used = Counter()


def _public(names):
    return [name for name in names if not name.startswith("_")]


def _wrap(owner, name, known_as):
    raw = inspect.getattr_static(owner, name)
    kind = type(raw) if isinstance(raw, (staticmethod, classmethod)) else None
    function = raw.__func__ if kind else raw

    @functools.wraps(function)
    def counted(*arguments, **named):
        used[known_as] += 1
        return function(*arguments, **named)

    setattr(owner, name, kind(counted) if kind else counted)


def watch():
    """Finds every public operation and notes from now on which ones are called."""
    found = set()
    package = PowerPlatform.Dataverse
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        part = module.name.removeprefix(package.__name__ + ".")
        if part.split(".")[0] not in MODULES or any(piece.startswith("_") for piece in part.split(".")):
            continue
        content = importlib.import_module(module.name)
        for name, thing in list(vars(content).items()):
            if name.startswith("_") or getattr(thing, "__module__", None) != content.__name__:
                continue
            if inspect.isclass(thing) and not issubclass(thing, (dict, Exception)):
                for method in _public(dir(thing)):
                    if inspect.isfunction(getattr(thing, method, None)) or inspect.ismethod(getattr(thing, method, None)):
                        found.add(f"{name}.{method}")
                        _wrap(thing, method, f"{name}.{method}")
            elif inspect.isfunction(thing):
                found.add(f"{part}.{name}")
                _wrap(content, name, f"{part}.{name}")
    return found


def judge(found):
    """What is left out, with reasons, and what nobody covered."""
    excused = {}
    stale = []
    for pattern, reason in LEFT_OUT.items():
        fits = [name for name in found if fnmatch.fnmatch(name, pattern) and name not in used]
        excused |= {name: reason for name in fits}
        if not fits:
            stale.append(f"{pattern} (excused without need)")
    return excused, sorted(found - used.keys() - excused.keys()) + stale


def tell(found, excused):
    """Prints the whole surface: what was called, class by class, and what was left out and why."""
    called = defaultdict(list)
    for name in sorted(found & used.keys()):
        owner, _, operation = name.rpartition(".")
        called[owner].append(operation)
    print("Called:")
    for owner, operations in called.items():
        print(f"  {owner}: {', '.join(operations)}")
    print("Left out:")
    for name, reason in sorted(excused.items()):
        print(f"  {name}: {reason}")
