"""Microsoft's sign-in library for Python against the simulator's authority, over TLS as the library demands."""

import sys
import warnings

import surface

found = surface.watch()

from checks import suite  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)  # the password flow
warnings.simplefilter("ignore", UserWarning)  # answers in the query


def main():
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    suite.run(only=only)
    excused, uncovered = surface.judge(found)
    covered = len(found & surface.used)
    operations = f"{covered} of {len(found)} operations covered, {len(excused)} left out"
    sys.exit(0 if suite.report(operations, [] if only else uncovered) else 1)


main()
