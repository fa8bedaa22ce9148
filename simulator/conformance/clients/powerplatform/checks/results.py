"""The objects that answers come in."""

from PowerPlatform.Dataverse.models.table_info import ColumnInfo, TableInfo

from . import suite
from .made import accounts, name, table


@suite.check
def a_row_is_a_dictionary(client):
    """Of its columns, without what the service says about them."""
    row = client.records.create("account", {"name": name(), "telephone1": "1"})
    read = client.records.retrieve("account", row, select=["name", "telephone1"])
    assert read.get("telephone1") == "1" and read.get("fax", "none") == "none"
    assert {"accountid", "name", "telephone1"} == set(read.keys()) == set(dict(read.items())) == set(read.to_dict())
    assert row in read.values()
    assert not [column for column in read.keys() if "@" in column], read
    assert read.etag and read.etag.startswith('W/"'), read.etag


@suite.check
def a_description_is_a_dictionary(client):
    """Under the old names of its members."""
    with table(client) as schema:
        info = client.tables.get(schema)
        assert info.get("entity_set_name") == info.entity_set_name and info.get("nothing", 1) == 1
        assert info.metadata_id in info.values() and "table_schema_name" in info.keys()
        assert dict(info.items()) == {key: info[key] for key in info.keys()}
        again = TableInfo.from_dict(info.to_dict())
        assert (again.schema_name, again.entity_set_name) == (info.schema_name, info.entity_set_name)


@suite.check
def definitions_make_descriptions(client):
    """What lists give makes the SDK's own objects."""
    known = TableInfo.from_api_response(client.tables.list(filter="LogicalName eq 'account'")[0])
    assert (known.logical_name, known.entity_set_name, known.primary_name_attribute) == ("account", "accounts", "name")
    columns = {one["LogicalName"]: ColumnInfo.from_api_response(one) for one in client.tables.list_columns("account")}
    assert columns["name"].is_primary and columns["name"].is_required and not columns["fax"].is_required


@suite.check
def rows_of_a_query_are_a_sequence(client):
    """With length, places and slices."""
    ids, mine = accounts(client, 3)
    found = client.records.list("account", filter=mine, select=["name"], orderby=["name"])
    assert len(found) == 3 and bool(found)
    assert found[0]["accountid"] == ids[0] and [row["accountid"] for row in found[1:]] == ids[1:]
    none = client.records.list("account", filter=mine.to_odata() + " and numberofemployees gt 100", select=["name"])
    assert not none and none.first() is None
