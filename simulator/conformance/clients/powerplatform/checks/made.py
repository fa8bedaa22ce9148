"""Rows and tables that checks make for themselves."""

import itertools
import uuid
from contextlib import contextmanager

from PowerPlatform.Dataverse.models.filters import col

_numbers = itertools.count(1)


def name(text="Harbor"):
    """A name that nothing else has."""
    return f"{text} {uuid.uuid4().hex[:10]}"


def table_name(text="Berth"):
    """A schema name that nothing else has."""
    return f"new_{text}{next(_numbers)}{uuid.uuid4().hex[:6]}"


@contextmanager
def table(client, columns=None, **named):
    """A table of its own, gone afterwards."""
    schema = table_name()
    client.tables.create(schema, columns or {"new_Code": "string", "new_Length": "int"}, **named)
    try:
        yield schema
    finally:
        if client.tables.get(schema):
            client.tables.delete(schema)


def accounts(client, count):
    """Accounts with the same unusual city; their ids and a filter that fits them alone."""
    city = uuid.uuid4().hex
    rows = [{"name": f"{city} {n:03}", "address1_city": city, "numberofemployees": n} for n in range(count)]
    return client.records.create("account", rows), col("address1_city") == city


def gone(client, table, ids):
    """Whether none of the rows is there any more."""
    return all(client.records.retrieve(table, row, select=["createdon"]) is None for row in ids)
