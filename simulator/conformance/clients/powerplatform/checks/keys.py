"""Alternate keys and upsert by them."""

from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models.filters import col
from PowerPlatform.Dataverse.models.upsert import UpsertItem
from suite import eventually, raises

from . import suite
from .made import table


def _keyed(client, schema, columns=("new_code",)):
    key = client.tables.create_alternate_key(schema, f"{schema}_key", list(columns), display_name="Code")
    eventually(lambda: client.tables.get_alternate_keys(schema)[0].status == "Active")
    return key


@suite.check
def a_key_is_made_listed_and_deleted(client):
    """A key becomes active and goes again."""
    with table(client) as schema:
        key = _keyed(client, schema, ["new_code", "new_length"])
        known = client.tables.get_alternate_keys(schema)
        assert [(one.metadata_id, one.schema_name) for one in known] == [(key.metadata_id, f"{schema}_key")]
        assert sorted(known[0].key_attributes) == ["new_code", "new_length"]
        client.tables.delete_alternate_key(schema, key.metadata_id)
        assert client.tables.get_alternate_keys(schema) == []


@suite.check
def a_row_is_upserted_by_its_key(client):
    """The first time it is created, the second time updated."""
    with table(client) as schema:
        _keyed(client, schema)
        for length in (10, 20):
            client.records.upsert(schema, [UpsertItem({"new_code": "O'Brien 1"}, {"new_length": length})])
        rows = client.records.list(schema, select=["new_code", "new_length"])
        assert [(row["new_code"], row["new_length"]) for row in rows] == [("O'Brien 1", 20)]


@suite.check
def many_rows_are_upserted_by_their_keys(client):
    """UpsertMultiple creates some and updates others in one request."""
    with table(client) as schema:
        _keyed(client, schema)
        client.records.create(schema, {"new_code": "A", "new_length": 1})
        items = [{"alternate_key": {"new_code": code}, "record": {"new_length": 5}} for code in "ABC"]
        client.records.upsert(schema, items)
        rows = client.records.list(schema, select=["new_code", "new_length"], orderby=["new_code"])
        assert [(row["new_code"], row["new_length"]) for row in rows] == [("A", 5), ("B", 5), ("C", 5)]


@suite.check
def a_key_is_unique(client):
    """A second row with the same key is refused with 412."""
    with table(client) as schema:
        _keyed(client, schema)
        client.records.create(schema, {"new_code": "A"})
        error = raises(HttpError, lambda: client.records.create(schema, {"new_code": "A"}))
        assert error.status_code == 412
        assert error.details["service_error_code"] == "0x80060892"
        assert len(client.records.list(schema, filter=col("new_code") == "A")) == 1
