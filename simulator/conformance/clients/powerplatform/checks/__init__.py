"""What Microsoft's SDK has to see. Each check makes its own rows and tables."""

from suite import Suite

suite = Suite("PowerPlatform-Dataverse-Client")

from . import batch, columns, files, frames, fetch, keys, queries, records, relationships, results, sql, tables  # noqa: E402, F401
