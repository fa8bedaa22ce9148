"""Columns."""

from PowerPlatform.Dataverse.core.errors import HttpError
from suite import raises

from . import suite
from .made import table
from .tables import EVERY_TYPE


@suite.check
def columns_come_and_go(client):
    """A column can be used as soon as it is there, and not any more when it is gone."""
    with table(client) as schema:
        added = client.tables.add_columns(schema, {"new_Fee": "decimal", "new_Notes": "memo"})
        assert added == ["new_Fee", "new_Notes"]
        row = client.records.create(schema, {"new_fee": 2.5, "new_notes": "n"})
        assert client.records.retrieve(schema, row, select=["new_fee"])["new_fee"] == 2.5
        assert client.tables.remove_columns(schema, ["new_Fee"]) == ["new_Fee"]
        assert client.tables.get_column(schema, "new_Fee") is None
        raises(HttpError, lambda: client.records.list(schema, select=["new_fee"]))
        assert client.tables.remove_columns(schema, "new_Notes") == ["new_Notes"]


@suite.check
def columns_are_listed(client):
    """By name and type, with a selection or a filter."""
    with table(client, EVERY_TYPE) as schema:
        types = {one["LogicalName"]: one["AttributeType"] for one in client.tables.list_columns(schema)}
        for column, kind in {
            "new_code": "String", "new_notes": "Memo", "new_length": "Integer", "new_fee": "Decimal",
            "new_draught": "Double", "new_opened": "DateTime", "new_covered": "Boolean", "new_depth": "Picklist",
            "ownerid": "Owner", "createdon": "DateTime", "statecode": "State", f"{schema.lower()}id": "Uniqueidentifier",
        }.items():
            assert types[column] == kind, column
        integers = client.tables.list_columns(
            schema, select=["LogicalName"], filter="AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Integer'"
        )
        assert {"new_length", "new_rank"} <= {one["LogicalName"] for one in integers}


@suite.check
def columns_are_listed_with_their_types_own_members(client):
    """RetrieveMetadataChanges gives lengths and ranges in one answer."""
    with table(client, EVERY_TYPE) as schema:
        known = {one["LogicalName"]: one for one in client.tables.list_columns(schema, typed=True)}
        assert known["new_code"]["MaxLength"] == 200
        assert (known["new_rank"]["MinValue"], known["new_rank"]["MaxValue"]) == (1, 5)
        assert known["new_rank"]["RequiredLevel"]["Value"] == "Recommended"
        fee = client.tables.get_column(schema, "new_Fee", typed=True)
        assert (fee["LogicalName"], fee["Precision"]) == ("new_fee", 2)


@suite.check
def a_column_is_changed(client):
    """The whole definition goes back with PUT; what was not named stays."""
    with table(client, EVERY_TYPE) as schema:
        before = client.tables.get_column(schema, "new_Code")
        client.tables.update_column(schema, "new_Code", {"max_length": 300, "display_name": "Berth code"})
        after = client.tables.get_column(schema, "new_Code", typed=True)
        assert after["MaxLength"] == 300
        assert after["DisplayName"]["UserLocalizedLabel"]["Label"] == "Berth code"
        assert after["MetadataId"] == before["MetadataId"]
        client.tables.update_columns(schema, {"new_Rank": {"max_value": 9}, "new_Notes": {"required": "Recommended"}})
        assert client.tables.get_column(schema, "new_Rank", typed=True)["MaxValue"] == 9
        row = client.records.create(schema, {"new_rank": 9})
        assert client.records.retrieve(schema, row, select=["new_rank"])["new_rank"] == 9
        error = raises(HttpError, lambda: client.records.create(schema, {"new_rank": 10}))
        assert error.status_code == 400
