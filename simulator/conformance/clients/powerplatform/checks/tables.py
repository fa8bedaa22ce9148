"""Tables."""

import enum

from PowerPlatform.Dataverse.core.errors import MetadataError
from suite import raises

from . import suite
from .made import name, table, table_name


class Depth(enum.IntEnum):
    SHALLOW = 100000000
    DEEP = 100000001

    __labels__ = {1033: {"SHALLOW": "Shallow water", "DEEP": "Deep water"}}


EVERY_TYPE = {
    "new_Code": "string",
    "new_Notes": "memo",
    "new_Length": "int",
    "new_Fee": "decimal",
    "new_Draught": "float",
    "new_Opened": "date",
    "new_Covered": "bool",
    "new_Depth": Depth,
    "new_Rank": {"type": "int", "min_value": 1, "max_value": 5, "required": "Recommended", "display_name": "Rank"},
}


@suite.check
def a_table_with_columns_of_every_type_holds_rows(client):
    """What is written comes back, each type in its form."""
    with table(client, EVERY_TYPE, display_name="Berth") as schema:
        written = {
            "new_name": name(), "new_code": "A1", "new_notes": "two\nlines", "new_length": 120, "new_fee": 12.25,
            "new_draught": 1.5, "new_opened": "2026-03-25", "new_covered": True, "new_depth": Depth.DEEP.value,
            "new_rank": 5,
        }
        row = client.records.create(schema, written)
        read = client.records.retrieve(schema, row, select=list(written), include_annotations="*")
        assert {column: read[column] for column in written} | {"new_opened": "2026-03-25"} == written
        assert read["new_opened"] == "2026-03-25" or read["new_opened"].startswith("2026-03-25T")
        assert read["new_depth@OData.Community.Display.V1.FormattedValue"] == "Deep water"
        labelled = client.records.create(schema, {"new_name": name(), "new_depth": "shallow water"})
        assert client.records.retrieve(schema, labelled, select=["new_depth"])["new_depth"] == Depth.SHALLOW.value


@suite.check
def a_table_is_described(client):
    """Names, primary columns and id; nothing for a table that is not there."""
    with table(client, primary_column="new_Title") as schema:
        info = client.tables.get(schema)
        assert info.schema_name == schema and info.logical_name == schema.lower()
        assert info.primary_name_attribute == "new_title" and info.primary_id_attribute == f"{schema.lower()}id"
        assert info.metadata_id and info.entity_set_name
        raises(MetadataError, lambda: client.tables.create(schema, {"new_Code": "string"}))
    assert client.tables.get(schema) is None
    account = client.tables.get("account")
    assert (account.entity_set_name, account.primary_name_attribute) == ("accounts", "name")


@suite.check
def tables_are_listed(client):
    """With filter and selection."""
    assert {"account", "contact", "task"} <= {one["LogicalName"] for one in client.tables.list()}
    found = client.tables.list(filter="SchemaName eq 'Account'", select=["LogicalName", "EntitySetName"])
    assert [(one["LogicalName"], one["EntitySetName"]) for one in found] == [("account", "accounts")]
    assert "SchemaName" not in found[0]


@suite.check
def a_deleted_table_is_gone_with_its_rows(client):
    """Its set cannot be asked any more."""
    with table(client) as schema:
        client.records.create(schema, {"new_code": "A"})
        client.tables.delete(schema)
        assert client.tables.get(schema) is None
    raises(MetadataError, lambda: client.tables.delete(table_name()))
