"""Microsoft's SDK for Python, sync and async, against the simulator.

The sync client refuses plain HTTP by itself, so that only the async one speaks it.
"""

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
    config = DataverseConfig(http_retries=1, http_timeout=120)
    url, plain = os.environ["DATAVERSE_URL"], os.environ["PLAIN_DATAVERSE_URL"]
    with DataverseClient(url, ClientSecret(), config) as client:
        suite.run(client, label=" sync", only=only)
    with Same(AsyncDataverseClient(url, AsyncClientSecret(), config)) as client:
        suite.run(client, label=" async", only=only)
        client.aclose()
    with Same(AsyncDataverseClient(plain, AsyncClientSecret("PLAIN_"), config)) as client:
        suite.run(client, label=" async over plain HTTP", only=only)
    excused, uncovered = surface.judge(found)
    if not only:
        surface.tell(found, excused)
    calls, covered = sum(surface.used.values()), len(found & surface.used.keys())
    operations = f"{calls} calls; {covered} of {len(found)} operations covered, {len(excused)} left out"
    sys.exit(0 if suite.report(operations, [] if only else uncovered) else 1)


main()
