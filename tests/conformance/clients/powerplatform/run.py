"""Microsoft's SDK for Python, sync and async, against the simulator over TLS."""

import os
import sys
import warnings

import surface

found = surface.watch()

from PowerPlatform.Dataverse.aio.async_client import AsyncDataverseClient
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.config import DataverseConfig

from checks import suite
from credential import AsyncClientSecret, ClientSecret
from same import Same

warnings.simplefilter("ignore", DeprecationWarning)
warnings.simplefilter("ignore", FutureWarning)


def main():
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    url = os.environ["DATAVERSE_URL"]
    config = DataverseConfig(http_retries=1, http_timeout=30)
    with DataverseClient(url, ClientSecret(), config) as client:
        suite.run(client, label=" sync", only=only)
    with Same(AsyncDataverseClient(url, AsyncClientSecret(), config)) as client:
        suite.run(client, label=" async", only=only)
    excused, uncovered = surface.judge(found)
    covered = len(found & surface.used)
    operations = f"{covered} of {len(found)} operations covered, {len(excused)} left out"
    sys.exit(0 if suite.report(operations, [] if only else uncovered) else 1)


main()
