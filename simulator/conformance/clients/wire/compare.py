"""Compares what the connector sends with what others send, and tells it in docs/wire-differences.md.

A difference without a reason in differences.toml is a failure, and so is a reason that nothing answers to.
"""

import os
import sys
import tempfile
import tomllib
from pathlib import Path

from operations import OPERATIONS
from recording import Organisation, Sides, facts

NAMES = {"node": "dynamics-web-api", "python": "Python SDK"}


def recorded(organisation, act, operation):
    """The requests of one operation, by one of the three."""
    ids = organisation.rows(operation.tied)
    before = organisation.last()
    act(operation, ids)
    return [facts(entry, ids) for entry in organisation.since(before)]


def told(reasons, name, side, fact, theirs, ours):
    """The reason for a difference, if there is one: the first that fits."""
    for number, reason in enumerate(reasons):
        fits = (
            reason.get("side", side) == side
            and reason["fact"] == fact
            and name in reason.get("operations", [name])
            and reason.get("theirs", theirs) == theirs
            and reason.get("ours", ours) == ours
        )
        if fits:
            return number, reason
    return None, None


def cell(value):
    return "–" if value is None else "`" + value.replace("|", "\\|").replace("`", "'") + "`"


def main():
    here = Path(__file__).parent
    reasons = tomllib.loads((here / "differences.toml").read_text())["difference"]
    organisation, used, unexplained, parts, same = Organisation(), set(), [], [], []
    everywhere = {}
    with tempfile.TemporaryDirectory() as folder:
        sides = Sides(Path(folder))
        for operation in OPERATIONS:
            own = recorded(organisation, sides.connector, operation)
            for side in ("node", "python"):
                if getattr(operation, side) is None:
                    continue
                others = recorded(organisation, getattr(sides, side), operation)
                rows = []
                for number in range(max(len(own), len(others))):
                    ours = own[number] if number < len(own) else {}
                    theirs = others[number] if number < len(others) else {}
                    for fact in sorted(ours.keys() | theirs.keys()):
                        if ours.get(fact) == theirs.get(fact):
                            continue
                        which, reason = told(reasons, operation.name, side, fact, theirs.get(fact), ours.get(fact))
                        used.add(which)
                        place = fact if number == 0 else f"request {number + 1}, {fact}"
                        if reason is None:
                            unexplained.append(f"{operation.name}, {side}: {place}: {theirs.get(fact)!r} there, {ours.get(fact)!r} here")
                            continue
                        row = f"| {place} | {cell(theirs.get(fact))} | {cell(ours.get(fact))} | {reason['why']} |"
                        if "operations" in reason:
                            rows.append(row)
                        else:
                            everywhere.setdefault(row, set()).add(NAMES[side])
                if rows:
                    table = "\n".join(["| What | There | Here | Why |", "|---|---|---|---|", *rows])
                    parts.append(f"### {operation.name}: {NAMES[side]}\n\n{table}\n")
                else:
                    same.append(f"{operation.name} ({NAMES[side]})")
    unused = [str(reason) for number, reason in enumerate(reasons) if number not in used]
    for fault in unexplained:
        print(f"no reason in differences.toml: {fault}")
    for reason in unused:
        print(f"a reason that nothing answers to: {reason}")
    common = [f"| {' and '.join(sorted(sides))} {row}" for row, sides in sorted(everywhere.items())]
    common = "\n".join(["## Whatever is done", "", "| Beside | What | There | Here | Why |", "|---|---|---|---|---|", *common, ""])
    alike = f"## By operation\n\nNothing else differs in: {', '.join(same)}.\n"
    page = "\n".join([(here / "page.md").read_text(), common, alike, *parts]).rstrip() + "\n"
    path = Path(os.environ["WIRE_PAGE"])
    if os.environ.get("WRITE"):
        path.write_text(page)
    stale = not path.exists() or path.read_text() != page
    if stale:
        print("docs/wire-differences.md says otherwise: WRITE=1 make conformance CLIENTS=wire writes it anew")
    compared = sum(1 for operation in OPERATIONS for side in NAMES if getattr(operation, side))
    print(f"wire: {compared} comparisons, {len(same)} alike but for what is so everywhere, {len(unexplained)} differences without a reason")
    sys.exit(1 if unexplained or unused or stale else 0)


main()
