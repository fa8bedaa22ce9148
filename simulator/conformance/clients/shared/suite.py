"""Checks of one client, their outcome and the summary that every client prints alike."""

import json
import os
import time
import traceback
import urllib.request
from pathlib import Path

_HERE = Path(__file__).resolve().parents[1]


class Suite:
    """Checks in the order in which they were written."""

    def __init__(self, client):
        self.client = client
        self.checks = []
        self.failures = []

    def check(self, function):
        """Adds a check; its docstring says what has to hold."""
        self.checks.append(function)
        return function

    def run(self, *arguments, label="", only=""):
        """Runs all checks whose name contains `only`."""
        for function in self.checks:
            if only not in function.__name__:
                continue
            try:
                function(*arguments)
            except Exception as error:  # a client raises what it likes
                self.failures.append((label, function, error))

    def report(self, operations="", uncovered=()):
        """Prints the summary; true when all is well."""
        for label, function, error in self.failures:
            where = traceback.extract_tb(error.__traceback__)
            own = [frame for frame in where if _HERE in Path(frame.filename).resolve().parents and frame.name != "counted" and "suite.py" not in frame.filename] or where
            print(f"FAILED  {self.client}{label}  {function.__name__}: {(function.__doc__ or '').strip()}")
            print(f"    {type(error).__name__}: {error}")
            print(f"    at {os.path.basename(own[-1].filename)}:{own[-1].lineno}: {own[-1].line}")
        for name in uncovered:
            print(f"UNCOVERED  {self.client}  {name}")
        failed = {(label, function) for label, function, _ in self.failures}
        print(
            f"{self.client}: {len(self.checks)} checks, {len(failed)} failed; "
            f"{requests_answered()} requests; {operations}"
        )
        return not self.failures and not uncovered


def requests_answered():
    """How many requests both simulators have answered so far."""
    total = 0
    for prefix in ("", "PLAIN_"):
        with urllib.request.urlopen(f"{os.environ[prefix + 'DATAVERSE_ADMIN_URL']}health") as answer:
            total += json.load(answer)["requests"]
    return total


def eventually(question, seconds=20):
    """The first true answer; for what the service does in the background."""
    end = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
    return answer


def raises(kind, call):
    """The exception that a call has to end with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")
